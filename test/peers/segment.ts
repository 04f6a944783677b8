// A network segment of our own to record real programs on: a namespace with nothing but loopback, a folder for their files,
// certificates for their sides, and tcpdump. Everything ends with the segment.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CertificateRecord, ConnectionRecord, Finding, Hop } from '../../src/index.js';
import { analyze } from '../../src/index.js';

/** Address of every server on a segment of one host; clients call from 127.0.0.1. */
export const serverIp = '127.0.0.1';

/** Addresses of a segment's hosts, where it has several; all are on loopback. */
export const hosts = {
  clients: ['10.9.0.11', '10.9.0.12', '10.9.0.13'],
  proxy: '10.9.0.20',
  backend: '10.9.0.30',
  database: '10.9.0.40',
} as const;

/** A pcap file with its header alone. */
const emptyPcapOctets = 24;

const patience = 15_000;

/** What was recorded, as the product tells it. */
export interface Recording {
  flows: ConnectionRecord[];
  hops: Hop[];
  certificates: CertificateRecord[];
  findings: Finding[];
}

/** Why real programs can't be recorded here, or null; tests that need them say it and are skipped. */
export function whyNotHere(...programs: string[]): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const missing = ['ip', 'tcpdump', 'openssl', ...programs].filter((program) => pathOf(program) === null);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const name = `barewire-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (made.status !== 0) return `no network namespace can be made: ${made.stderr.trim()}`;
  spawnSync('ip', ['netns', 'delete', name]);
  return null;
}

/** Where a program is, the folders that only root's path has included. */
export function pathOf(program: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = join(folder, program);
    if (folder !== '' && existsSync(path)) return path;
  }
  return null;
}

let segments = 0;

/** A network namespace with loopback, and what runs in it. */
export class Segment {
  /** For the programs' files; readable by everybody, as daemons change user. */
  readonly folder: string;
  readonly #name: string;
  readonly #children: ChildProcess[] = [];

  constructor() {
    this.#name = `barewire-${process.pid}-${++segments}`;
    this.folder = mkdtempSync(join(tmpdir(), 'barewire-peers-'));
    chmodSync(this.folder, 0o755);
    must(spawnSync('ip', ['netns', 'add', this.#name], { encoding: 'utf8' }), 'ip netns add');
    this.run('ip', ['link', 'set', 'lo', 'up']);
    for (const address of [...hosts.clients, hosts.proxy, hosts.backend, hosts.database]) {
      this.run('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
    }
    // Whoever binds to no address calls these from the proxy's.
    for (const address of [hosts.backend, hosts.database]) {
      const route = ['table', 'local', 'local', address, 'dev', 'lo', 'src', hosts.proxy];
      this.run('ip', ['route', 'replace', ...route]);
    }
    makeCertificates(this.folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file of the segment; returns its path. */
  file(name: string, content: string, mode = 0o644): string {
    const path = this.path(name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  /** Makes a directory that belongs to `user`. */
  directory(name: string, user = 'root', mode = 0o755): string {
    const path = this.path(name);
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
    must(spawnSync('chown', ['-R', `${user}:`, path], { encoding: 'utf8' }), 'chown');
    return path;
  }

  /** Runs a program to its end and returns what it wrote; fails unless it ends with one of `statuses`. */
  run(program: string, args: readonly string[], statuses: readonly number[] = [0], input = ''): string {
    const result = spawnSync('ip', ['netns', 'exec', this.#name, pathOf(program) ?? program, ...args], {
      ...{ encoding: 'utf8', input, timeout: 30_000, cwd: this.folder },
    });
    if (!statuses.includes(result.status ?? -1)) {
      throw new Error(`${program} ${args.join(' ')}: status ${result.status}\n${result.stdout}\n${result.stderr}`);
    }
    return result.stdout + result.stderr;
  }

  /** Starts a server and waits until `port` answers. */
  async serve(program: string, args: readonly string[], port: number): Promise<void> {
    const child = this.#start(program, args, `${program}-${port}.log`);
    for (const end = Date.now() + patience; ; ) {
      if (this.#answers(port)) return;
      if (child.exitCode !== null && !program.includes('postfix')) break;
      if (Date.now() > end) break;
      await sleep(50);
    }
    throw new Error(
      `${program} does not answer on port ${port}\n${readFileSync(this.path(`${program}-${port}.log`), 'utf8')}`,
    );
  }

  /** Records what `clients` do, and tells what the product sees. */
  async record(clients: () => void | Promise<void>): Promise<Recording> {
    const path = this.path('recorded.pcap');
    const args = ['-i', 'lo', '-s', '0', '-U', '-B', '8192', '--immediate-mode', '-Z', 'root', '-w', path];
    const tcpdump = this.#start('tcpdump', args, 'tcpdump.log');
    for (const end = Date.now() + patience; !existsSync(path); ) {
      if (Date.now() > end)
        throw new Error(`tcpdump does not start: ${readFileSync(this.path('tcpdump.log'), 'utf8')}`);
      await sleep(20);
    }
    await sleep(100);
    try {
      await clients();
      await settled(path);
    } finally {
      tcpdump.kill('SIGINT');
      await ended(tcpdump);
    }
    return await told(path);
  }

  /** Ends what still runs, and removes all of it. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    await sleep(100);
    // Daemons that left their parent are in the namespace still.
    const inside = spawnSync('ip', ['netns', 'pids', this.#name], { encoding: 'utf8' }).stdout.split(/\s+/);
    for (const pid of inside) if (pid !== '') kill(Number(pid));
    for (const child of this.#children) await ended(child);
    spawnSync('ip', ['netns', 'delete', this.#name]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(program: string, args: readonly string[], log: string): ChildProcess {
    const output = this.file(log, '');
    const command = `exec "$@" >>'${output}' 2>&1`;
    const child = spawn(
      'ip',
      ['netns', 'exec', this.#name, 'sh', '-c', command, 'sh', pathOf(program) ?? program, ...args],
      { stdio: 'ignore', cwd: this.folder },
    );
    this.#children.push(child);
    return child;
  }

  #answers(port: number): boolean {
    const listening = spawnSync('ip', ['netns', 'exec', this.#name, 'cat', '/proc/net/tcp', '/proc/net/tcp6'], {
      encoding: 'utf8',
    }).stdout;
    const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
    // State 0A is LISTEN (Linux, include/net/tcp_states.h).
    return listening.split('\n').some((line) => line.includes(local) && / 0A /.test(line));
  }
}

/** Connections are closed a moment after the client has gone, and on a busy machine tcpdump writes late. */
async function settled(path: string): Promise<void> {
  let size = 0;
  for (const end = Date.now() + patience; Date.now() < end; ) {
    await sleep(300);
    const before = size;
    size = statSync(path).size;
    if (size === before && size > emptyPcapOctets) return;
  }
}

/** The one recorded connection to this port that carried payload; throws when there are others or none. */
export function flowTo({ flows }: Recording, port: number): ConnectionRecord {
  const found = flows.filter((flow) => flow.server.port === port && flow.kind !== 'empty');
  if (found.length !== 1) throw new Error(`${found.length} connections with payload to port ${port}, not one`);
  return found[0]!;
}

async function told(path: string): Promise<Recording> {
  const recording: Recording = {
    flows: [],
    hops: [],
    certificates: [],
    findings: [],
  };
  await analyze({
    inputs: [path],
    sink: {
      flow: (flow) => recording.flows.push(flow),
      hop: (hop) => recording.hops.push(hop),
      certificate: (certificate) => recording.certificates.push(certificate),
      finding: (finding) => recording.findings.push(finding),
      end: () => {},
    },
  });
  return recording;
}

/** ca.pem; server.pem and client.pem with their .key. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]): void =>
    must(spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' }), args.join(' '));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Segment CA');
  for (const [name, usage] of [
    ['server', 'serverAuth'],
    ['client', 'clientAuth'],
  ] as const) {
    writeFileSync(
      join(folder, `${name}.ext`),
      `extendedKeyUsage=${usage}\nsubjectAltName=DNS:${name}.segment.test,IP:127.0.0.1\n`,
    );
    openssl(
      'req',
      '-new',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}.segment.test`,
    );
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '20', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
    chmodSync(join(folder, `${name}.key`), 0o644);
  }
}

function must(result: { status: number | null; stderr: string }, what: string): void {
  if (result.status !== 0) throw new Error(`${what}: ${result.stderr}`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function ended(child: ChildProcess): Promise<void> {
  for (let left = 100; child.exitCode === null && child.signalCode === null && left > 0; left--) {
    if (left === 30) child.kill('SIGKILL');
    await sleep(50);
  }
}
