import { limitWords } from '../model/limit-words.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import { harmless } from './harmless.js';
import { missingShares, preflightText, sideLimits } from './preflight.js';
import { count, countOf } from './quantities.js';
import { vantageLines } from './vantage-lines.js';

/** More than this share of packets or flows with something missing makes a capture poor. */
const poorShare = 0.05;

/** What the captures of a run together fail to show. */
export interface HealthReport {
  /** `incomplete`: here and there something is missing; `poor`: so much, or in such a way, that the answer suffers. */
  grade: 'complete' | 'incomplete' | 'poor';
  /** One sentence, after the grade. */
  sentence: string;
  /** What is worth knowing and costs nothing: duplicates, layers that are not decoded. */
  notes: string[];
  /** What several captures have in common, and how their clocks stand, in sentences. */
  together: string[];
}

/** Judges the captures: each shortcoming with its count and what it is a part of. */
export function judgeHealth(captures: readonly CaptureInfo[], summary: Summary): HealthReport {
  const packets = total(captures, (capture) => capture.packets);
  const shares = missingShares(captures, summary);
  const breaks = [...drops(captures), ...broken(captures), ...limits(summary)];
  if (packets === 0) breaks.unshift('no packets');
  const notes = [
    partOf(captures, packets, 'packets captured twice (each counted once)', (health) => health.duplicatePackets),
    partOf(captures, packets, 'packets in layers not decoded here', (health) => health.unsupportedPackets),
  ].filter((share) => share.part > 0);
  const together = vantageLines(captures, summary.vantage);
  const lacks = [...shares.map(preflightText), ...breaks];
  if (lacks.length === 0) {
    const sentence = 'complete: no gaps, no cut packets, no drops reported';
    return { grade: 'complete', sentence, notes: notes.map((note) => note.text), together };
  }
  const grade =
    breaks.length > 0 || shares.some(({ count: part, of }) => part > poorShare * (of ?? part)) ? 'poor' : 'incomplete';
  const sentence = `${grade === 'poor' ? 'POOR' : grade}: ${lacks.join('; ')}. What is missing is not judged.`;
  return { grade, sentence, notes: notes.map((note) => note.text), together };
}

interface Share {
  part: number;
  whole: number;
  text: string;
}

function partOf(
  captures: readonly CaptureInfo[],
  whole: number,
  what: string,
  value: (health: CaptureInfo['health']) => number,
): Share {
  const part = total(captures, (capture) => value(capture.health));
  return { part, whole, text: `${count(part)} of ${count(whole)} ${what}` };
}

function limits(summary: Summary): string[] {
  return Object.entries(summary.limits)
    .filter(([name]) => !sideLimits.has(name))
    .map(([name, times]) => `${count(times)} ${harmless(limitWords(name))}`);
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
