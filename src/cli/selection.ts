// `--filter`, `--from` and `--to`: which packets of a capture are looked at.
import * as barewire from '../index.js';
import { UsageError } from './exit-codes.js';

/** The options, as commander hands them over. */
export interface SelectionTexts {
  filter?: string;
  from?: string;
  to?: string;
}

/** What was asked for, or null for everything; throws a UsageError for what can't be understood. */
export function selectionOf({ filter, from, to }: SelectionTexts): barewire.SelectionOptions | null {
  if (filter === undefined && from === undefined && to === undefined) return null;
  const asked = Object.entries({ filter, from, to })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, text]) => `--${name} ${/\s/.test(text) ? `'${text}'` : text}`);
  const begins = from === undefined ? null : momentOf(from, '--from');
  const ends = to === undefined ? null : momentOf(to, '--to');
  if (begins !== null && ends !== null && !begins.ofDay && !ends.ofDay && ends.seconds <= begins.seconds)
    throw new UsageError(`--to ${to} is not later than --from ${from}`);
  return {
    asked: asked.join(' '),
    ...(filter !== undefined && { filter: testOf(filter) }),
    ...(begins !== null && { from: begins }),
    ...(ends !== null && { to: ends }),
  };
}

function testOf(filter: string): barewire.PacketTest {
  try {
    return barewire.parsePacketFilter(filter);
  } catch (thrown) {
    if (thrown instanceof barewire.PacketFilterError)
      throw new UsageError(`--filter: ${thrown.message}`, { cause: thrown });
    throw thrown;
  }
}

/** '2026-11-22T02:10:00Z', '2026-11-22 02:10', '2026-11-22', '02:10', '02:10:30.5': UTC unless it says otherwise, as reports print. */
function momentOf(text: string, option: string): barewire.Moment {
  const match =
    /^(?:(\d{4}-\d{2}-\d{2})(?:[T ]|$))?(?:(\d{2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(
      text.trim(),
    );
  const [, date, hour, minute, second = '00', zone] = match ?? [];
  if (date === undefined && hour !== undefined && zone === undefined) {
    const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
    if (Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60) return { seconds, ofDay: true };
  } else if (date !== undefined) {
    const [whole, fraction = ''] = second.split('.');
    const milliseconds = Date.parse(`${date}T${hour ?? '00'}:${minute ?? '00'}:${whole}${zone ?? 'Z'}`);
    if (!Number.isNaN(milliseconds)) return { seconds: milliseconds / 1000 + Number(`0.${fraction}0`), ofDay: false };
  }
  throw new UsageError(
    `${option} ${text}: not a time like 2026-11-22T02:10:00Z, or 02:10 on the day the capture begins (UTC)`,
  );
}
