import type { CaptureClock } from '../model/clock.js';
import type { CaptureInfo, VantageSummary } from '../model/report.js';
import { harmless } from './harmless.js';
import { count, countOf } from './quantities.js';

/** Clocks that are told in words; the rest is counted. */
const maxClocks = 4;
const pathCharacters = 60;

/** What several captures have in common, in sentences; none where they share nothing. */
export function vantageLines(captures: readonly CaptureInfo[], vantage: VantageSummary | undefined): string[] {
  if (vantage === undefined || vantage.connections + vantage.translated === 0) return [];
  const parts = [
    `${countOf(vantage.captures, 'capture')} of one segment: ${countOf(vantage.connections, 'connection')} seen in more than one, each counted once`,
  ];
  if (vantage.translated > 0) {
    parts.push(`${countOf(vantage.translated, 'connection')} found again with translated addresses`);
  }
  const clocks = clockTexts(captures);
  const shown = clocks.slice(0, maxClocks);
  const hidden = clocks.length - shown.length;
  if (hidden > 0) shown.push(`… and ${countOf(hidden, 'more clock')}`);
  return [parts.join('; '), ...shown];
}

function clockTexts(captures: readonly CaptureInfo[]): string[] {
  const told = new Set<CaptureClock>();
  const texts: string[] = [];
  for (const { path, clock } of captures) {
    // The files of one recording have one clock.
    if (!clock || told.has(clock)) continue;
    told.add(clock);
    texts.push(clockText(path, captures[clock.against]?.path ?? '', clock));
  }
  return texts;
}

/** 'clock of proxy.pcap runs 0.213 s ahead of client.pcap (41 connections, ± 0.1 ms)'. */
function clockText(path: string, against: string, clock: CaptureClock): string {
  const { offsetSeconds, uncertaintySeconds, connections } = clock;
  const own = harmless(path, pathCharacters);
  const other = harmless(against, pathCharacters);
  const seen = `${count(connections)} ${connections === 1 ? 'connection' : 'connections'}`;
  if (uncertaintySeconds !== null && Math.abs(offsetSeconds) <= uncertaintySeconds) {
    return `clocks of ${own} and ${other} agree to ${secondsText(uncertaintySeconds)} (${seen})`;
  }
  if (Math.abs(offsetSeconds) < 5e-7) return `clocks of ${own} and ${other} show the same times (${seen})`;
  const way = offsetSeconds < 0 ? 'behind' : 'ahead of';
  const doubt =
    uncertaintySeconds === null ? 'the delay between them is in it' : `± ${secondsText(uncertaintySeconds)}`;
  return `clock of ${own} runs ${secondsText(Math.abs(offsetSeconds))} ${way} ${other} (${seen}, ${doubt})`;
}

/** '2.500 s', '0.213 s', '4.2 ms', '15 µs'. */
function secondsText(seconds: number): string {
  if (seconds >= 0.1) return `${seconds.toFixed(3)} s`;
  if (seconds >= 0.001) return `${(seconds * 1e3).toFixed(1)} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
}
