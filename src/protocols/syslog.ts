import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { isDigit, isUpper, octetAt, skipDigits } from './octets.js';

/** Syslog (RFC 5424 §6, RFC 3164 §4.1; over TCP RFC 6587 §3.4.1, with or without a count of octets). Servers never answer. */
export const syslog: Protocol = fromSides({
  name: 'syslog',
  kind: 'cleartext',
  transport: 'both',
  ports: [514, 601, 1514, 5514],
  client: judgeMessage,
  server: tellsNothing,
});

const highestPriority = 191;

/** `[count SP] '<' priority '>'`, then `1 SP timestamp` or `Mmm dd hh:mm:ss`. */
function judgeMessage(opening: Opening, onUsualPort: boolean): Evidence {
  let at = 0;
  if (isDigit(octetAt(opening, 0))) {
    at = skipDigits(opening, 0);
    if (at > 6) return evidence.no;
    if (at === opening.length) return evidence.more;
    if (octetAt(opening, at) !== 0x20) return evidence.no;
    at++;
  }
  if (at >= opening.length) return evidence.more;
  if (octetAt(opening, at) !== 0x3c) return evidence.no;
  const end = skipDigits(opening, at + 1);
  if (end === opening.length) return end - at > 4 ? evidence.no : evidence.more;
  if (
    octetAt(opening, end) !== 0x3e ||
    end === at + 1 ||
    end - at > 4 ||
    readPriority(opening, at + 1, end) > highestPriority
  )
    return evidence.no;
  return judgeTime(opening, end + 1, onUsualPort);
}

function readPriority(opening: Opening, from: number, to: number): number {
  let priority = 0;
  for (let at = from; at < to; at++) priority = priority * 10 + octetAt(opening, at) - 0x30;
  return priority;
}

function judgeTime(opening: Opening, at: number, onUsualPort: boolean): Evidence {
  if (opening.length < at + 4) return evidence.more;
  const first = octetAt(opening, at);
  const isVersioned =
    first === 0x31 &&
    octetAt(opening, at + 1) === 0x20 &&
    (isDigit(octetAt(opening, at + 2)) || octetAt(opening, at + 2) === 0x2d);
  const isMonth =
    isUpper(first) &&
    octetAt(opening, at + 1) >= 0x61 &&
    octetAt(opening, at + 2) >= 0x61 &&
    octetAt(opening, at + 3) === 0x20;
  if (isVersioned || isMonth) return evidence.yes;
  // Many devices write what they like behind the priority.
  return onUsualPort && first >= 0x20 && first < 0x7f ? evidence.yes : evidence.no;
}
