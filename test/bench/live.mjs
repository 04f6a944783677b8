#!/usr/bin/env node
// The benchmark of live sniffing: node test/bench/live.mjs [--seconds 60] [--rate 100000] [--backends tcpdump,dumpcap,cap] [--alone]
// Replays TLS and HTTP over a veth pair to the product with each backend and to its neighbours, one after the other, and prints
// a table in Markdown. In a network namespace of its own, so it needs root.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, execPath, exit, stderr } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { interleave } from './connection.mjs';
import { neighbours, product } from './live-programs.mjs';
import { connectLive, httpSession, makeLiveService, tlsSession } from './live-stream.mjs';
import { isInstalled } from './measure.mjs';
import { costOf, quantile } from './process-tree.mjs';
import { Random } from './random.mjs';
import { CaptureWriter } from './writer.mjs';

/** @typedef {import('./live-programs.mjs').Program} Program */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '100000' },
    backends: { type: 'string', default: 'tcpdump,dumpcap,cap' },
    alone: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run bench:live -- [--seconds 60] [--rate 100000] [--backends NAME,NAME] [--alone]
--seconds   how long each program sniffs
--rate      packets a second, of 354 octets on average
--backends  of the product: tcpdump, dumpcap, cap
--alone     the product without its neighbours`);
  exit(0);
}
const seconds = Number(values.seconds);
const rate = Number(values.rate);

if (!isInstalled('tcpreplay')) {
  stderr.write('the stream is replayed by tcpreplay: sudo apt-get install tcpreplay\n');
  exit(2);
}
// Everything below happens in a namespace that is gone when we are.
if (env.BENCH_NAMESPACE === undefined) {
  const again = [execPath, fileURLToPath(import.meta.url), ...argv.slice(2)];
  const { status } = spawnSync('unshare', ['--net', '--mount', ...again], {
    stdio: 'inherit',
    env: { ...env, BENCH_NAMESPACE: '1' },
  });
  exit(status ?? 2);
}

const sender = 'bench0';
const device = 'bench1';
const samplePace = 500;
const folder = mkdtempSync(join(tmpdir(), 'bench-live-'));
try {
  makeSegment();
  const stream = join(folder, 'stream.pcap');
  const { packets, octets } = writeStream(stream);
  console.log(
    `# Live sniffing, ${rate} packets/s of ${(octets / packets).toFixed(0)} octets for ${seconds} s, ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before\n`,
  );
  const programs = [
    ...(values.alone ? [] : neighbours(device)),
    ...values.backends.split(',').map((backend) => product(backend, device, folder)),
  ];
  console.log(
    '| program | packets sent | captured | lost | lost, as it says | CPU s | CPU | memory, peak | early | late |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const program of programs) {
    if (program.isThere()) console.log(await benched(program, stream));
    else stderr.write(`SKIPPED: ${program.name} is not installed (${program.get})\n`);
  }
  console.log(
    '\nLost: delivered by the interface and not captured. Memory in MB, of all its processes, with the 64 MiB of the kernel’s buffer; early and late: medians of the second and the last tenth.',
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {Program} program @param {string} stream @returns {Promise<string>} a row of the table */
async function benched(program, stream) {
  const time = Math.min(seconds, program.seconds);
  stderr.write(`${program.name}: ${time} s\n`);
  const [name, ...args] = program.command;
  const child = spawn(name, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, LC_ALL: 'C', TMPDIR: folder },
  });
  const over = new Promise((resolve) => child.once('close', resolve));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  for (let left = 100; !program.ready.test(errors) && child.exitCode === null && left > 0; left--) await sleep(100);
  if (!program.ready.test(errors)) {
    child.kill('SIGKILL');
    return `| ${program.name} | did not begin: ${errors.trim().split('\n').at(-1)} |`;
  }
  await sleep(1000);
  const delivered = delivery();
  const before = costOf(/** @type {number} */ (child.pid));
  /** @type {{ cpuSeconds: number, octets: number }[]} */
  const samples = [];
  const timer = setInterval(() => {
    const cost = costOf(/** @type {number} */ (child.pid));
    if (cost !== null) samples.push(cost);
  }, samplePace);
  const sent = await replay(stream, time);
  // Packets on their way: tcpdump's come at once, dumpcap's within a second.
  await sleep(2000);
  clearInterval(timer);
  const came = delivery() - delivered;
  const cpu = (samples.at(-1)?.cpuSeconds ?? Number.NaN) - (before?.cpuSeconds ?? 0);
  child.kill('SIGINT');
  // Who has a backlog may go on for hours.
  const patience = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await over;
  clearTimeout(patience);
  const { captured, dropped } = program.counts(errors, folder);
  const memory = samples.map(({ octets }) => octets / 1e6);
  const tenth = Math.ceil(memory.length / 10);
  const figures = [
    `${sent}${came === sent ? '' : ` (${came} delivered)`}`,
    ...(Number.isNaN(captured)
      ? ['not told', 'not told']
      : [captured, `${came - captured} (${((100 * (came - captured)) / came).toFixed(2)} %)`]),
    dropped ?? '-',
    cpu.toFixed(1),
    `${((100 * cpu) / time).toFixed(0)} %`,
    Math.max(...memory).toFixed(0),
    quantile(memory.slice(tenth, 2 * tenth), 0.5).toFixed(0),
    quantile(memory.slice(-tenth), 0.5).toFixed(0),
  ];
  return `| ${program.name}${time < seconds ? `, ${time} s only` : ''} | ${figures.join(' | ')} |`;
}

/** Sends for so many seconds; returns how many packets went out. @param {string} stream @param {number} time @returns {Promise<number>} */
async function replay(stream, time) {
  const args = ['-q', '-i', sender, '-K', `--pps=${rate}`, `--duration=${time}`, '--loop=0', stream];
  const child = spawn('tcpreplay', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-4000);
    });
  await new Promise((resolve) => child.once('close', resolve));
  const sent = /Actual: (\d+) packets/.exec(said);
  if (sent === null) throw new Error(`tcpreplay sent nothing: ${said.trim()}`);
  return Number(sent[1]);
}

/** Packets that the sniffed end received so far, as the kernel counts. */
function delivery() {
  return Number(readFileSync(`/sys/class/net/${device}/statistics/rx_packets`, 'latin1'));
}

/** A pair of interfaces on which nobody else says a word. */
function makeSegment() {
  run('mount', '-t', 'sysfs', 'sysfs', '/sys');
  run('ip', 'link', 'add', sender, 'type', 'veth', 'peer', 'name', device);
  run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
  for (const name of ['lo', sender, device]) run('ip', 'link', 'set', name, 'up');
}

/** @param {string} program @param {string[]} args */
function run(program, ...args) {
  const { status, stderr: words } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${words || 'it needs root'}`);
}

/** Four connections over TLS to one of HTTP, 36,000 in all: at 100,000 packets a second each comes again after six seconds. @param {string} path */
function writeStream(path) {
  const random = new Random(6);
  const pool = random.bytes(1 << 20);
  const services = Array.from({ length: 16 }, (_, index) => makeLiveService(random, index));
  const writer = new CaptureWriter(path);
  const start = (/** @type {number} */ index) =>
    index % 5 === 4
      ? httpSession(connectLive(writer, random, index, 80, 16), random.between(200, 10_600), pool)
      : tlsSession(connectLive(writer, random, index, 443, 16), services[index % 16], random.between(100, 3400));
  interleave(36_000, 300, start, writer, random, 10);
  writer.close();
  return writer;
}
