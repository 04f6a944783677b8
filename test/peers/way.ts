// A way of our own to record real programs on: a client, a host in the middle and a backend, each in a network namespace with
// its own interfaces, so that each place can be captured by itself. Everything ends with the way.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathOf } from './segment.js';

/** Addresses on the way; the middle has one towards each side. */
export const places = {
  client: '10.8.1.2',
  outside: '10.8.1.1',
  inside: '10.8.2.1',
  backend: '10.8.2.2',
} as const;

/** A host of the way. */
export type Place = 'client' | 'middle' | 'backend';

const patience = 15_000;
let ways = 0;

/** Three namespaces in a row, and what runs in them. */
export class Way {
  /** For the programs' files. */
  readonly folder: string;
  readonly #name: string;
  readonly #children: ChildProcess[] = [];

  constructor() {
    this.#name = `bw${process.pid}x${++ways}`;
    this.folder = mkdtempSync(join(tmpdir(), 'barewire-way-'));
    chmodSync(this.folder, 0o755);
    for (const place of ['client', 'middle', 'backend'] as const) {
      must('ip', ['netns', 'add', this.#space(place)]);
      this.run(place, 'ip', ['link', 'set', 'lo', 'up']);
    }
    this.#cable('client', 'c0', places.client, 'm0', places.outside);
    this.#cable('backend', 'b0', places.backend, 'm1', places.inside);
    this.run('client', 'ip', ['route', 'add', 'default', 'via', places.outside]);
    this.run('backend', 'ip', ['route', 'add', 'default', 'via', places.inside]);
    this.run('middle', 'sysctl', ['-q', '-w', 'net.ipv4.ip_forward=1']);
    this.#certificate();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file; returns its path. */
  file(name: string, content: string): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Runs a program at a place to its end. */
  run(place: Place, program: string, args: readonly string[]): string {
    return must('ip', ['netns', 'exec', this.#space(place), pathOf(program) ?? program, ...args], this.folder);
  }

  /** Starts a server at a place and waits until `port` answers. */
  async serve(place: Place, program: string, args: readonly string[], port: number): Promise<void> {
    const log = this.path(`${program}-${port}.log`);
    const child = this.#start(place, program, args, log);
    for (const end = Date.now() + patience; Date.now() < end && child.exitCode === null; await sleep(50)) {
      if (
        this.run(place, 'cat', ['/proc/net/tcp']).includes(
          `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`,
        )
      )
        return;
    }
    throw new Error(`${program} does not answer on port ${port}\n${readFileSync(log, 'utf8')}`);
  }

  /** Captures at the named interfaces what `clients` do; returns the files in the same order. */
  async record(interfaces: readonly [Place, string][], clients: () => void | Promise<void>): Promise<string[]> {
    const files = interfaces.map(([place, name]) => this.path(`${place}-${name}.pcap`));
    const recorders = interfaces.map(([place, name], at) => {
      const args = ['-i', name, '-s', '0', '-U', '--immediate-mode', '-Z', 'root', '-w', files[at]!, 'tcp'];
      return this.#start(place, 'tcpdump', args, this.path(`tcpdump-${place}-${name}.log`));
    });
    for (const end = Date.now() + patience; !files.every((file) => existsSync(file)); await sleep(20)) {
      if (Date.now() > end) throw new Error('tcpdump does not start');
    }
    await sleep(200);
    try {
      await clients();
      await sleep(300);
    } finally {
      for (const recorder of recorders) recorder.kill('SIGINT');
      for (const recorder of recorders) await ended(recorder);
    }
    return files;
  }

  /** Ends what still runs, and removes all of it. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    for (const child of this.#children) await ended(child);
    for (const place of ['client', 'middle', 'backend'] as const) {
      spawnSync('ip', ['netns', 'delete', this.#space(place)]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #space(place: Place): string {
    return `${this.#name}-${place}`;
  }

  /** A pair of interfaces between a host and the middle. */
  #cable(place: Place, own: string, ownIp: string, other: string, otherIp: string): void {
    const peer = ['peer', 'name', other, 'netns', this.#space('middle')];
    must('ip', ['link', 'add', own, 'netns', this.#space(place), 'type', 'veth', ...peer]);
    for (const [where, name, ip] of [
      [place, own, ownIp],
      ['middle', other, otherIp],
    ] as const) {
      this.run(where, 'ip', ['address', 'add', `${ip}/24`, 'dev', name]);
      this.run(where, 'ip', ['link', 'set', name, 'up']);
    }
  }

  #certificate(): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const names = ['-subj', '/CN=way.test', '-addext', `subjectAltName=IP:${places.backend},IP:${places.outside}`];
    must(
      'openssl',
      ['req', '-x509', ...key, '-keyout', 'server.key', '-out', 'server.pem', '-days', '30', ...names],
      this.folder,
    );
  }

  #start(place: Place, program: string, args: readonly string[], log: string): ChildProcess {
    writeFileSync(log, '');
    const command = ['sh', '-c', `exec "$@" >>'${log}' 2>&1`, 'sh', pathOf(program) ?? program, ...args];
    const child = spawn('ip', ['netns', 'exec', this.#space(place), ...command], {
      stdio: 'ignore',
      cwd: this.folder,
    });
    this.#children.push(child);
    return child;
  }
}

function must(program: string, args: readonly string[], cwd = '/'): string {
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000, cwd });
  if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

async function ended(child: ChildProcess): Promise<void> {
  for (let left = 100; child.exitCode === null && child.signalCode === null && left > 0; left--) {
    if (left === 30) child.kill('SIGKILL');
    await sleep(50);
  }
}
