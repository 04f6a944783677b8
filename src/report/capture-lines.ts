import { secondsFrom } from '../base/time.js';
import type { CaptureInfo } from '../model/report.js';
import { reportColumns, shorten, wrap } from './columns.js';
import { harmless } from './harmless.js';
import { countOf, duration, moment, size } from './quantities.js';

/** A capture in two lines: its name, then format, size and time; with `whole` everything about its health below. */
export function captureLines(capture: CaptureInfo, whole: boolean): string[] {
  const columns = reportColumns - 2;
  const format = capture.compression === null ? capture.format : `${capture.format} in ${capture.compression}`;
  const links = capture.linkTypes.slice(0, 3).map((name) => harmless(name, 32));
  const content = [format, ...links, countOf(capture.packets, 'packet'), size(capture.bytes)];
  const { firstTime, lastTime } = capture;
  if (firstTime !== null && lastTime !== null)
    content.push(moment(firstTime), duration(secondsFrom(firstTime, lastTime)));
  const lines = [shorten(harmless(capture.path), columns), ...wrap(content.join(', '), columns)];
  if (whole) lines.push(...healthLines(capture));
  return lines.map((line) => `  ${line}`);
}

function healthLines(capture: CaptureInfo): string[] {
  const { health, snapLength, framesBefore } = capture;
  const lines: string[] = [];
  const add = (text: string): void => {
    lines.push(...wrap(text, reportColumns - 2));
  };
  if (snapLength !== null) add(`snap length ${countOf(snapLength, 'octet')}`);
  if (framesBefore > 0) add(`continues an earlier file: frame N of a flow is frame N - ${framesBefore} here`);
  const counts: [number, string][] = [
    [health.truncatedPackets, 'cut by the snap length'],
    [health.malformedPackets, 'malformed'],
    [health.unsupportedPackets, 'in layers not decoded here'],
    [health.duplicatePackets, 'captured twice'],
    [health.badChecksums, 'with a bad IPv4 header checksum (ignored)'],
    [health.droppedPackets ?? 0, 'dropped while capturing'],
  ];
  for (const [times, what] of counts) if (times > 0) add(`${countOf(times, 'packet')} ${what}`);
  if (health.incompleteDatagrams > 0) add(`${countOf(health.incompleteDatagrams, 'datagram')} with fragments missing`);
  if (health.droppedPackets === null) add('no drop count in the file');
  if (health.endedEarly !== null) add(`ends early: ${harmless(health.endedEarly)}`);
  for (const damage of health.damage.slice(0, 20)) add(`damaged: ${harmless(damage)}`);
  return lines;
}
