import type { CaptureInfo, Summary } from '../model/report.js';
import { harmless } from './harmless.js';
import { count, countOf } from './quantities.js';

/** What the captures of a run together fail to show. */
export interface HealthReport {
  /** Nothing is missing that a verdict would lean on. */
  complete: boolean;
  /** One sentence. */
  sentence: string;
  /** What is worth knowing and costs nothing: duplicates, layers that are not decoded. */
  notes: string[];
}

/** Judges the captures: each shortcoming with its count and what it is a part of. */
export function judgeHealth(captures: readonly CaptureInfo[], summary: Summary): HealthReport {
  const packets = total(captures, (capture) => capture.packets);
  const flows = summary.flows.total;
  const lacks = [
    ...parts(captures, packets, 'packets cut by the snap length', (health) => health.truncatedPackets),
    ...parts(captures, packets, 'packets malformed', (health) => health.malformedPackets),
    ...drops(captures),
    ...parts(captures, flows, 'flows with gaps', (health) => health.gapFlows),
    ...parts(captures, flows, 'flows with one direction only', (health) => health.oneSidedFlows),
    ...parts(captures, flows, 'flows without their beginning', (health) => health.midstreamFlows),
    ...broken(captures),
    ...Object.entries(summary.limits).map(
      ([name, times]) => `limit '${harmless(name)}' reached ${countOf(times, 'time')}`,
    ),
  ];
  if (packets === 0) lacks.unshift('no packets');
  const notes = [
    ...parts(captures, packets, 'packets captured twice (each counted once)', (health) => health.duplicatePackets),
    ...parts(captures, packets, 'packets in layers not decoded here', (health) => health.unsupportedPackets),
  ];
  const sentence =
    lacks.length === 0
      ? 'complete: no gaps, no cut packets, no drops reported'
      : `POOR: ${lacks.join('; ')}. What is missing is not judged.`;
  return { complete: lacks.length === 0, sentence, notes };
}

function parts(
  captures: readonly CaptureInfo[],
  whole: number,
  what: string,
  value: (health: CaptureInfo['health']) => number,
): string[] {
  const part = total(captures, (capture) => value(capture.health));
  return part === 0 ? [] : [`${count(part)} of ${count(whole)} ${what}`];
}

function drops(captures: readonly CaptureInfo[]): string[] {
  const dropped = total(captures, (capture) => capture.health.droppedPackets ?? 0);
  return dropped === 0 ? [] : [`${countOf(dropped, 'packet')} dropped while capturing`];
}

function broken(captures: readonly CaptureInfo[]): string[] {
  const lines: string[] = [];
  for (const { path, health } of captures) {
    if (health.endedEarly !== null) lines.push(`${harmless(path)} ends early: ${harmless(health.endedEarly)}`);
    const damage = health.damage[0];
    if (damage === undefined) continue;
    const more = health.damage.length > 1 ? ` and ${countOf(health.damage.length - 1, 'more place')}` : '';
    lines.push(`${harmless(path)} is damaged: ${harmless(damage)}${more}`);
  }
  return lines;
}

function total(captures: readonly CaptureInfo[], value: (capture: CaptureInfo) => number): number {
  let sum = 0;
  for (const capture of captures) sum += value(capture);
  return sum;
}
