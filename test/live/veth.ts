// A segment that can be sniffed: a veth pair, one end here and the other in a network namespace with a server. It ends with
// `close`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvent, LiveOptions, Summary } from '../../src/index.js';
import { defaultBufferOctets, defaultSnapLength, type Finding, type Hop, LiveAnalysis } from '../../src/index.js';

const patience = 20_000;
let segments = 0;

/** Both ends of a segment, and what runs on it. */
export class VethSegment {
  readonly name: string;
  readonly clientIp: string;
  readonly serverIp: string;
  readonly folder: string = mkdtempSync(join(tmpdir(), 'barewire-live-'));
  readonly #namespace: string;
  readonly #children: ChildProcess[] = [];

  constructor() {
    const number = ++segments;
    this.name = `bwl${process.pid % 100_000}n${number}`;
    this.#namespace = `barewire-live-${process.pid}-${number}`;
    const subnet = `10.${200 + number}.${process.pid % 250}`;
    this.clientIp = `${subnet}.1`;
    this.serverIp = `${subnet}.2`;
    run('ip', 'netns', 'add', this.#namespace);
    this.plug();
    run('openssl', ...selfSigned, '-keyout', this.path('key.pem'), '-out', this.path('cert.pem'));
  }

  /** Makes the pair; the server's end survives nothing, so it is made anew too. */
  plug(): void {
    run('ip', 'link', 'add', this.name, 'type', 'veth', 'peer', 'name', 'far', 'netns', this.#namespace);
    run('ip', 'address', 'add', `${this.clientIp}/24`, 'dev', this.name);
    run('ip', 'link', 'set', this.name, 'up');
    run('ip', '-n', this.#namespace, 'address', 'add', `${this.serverIp}/24`, 'dev', 'far');
    run('ip', '-n', this.#namespace, 'link', 'set', 'far', 'up');
  }

  /** Takes the interface away. */
  unplug(): void {
    run('ip', 'link', 'delete', this.name);
  }

  down(): void {
    run('ip', 'link', 'set', this.name, 'down');
  }

  up(): void {
    run('ip', 'link', 'set', this.name, 'up');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A TLS 1.2 server; `args` are further ones of s_server. */
  async serveTls(port: number, ...args: string[]): Promise<void> {
    const key = ['-key', this.path('key.pem'), '-cert', this.path('cert.pem')];
    await this.#serve(port, 'openssl', 's_server', '-accept', String(port), ...key, '-tls1_2', '-www', ...args);
  }

  /** A web server in cleartext. */
  async serveHttp(port: number): Promise<void> {
    const program = "require('http').createServer((q,s)=>s.end('hello')).listen(+process.argv[1])";
    await this.#serve(port, process.execPath, '-e', program, String(port));
  }

  /** One request over TLS, with a client certificate if asked for. */
  async requestTls(port: number, withCertificate = false): Promise<void> {
    const mine = withCertificate ? ['-key', this.path('key.pem'), '-cert', this.path('cert.pem')] : [];
    const args = ['s_client', '-connect', `${this.serverIp}:${port}`, '-tls1_2', '-quiet', ...mine];
    await ended(spawnWith('openssl', args, 'GET / HTTP/1.0\r\n\r\n'));
  }

  /** One request in cleartext, with a password. */
  async requestHttp(port: number, password = 'secret'): Promise<void> {
    const response = await fetch(`http://${this.serverIp}:${port}/`, {
      headers: { authorization: `Basic ${btoa(`joe:${password}`)}`, connection: 'close' },
    });
    await response.text();
  }

  /** A program in the namespace that runs until the end. */
  start(program: string, ...args: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#namespace, program, ...args], { stdio: 'ignore' });
    this.#children.push(child);
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    const inside = spawnSync('ip', ['netns', 'pids', this.#namespace], { encoding: 'utf8' }).stdout.split(/\s+/);
    for (const pid of inside) if (pid !== '') process.kill(Number(pid), 'SIGKILL');
    for (const child of this.#children) await ended(child);
    spawnSync('ip', ['link', 'delete', this.name]);
    spawnSync('ip', ['netns', 'delete', this.#namespace]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #serve(port: number, program: string, ...args: string[]): Promise<void> {
    this.start(program, ...args);
    const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
    await until(() => {
      const table = ['ip', 'netns', 'exec', this.#namespace, 'cat', '/proc/net/tcp', '/proc/net/tcp6'];
      const listening = spawnSync(table[0]!, table.slice(1), { encoding: 'utf8' }).stdout;
      return listening.split('\n').some((line) => line.includes(hex) && / 0A /.test(line));
    }, `a server on port ${port}`);
  }
}

/** A run of live sniffing, with all that it told. */
export class Sniffing {
  readonly events: LiveEvent[] = [];
  readonly findings: Finding[] = [];
  readonly hops: Hop[] = [];
  flows = 0;
  readonly analysis: LiveAnalysis;
  readonly done: Promise<Summary>;
  #started = false;

  constructor(name: string, options: Partial<LiveOptions> & { backend?: 'tcpdump' | 'dumpcap'; filter?: string } = {}) {
    const { backend = 'auto', filter = null, ...others } = options;
    this.analysis = new LiveAnalysis({
      capture: {
        interfaces: [name],
        ...{ backend, filter, snapLength: defaultSnapLength, bufferOctets: defaultBufferOctets },
        ...{ promiscuous: true, user: null },
      },
      sink: {
        flow: () => {
          this.flows++;
        },
        hop: (hop) => this.hops.push(hop),
        finding: (finding) => this.findings.push(finding),
        end: () => {},
      },
      onEvent: (event) => this.events.push(event),
      onStarted: () => {
        this.#started = true;
      },
      ...others,
    });
    this.done = this.analysis.run();
    // Whoever waits for it hears of the failure; until then it is nobody's.
    this.done.catch(() => {});
  }

  /** Waits until packets would be seen. */
  async started(): Promise<this> {
    await Promise.race([until(() => this.#started, 'sniffing'), this.done]);
    await sleep(300);
    return this;
  }

  /** Waits for a finding of that kind. */
  async finding(kind: string): Promise<void> {
    await until(() => this.kinds().includes(kind), `the finding ${kind}`);
  }

  /** Waits for a notice. */
  async notice(pattern: RegExp): Promise<void> {
    await until(() => this.notices().some((text) => pattern.test(text)), `a notice like ${pattern}`);
  }

  kinds(): string[] {
    return this.events.flatMap((event) => (event.event === 'finding' ? [event.finding.kind] : []));
  }

  notices(): string[] {
    return this.events.flatMap((event) => (event.event === 'notice' ? [event.text] : []));
  }

  async stop(): Promise<Summary> {
    this.analysis.stop();
    return await this.done;
  }
}

/** Waits until something is so. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + patience; !condition(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`no ${what} within ${patience / 1000} s`);
  }
}

const selfSigned = [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '5'],
  ...['-subj', '/CN=live.segment.test'],
];

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

function spawnWith(program: string, args: readonly string[], input: string): ChildProcess {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin!.on('error', () => {});
  child.stdin!.write(input);
  setTimeout(() => child.stdin!.end(), 400);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  for (let left = 200; child.exitCode === null && child.signalCode === null && left > 0; left--) await sleep(25);
  child.kill('SIGKILL');
}
