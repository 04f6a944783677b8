#!/usr/bin/env node
// Hostile captures against the budgets: node test/fuzz/budgets.mjs [--only NAME,NAME] [--scale 1] [--seed 1] [--program bin/analyze.js]
// No capture may cost more than 20 times a plain one of its size, nor more memory than the bound. Prints a table in Markdown,
// and ends with 1 where one does. Needs GNU time; instructions are counted where `perf` can, else CPU time is taken.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureCapture } from '../bench/generate.mjs';
import { attacks, makeHostile } from './hostile/captures.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    only: { type: 'string', default: Object.keys(attacks).join(',') },
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    program: { type: 'string', default: join(root, 'bin', 'analyze.js') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    `Usage: npm run budgets -- [--only NAME,NAME] [--scale 1] [--seed 1] [--program bin/analyze.js]\nAttacks: ${Object.keys(attacks).join(', ')}`,
  );
  exit(0);
}

/** A capture may cost so many times what a plain one of as many octets costs. */
const mostTimes = 20;
/**
 * Resident octets, whatever the capture. The bounds of the limits.ts files that can be met at one time in captures of this size
 * come to less: half a gigabyte of secrets from a key log, or 128 MiB of held segments, 64 MiB of unfinished messages, 64 MiB of
 * certificates and what describes them, beside a program of 100 MB.
 */
const mostMemory = 900e6;
/** How it ends where nothing in the input is a capture. */
const refused = 3;
/** Past it a run is stopped. */
const mostSeconds = 300;
/** Plain captures, from many octets a packet to few. */
const plainNames = ['bulk', 'mixed', 'storm', 'flows-1000k'];

const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'barewire-budgets-'));
const counts = spawnSync('perf', ['stat', '-e', 'instructions:u', 'true'], { encoding: 'utf8' });
const hasPerf = counts.status === 0 && /\d+\s+instructions/.test(counts.stderr);
let failed = false;
try {
  failed = run();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
exit(failed ? 1 : 0);

function run() {
  const start = cost([...smallest()]);
  const plain = plainNames.map((name) => {
    const { path, packets, fileOctets } = ensureCapture(name, 0.02);
    return { name, octets: fileOctets, perPacket: fileOctets / packets, ...cost([path]) };
  });
  console.log(
    `${hasPerf ? 'Instructions' : 'CPU time'} and peak memory beside a plain capture of as many octets and of packets as large.\n`,
  );
  console.log('| attack | MB | packets | plain | times | CPU s | peak MB | |\n|---|--:|--:|---|--:|--:|--:|---|');
  /** Work for an octet. */
  const each = (/** @type {{ work: number, octets: number }} */ one) => (one.work - start.work) / one.octets;
  let over = 0;
  for (const name of values.only.split(',')) {
    const capture = makeHostile(name, scratch, { scale: Number(values.scale), seed: Number(values.seed) });
    const perPacket = capture.octets / Math.max(1, capture.packets);
    const distance = (/** @type {{ perPacket: number }} */ one) => Math.abs(Math.log(one.perPacket / perPacket));
    const beside = plain.reduce((best, one) => (distance(one) < distance(best) ? one : best));
    const expected = start.work + each(beside) * capture.octets + each(plain[0]) * capture.also;
    const { work, seconds, memory, status } = cost([...capture.inputs, ...capture.args]);
    const times = work / expected;
    const faults = [];
    if (times > mostTimes) faults.push('SLOW');
    if (memory > mostMemory) faults.push('MEMORY');
    if (status !== 0 && status !== refused) faults.push(`ended: ${status}`);
    over += faults.length;
    const cells = [
      name,
      (capture.octets / 1e6).toFixed(1),
      capture.packets,
      beside.name,
      times.toFixed(1),
      seconds.toFixed(1),
      (memory / 1e6).toFixed(0),
      faults.join(', '),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    for (const path of capture.inputs) rmSync(path, { force: true });
    rmSync(join(scratch, `${name}.pcap`), { force: true });
  }
  console.log(`\n${over} over budget; the bounds are ${mostTimes} times and ${mostMemory / 1e6} MB.`);
  return over > 0;
}

/** What starting costs. */
function* smallest() {
  yield makeHostile('syn-flood', scratch, { scale: 0.00001 }).inputs[0];
}

/**
 * One run of the program. `work` in instructions, or in microseconds.
 * @param {string[]} words @returns {{ work: number, seconds: number, memory: number, status: number | string }}
 */
function cost(words) {
  const [counted, timed] = [join(scratch, 'instructions'), join(scratch, 'time')];
  const perf = hasPerf ? ['perf', 'stat', '-x', ',', '-o', counted, '-e', 'instructions:u'] : [];
  const command = [
    ...perf,
    '/usr/bin/time',
    '-f',
    '%U %S %M',
    '-o',
    timed,
    execPath,
    values.program,
    '-q',
    '-f',
    'json',
    '-o',
    '/dev/null',
    ...words,
  ];
  const { status, signal } = spawnSync('timeout', [String(mostSeconds), ...command], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const [user = Number.NaN, system = 0, kilobytes = Number.NaN] = (
    readFileSync(timed, 'utf8').trim().split('\n').at(-1) ?? ''
  )
    .split(' ')
    .map(Number);
  const seconds = status === 124 ? mostSeconds : user + system;
  const line = hasPerf
    ? readFileSync(counted, 'utf8')
        .split('\n')
        .find((text) => text.includes('instructions'))
    : undefined;
  const work = line === undefined ? seconds * 1e6 : Number(line.split(',')[0]);
  return {
    work,
    seconds,
    memory: kilobytes * 1024,
    status: status === 124 ? `no end in ${mostSeconds} s` : (status ?? signal ?? '?'),
  };
}
