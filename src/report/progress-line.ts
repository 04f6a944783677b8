import { shorten } from './columns.js';
import { harmless } from './harmless.js';
import { duration, size } from './quantities.js';

/** How far reading has come. */
export interface ReadingProgress {
  path: string;
  bytesRead: number;
  /** Null where nobody knows: standard input. */
  bytesTotal: number | null;
  packets: number;
  /** Of a run over several inputs; see the engine's. */
  run?: { file: number; files: number; bytesRead: number; bytesSkipped: number; bytesTotal: number };
}

const barColumns = 20;

/** One line of at most `columns`: bar, octets, rate, time left, which of how many files. */
export function progressLine(progress: ReadingProgress, elapsedSeconds: number, columns: number): string {
  const { run } = progress;
  const { bytesRead, bytesTotal } = run ?? progress;
  const rate = elapsedSeconds > 0 ? (bytesRead - (run?.bytesSkipped ?? 0)) / elapsedSeconds : 0;
  const parts: string[] = [];
  if (bytesTotal !== null && bytesTotal > 0) {
    const part = Math.min(1, bytesRead / bytesTotal);
    const filled = Math.floor(part * barColumns);
    parts.push(
      `[${'#'.repeat(filled)}${'.'.repeat(barColumns - filled)}] ${String(Math.floor(part * 100)).padStart(3)} %`,
    );
    parts.push(`${size(bytesRead)} of ${size(bytesTotal)}`);
  } else parts.push(size(bytesRead));
  parts.push(`${size(rate)}/s`);
  if (bytesTotal !== null && rate > 0) parts.push(`${timeLeft(Math.max(0, bytesTotal - bytesRead) / rate)} left`);
  if (run !== undefined) parts.push(`file ${run.file} of ${run.files}`);
  parts.push(harmless(progress.path.split('/').at(-1) ?? ''));
  return shorten(parts.join('  '), columns);
}

// Whole seconds: tenths would flicker and promise too much.
function timeLeft(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : duration(seconds);
}
