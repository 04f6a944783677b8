import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const peakMeter = '/usr/bin/time';

/** Whether peak memory can be measured: it needs GNU time (Debian package `time`). */
export const measuresMemory = existsSync(peakMeter);

/** Every start of Node reads the certificates that this names, which are the machine's business. */
const { NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;

/** Whether instructions can be counted: it needs perf (Debian package `linux-perf`) and a processor that lets it. */
export const countsInstructions = instructionsOf(['true']) > 0;

/**
 * Instructions that a command executes in user mode; NaN where they can't be counted. Other work on the machine hardly moves
 * them, so they tell a slower program from a busy machine. @param {readonly string[]} command @returns {number}
 */
export function instructionsOf(command) {
  const run = spawnSync('perf', ['stat', '-x', ',', '-e', 'instructions:u', '--', ...command], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const line = run.error ? undefined : run.stderr.split('\n').find((text) => text.includes('instructions'));
  return run.status === 0 && line !== undefined ? Number(line.split(',')[0]) : Number.NaN;
}

/** Whether a program can be run. @param {string} program @returns {boolean} */
export function isInstalled(program) {
  return spawnSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

/**
 * What one run cost. `peakMegabytes` is NaN where it can't be measured.
 * @typedef {{ cpuSeconds: number, wallSeconds: number, peakMegabytes: number }} Cost
 */

/**
 * Runs a command with its output thrown away, on the first core alone where `taskset` is there.
 * @param {readonly string[]} command @returns {Cost}
 */
export function measure(command) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const peakFile = join(folder, 'peak');
    const words = [...(measuresMemory ? [peakMeter, '-f', '%M', '-o', peakFile] : []), ...pin, ...command];
    // The shell's own `time` counts milliseconds, GNU time hundredths; children of the command are in both.
    const script = `TIMEFORMAT='%3R %3U %3S'; { time "$@" >/dev/null 2>"$0" </dev/null; } 2>&1`;
    const errors = join(folder, 'errors');
    const run = spawnSync('bash', ['-c', script, errors, ...words], { encoding: 'utf8', env });
    if (run.status !== 0) {
      throw new Error(
        `${command.join(' ')} ended with ${run.status}: ${readFileSync(errors, 'utf8').trim().slice(-400)}`,
      );
    }
    const [wall, user, system] = run.stdout.trim().split(/\s+/).map(Number);
    const peak = measuresMemory ? Number(readFileSync(peakFile, 'utf8').trim().split('\n').at(-1)) * 1024 : Number.NaN;
    return { cpuSeconds: user + system, wallSeconds: wall, peakMegabytes: peak / 1e6 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const pin = isInstalled('taskset') ? ['taskset', '-c', '0'] : [];

/** Whether runs keep to one core. */
export const isPinned = pin.length > 0;

/** The middle one of several runs, each figure by itself. @param {readonly Cost[]} costs @returns {Cost} */
export function median(costs) {
  const middle = (/** @type {keyof Cost} */ field) => {
    const sorted = costs.map((cost) => cost[field]).sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };
  return {
    cpuSeconds: middle('cpuSeconds'),
    wallSeconds: middle('wallSeconds'),
    peakMegabytes: middle('peakMegabytes'),
  };
}
