#!/usr/bin/env node
// Runs the scores on the shared data and holds their figures against .ci/scores.json: node .ci/scores.mjs [--raise]
// A figure below its floor fails. With --raise, figures that are better than their floor become the floor; floors never
// sink. Prints one line a figure, then `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = join(root, '..', 'shared');
const floorsPath = join(root, '.ci', 'scores.json');

/**
 * A figure in the last line that a score prints, made of the numbers that `pattern` captures ('–' = nothing to judge, NaN).
 * `better` says which way is up.
 * @typedef {{ name: string, pattern: RegExp, value: (...numbers: number[]) => number, better: 'more' | 'less' }} Figure
 */

const itself = (/** @type {number} */ value) => value;
const percent = (/** @type {number} */ part, /** @type {number} */ whole) => (100 * part) / whole;

/** @type {readonly { name: string, command: string[], figures: Figure[] }[]} */
const scores = [
  {
    name: 'corpus',
    command: ['corpus.mjs', 'corpus'],
    figures: [
      { name: 'agreeing, %', pattern: /tshark \S+ %? ?\((\d+)\/(\d+)\)/, value: percent, better: 'more' },
      { name: 'failed files', pattern: /failed (\d+)/, value: itself, better: 'less' },
    ],
  },
  {
    name: 'variants',
    command: ['variants.mjs', 'corpus/variants'],
    figures: [{ name: 'the same, %', pattern: /\((\d+)\/(\d+)\)/, value: percent, better: 'more' }],
  },
  {
    name: 'tls13',
    command: ['tls13.mjs', 'tls13', 'dev'],
    figures: [
      { name: 'right, %', pattern: /right ([\d.]+|–)/, value: itself, better: 'more' },
      { name: 'wrong', pattern: /wrong (\d+)/, value: itself, better: 'less' },
    ],
  },
  {
    name: 'tls13 with keys',
    command: ['tls13.mjs', 'tls13', 'dev', '--keys'],
    figures: [{ name: 'right, %', pattern: /right ([\d.]+|–)/, value: itself, better: 'more' }],
  },
  {
    name: 'lab',
    command: ['lab.mjs', 'lab/dev'],
    figures: [
      { name: 'failed captures', pattern: /failed (\d+)/, value: itself, better: 'less' },
      { name: 'recall, %', pattern: /recall \S+ %? ?\((\d+)\/(\d+)\)/, value: percent, better: 'more' },
      // A share, not a number: who reports nothing is never wrong.
      {
        name: 'right findings, %',
        pattern: /wrong findings (\d+) of (\d+)/,
        value: (wrong, reported) => percent(reported - wrong, reported),
        better: 'more',
      },
      { name: 'hop kind, %', pattern: /hop kind ([\d.]+|–)/, value: itself, better: 'more' },
      { name: 'hop mutual TLS, %', pattern: /hop mtls ([\d.]+|–)/, value: itself, better: 'more' },
    ],
  },
];

if (!existsSync(join(shared, 'score'))) {
  console.log('SKIPPED: the shared data is not here (../shared); no score was taken.');
  console.log('0 passed, 0 failed');
  exit(0);
}

const raise = argv.includes('--raise');
/** @type {Record<string, number>} */
const floors = existsSync(floorsPath) ? JSON.parse(readFileSync(floorsPath, 'utf8')) : {};
let passed = 0;
let failed = 0;
for (const { name, command, figures } of scores) {
  const [script, folder, ...options] = command;
  const words = [join(shared, 'score', script), ...folder.split(' ').map((part) => join(shared, part)), ...options];
  const run = spawnSync(execPath, words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const line = (run.stdout ?? '').trim().split('\n').at(-1) ?? '';
  console.log(`${name}: ${line || String(run.stderr).trim().slice(-300)}`);
  for (const figure of figures) judge(`${name}: ${figure.name}`, figure, line);
}
if (raise) writeFileSync(floorsPath, `${JSON.stringify(floors, null, 2)}\n`);
console.log(`${passed} passed, ${failed} failed`);
exit(failed > 0 ? 1 : 0);

/** @param {string} name @param {Figure} figure @param {string} line */
function judge(name, { pattern, value: compute, better }, line) {
  const found = pattern.exec(line);
  if (!found) {
    failed++;
    console.log(`  FAILED ${name}: no such figure in the last line`);
    return;
  }
  // Rounded down, so that no figure fails a floor that it set itself; nothing judged is nothing reached.
  const value = Math.floor((compute(...found.slice(1).map(Number)) || 0) * 10_000) / 10_000;
  const floor = floors[name];
  const isWorse = floor !== undefined && (better === 'more' ? value < floor : value > floor);
  const isBetter = floor === undefined || (better === 'more' ? value > floor : value < floor);
  if (raise && isBetter) floors[name] = value;
  if (isWorse) failed++;
  else passed++;
  const against = floor === undefined ? 'no floor yet' : `floor ${floor}`;
  console.log(`  ${isWorse ? 'FAILED' : 'ok    '} ${name} ${value} (${against})${raise && isBetter ? ', raised' : ''}`);
}
