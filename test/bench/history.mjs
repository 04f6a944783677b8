// Figures of earlier runs, so that a change that costs something shows. One line of history.ndjson a run that was kept.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What one kept run measured. Ratios are CPU times of the product divided by another program's in the same run.
 * @typedef {{ instructions: number | null, peakMegabytes: number | null, ratios: Record<string, number> }} Figures
 * @typedef {{ date: string, commit: string, node: string, scale: number, captures: Record<string, Figures> }} Kept
 * @typedef {{ figure: string, was: string, now: string, verdict: string }} Change
 */

const path = fileURLToPath(new URL('history.ndjson', import.meta.url));

/** A change of more than this shows. Instructions hardly depend on what else the machine does. */
const tolerance = 0.05;

/** The kept runs, oldest first. @returns {Kept[]} */
export function readHistory() {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/**
 * The last run that can be compared: the same scale, and the same major version of Node, whose compiler decides much.
 * @param {readonly Kept[]} history @param {string} node @param {number} scale @returns {Kept | null}
 */
export function lastOf(history, node, scale) {
  const major = (/** @type {string} */ version) => version.split('.')[0];
  return history.findLast((kept) => kept.scale === scale && major(kept.node) === major(node)) ?? null;
}

/**
 * What both runs measured, and what has become of it. @param {Kept} before @param {Kept['captures']} captures
 * @returns {Change[]}
 */
export function changesSince(before, captures) {
  /** @type {Change[]} */
  const changes = [];
  for (const [name, now] of Object.entries(captures)) {
    const then = before.captures[name];
    if (then === undefined) continue;
    compare(changes, `${name}: instructions, G`, then.instructions, now.instructions, 1e9);
    compare(changes, `${name}: peak, MB`, then.peakMegabytes, now.peakMegabytes, 1);
  }
  return changes;
}

/** @param {Change[]} changes @param {string} figure @param {number | null} then @param {number | null} now @param {number} unit */
function compare(changes, figure, then, now, unit) {
  if (then === null || now === null) return;
  const change = now / then - 1;
  const percent = `${change > 0 ? '+' : ''}${(change * 100).toFixed(1)} %`;
  const verdict = change > tolerance ? `**${percent}**` : percent;
  const digits = unit === 1 ? 0 : 2;
  changes.push({ figure, was: (then / unit).toFixed(digits), now: (now / unit).toFixed(digits), verdict });
}

/** Adds a run to the history. @param {Pick<Kept, 'scale' | 'captures'>} run */
export function keepInHistory({ scale, captures }) {
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
  const date = new Date().toISOString().slice(0, 10);
  appendFileSync(path, `${JSON.stringify({ date, commit, node: process.version, scale, captures })}\n`);
}
