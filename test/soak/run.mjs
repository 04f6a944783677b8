#!/usr/bin/env node
// Ever new connections, a third of them never closed, against the bound of memory of `analyze live`:
//   node test/soak/run.mjs [--over stdin,veth] [--connections 1000000] [--max-flows 100000] [--max-memory 600M] [--rate 50000]
// Prints a table in Markdown for each way, and ends with 1 where memory passed its bound or grew in the second half. Over
// veth it needs root and tcpreplay.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv, env, execPath, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isInstalled } from '../bench/measure.mjs';
import { costOf, quantile } from '../bench/process-tree.mjs';

const { values } = parseArgs({
  options: {
    over: { type: 'string', default: 'stdin,veth' },
    connections: { type: 'string', default: '1000000' },
    'max-flows': { type: 'string', default: '100000' },
    'max-memory': { type: 'string', default: '600M' },
    rate: { type: 'string', default: '50000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run soak -- [--over stdin,veth] [--connections 1000000] [--max-flows 100000] [--max-memory 600M] [--rate 50000]
--over         stdin: as fast as the analyzer takes it, its clock 2 ms on with each packet; veth: through tcpdump
--connections  how many; a third is never closed
--max-flows    connections that the analyzer follows at a time
--max-memory   the bound: octets that it may take
--rate         packets a second over veth`);
  exit(0);
}

const here = dirname(fileURLToPath(import.meta.url));
const analyze = join(here, '..', '..', 'bin', 'analyze.js');
const connections = Number(values.connections);
const bound = Number(values['max-memory'].slice(0, -1)) * 2 ** 20;
const metrics = '127.0.0.1:39466';
const samplePace = 2000;
const stdinMicroseconds = 2000;
/** What memory may still grow by from the sixth tenth of the run to the last: by then every table is full. */
const allowedGrowth = 1.15;

if (!/^\d+M$/.test(values['max-memory'])) {
  stderr.write(`--max-memory ${values['max-memory']}: in mebibytes, as 600M\n`);
  exit(2);
}
// Over veth everything happens in a namespace that is gone when we are.
if (values.over !== 'stdin' && env.SOAK_NAMESPACE === undefined) {
  if (!isInstalled('tcpreplay')) {
    stderr.write('packets are replayed by tcpreplay: sudo apt-get install tcpreplay\n');
    exit(2);
  }
  const again = [execPath, fileURLToPath(import.meta.url), ...argv.slice(2)];
  const within = { ...env, SOAK_NAMESPACE: '1' };
  exit(spawnSync('unshare', ['--net', '--mount', ...again], { stdio: 'inherit', env: within }).status ?? 2);
}

// Nothing is up in a new namespace, and /metrics is asked over loopback.
if (env.SOAK_NAMESPACE !== undefined) run('ip', 'link', 'set', 'lo', 'up');

const folder = mkdtempSync(join(tmpdir(), 'soak-'));
let failed = false;
try {
  for (const way of values.over.split(',')) failed = !(await (way === 'veth' ? overVeth() : overStdin())) || failed;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
exit(failed ? 1 : 0);

/** A generator writes into a pipe that the analyzer reads. */
async function overStdin() {
  const pipe = join(folder, 'pipe');
  run('mkfifo', pipe);
  const generated = ended(generate(pipe, stdinMicroseconds));
  // Waits for the generator.
  const descriptor = openSync(pipe, 'r');
  const sniffer = start(['-'], descriptor);
  closeSync(descriptor);
  const samples = await sample(sniffer);
  await generated;
  return report('standard input', samples);
}

/** A capture is replayed, and sniffed by tcpdump. */
async function overVeth() {
  run('mount', '-t', 'sysfs', 'sysfs', '/sys');
  run('ip', 'link', 'add', 'soak0', 'type', 'veth', 'peer', 'name', 'soak1');
  run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
  for (const name of ['soak0', 'soak1']) run('ip', 'link', 'set', name, 'up');
  const capture = join(folder, 'soak.pcap');
  await ended(generate(capture, 20));
  const sniffer = start(['-i', 'soak1', '--backend', 'tcpdump'], 'ignore');
  const replayed = new Promise((resolve) => setTimeout(resolve, 3000)).then(async () => {
    await ended(spawn('tcpreplay', ['-q', '-i', 'soak0', `--pps=${values.rate}`, capture], { stdio: 'ignore' }));
    setTimeout(() => sniffer.kill('SIGINT'), 3000);
  });
  const samples = await sample(sniffer);
  await replayed;
  return report(`veth, tcpdump, ${values.rate} packets/s`, samples);
}

/** @param {string} path @param {number} microseconds */
function generate(path, microseconds) {
  const args = [join(here, 'generate.mjs'), path, String(connections), String(microseconds)];
  return spawn(execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param {string[]} from @param {number | 'ignore'} input */
function start(from, input) {
  const bounds = ['--max-flows', values['max-flows'], '--max-memory', values['max-memory']];
  const args = [analyze, 'live', ...from, ...bounds, '--metrics', metrics, '-q', '-o', join(folder, 'report.txt')];
  return spawn(execPath, args, { stdio: [input, 'ignore', 'inherit'] });
}

/**
 * Looks at a process every two seconds until it ends.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ octets: number, ended: number, open: number }[]>}
 */
async function sample(child) {
  /** @type {{ octets: number, ended: number, open: number }[]} */
  const samples = [];
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    const text = await fetch(`http://${metrics}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
    looking = false;
    const cost = costOf(/** @type {number} */ (child.pid));
    if (cost === null || text === '') return;
    const flows = [...text.matchAll(/^barewire_flows_total\{.*\} (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
    const open = Number(/^barewire_open_flows (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
    samples.push({ octets: cost.ownOctets, ended: flows, open });
  }, samplePace);
  await ended(child);
  clearInterval(timer);
  return samples;
}

/**
 * Prints what was seen; true when memory kept to its bound and did not grow.
 * @param {string} way @param {{ octets: number, ended: number, open: number }[]} samples
 */
function report(way, samples) {
  console.log(
    `\n## ${connections} connections over ${way}, at most ${values['max-flows']} at a time, ${values['max-memory']}\n`,
  );
  console.log('| tenth of the run | connections ended | open | memory, least | median | most |');
  console.log('|--:|--:|--:|--:|--:|--:|');
  /** @type {number[]} */
  const medians = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    const part = samples.slice((tenth * samples.length) / 10, ((tenth + 1) * samples.length) / 10);
    const memory = part.map(({ octets }) => octets);
    medians.push(quantile(memory, 0.5));
    const last = part.at(-1);
    const figures = [Math.min(...memory), quantile(memory, 0.5), Math.max(...memory)].map((octets) =>
      mebibytes(octets),
    );
    console.log(`| ${tenth + 1} | ${last?.ended} | ${last?.open} | ${figures.join(' | ')} |`);
  }
  const text = readFileSync(join(folder, 'report.txt'), 'utf8');
  const flat = text.replace(/\s+/g, ' ');
  const limits = [
    ...new Set([...flat.matchAll(/limit '(\w+)' reached ([\d,]+)/g)].map(([, name, n]) => `${name} ${n}`)),
  ];
  const most = Math.max(...samples.map(({ octets }) => octets));
  const growth = medians[9] / medians[5];
  console.log(
    `\n${samples.length} samples; limits: ${limits.join(', ') || 'none'}; ${/Mutual TLS on [^.]*\./.exec(flat)?.[0] ?? ''}`,
  );
  const kept = most <= bound;
  const flatEnough = growth <= allowedGrowth;
  console.log(`${kept ? 'OK' : 'FAILED'}: at most ${mebibytes(most)} MiB of ${values['max-memory']}`);
  console.log(
    `${flatEnough ? 'OK' : 'FAILED'}: from the sixth tenth to the last by ${growth.toFixed(2)}, ${allowedGrowth} allowed`,
  );
  return samples.length >= 20 && kept && flatEnough;
}

/** @param {number} octets */
function mebibytes(octets) {
  return (octets / 2 ** 20).toFixed(0);
}

/** @param {import('node:child_process').ChildProcess} child */
async function ended(child) {
  await new Promise((resolve) => child.once('close', resolve));
}

/** @param {string} program @param {string[]} args */
function run(program, ...args) {
  const { status, stderr: words } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${words || 'it needs root'}`);
}
