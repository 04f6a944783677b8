import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { World } from '../../src/cli/world.js';
import { whyNotHere } from '../peers/segment.js';
import { until, VethSegment } from './veth.js';

const missing = whyNotHere();
if (missing !== null) console.warn(`\`analyze live\` IS NOT TESTED HERE: ${missing}`);

/** A world whose signals are sent by the test. */
class SignalWorld implements World {
  out = '';
  err = '';
  readonly environment = {};
  readonly stdout: World['stdout'];
  readonly stderr: World['stderr'];
  readonly analyze = null;
  readonly signals: Map<string, () => void> = new Map();

  constructor(stdoutError: string | null = null, stderrIsTerminal = false) {
    const decoder = new TextDecoder();
    this.stdout = {
      isTerminal: false,
      columns: 80,
      write: (octets) => {
        if (stdoutError !== null) throw Object.assign(new Error(stdoutError), { code: stdoutError });
        this.out += decoder.decode(octets);
        return octets.length;
      },
    };
    this.stderr = {
      isTerminal: stderrIsTerminal,
      columns: 100,
      write: (octets) => {
        this.err += decoder.decode(octets);
        return octets.length;
      },
    };
  }

  now(): number {
    return performance.now();
  }

  onInterrupt(handler: () => void): () => void {
    this.signals.set('SIGINT', handler);
    return () => this.signals.delete('SIGINT');
  }

  onSignal(signal: string, handler: () => void): () => void {
    this.signals.set(signal, handler);
    return () => this.signals.delete(signal);
  }

  get events(): { type: string; event?: string; finding?: { kind: string } }[] {
    return this.out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'barewire-live-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what `analyze live` is asked', () => {
  const wrong: [string, RegExp][] = [
    ['live', /no interface given; try `analyze live -i eth0`/],
    ['live eth0', /interfaces are named with -i: analyze live -i eth0/],
    ['live -i lo --backend pf_ring', /--backend pf_ring is not one of auto, tcpdump, dumpcap, cap/],
    ['live -i lo --duration soon', /--duration soon: not a duration like 90s/],
    ['live -i lo --buffer much', /--buffer much: not a size like 64M/],
    ['live -i lo --snaplen 9999999', /--snaplen 9999999: at most 262144/],
    ['live -i lo --until-decided', /--until-decided needs a policy/],
    ['live -i lo --metrics here', /--metrics here: not HOST:PORT/],
    ['live -i lo --no-promiscuous --backend cap', /--no-promiscuous: the package cap is always promiscuous/],
    ['live -i lo --max-memory 50M', /--max-memory 50M: give it 160M at least/],
    ['live -i lo -f yaml', /--format yaml is not one of/],
    ['live -i lo --write /nowhere/x.pcapng', /cannot write to \/nowhere\/x.pcapng/],
  ];
  it.each(wrong)('%s is refused in one line', async (line, message) => {
    const world = new SignalWorld();
    expect(await main(line.split(' '), world)).toBe(2);
    expect(world.err).toMatch(message);
    expect(world.err.trim().split('\n')).toHaveLength(1);
  });

  it('an interface that is not there ends with 3', async () => {
    const world = new SignalWorld();
    expect(await main(['live', '-i', 'nowhere0'], world)).toBe(3);
    expect(world.err).toMatch(/^analyze: there is no interface nowhere0 here; there are: .*\n$/);
    expect(world.out).toBe('');
  });

  it('lists interfaces with their addresses', async () => {
    const world = new SignalWorld();
    await main(['interfaces', '-f', 'json'], world);
    const loopback = JSON.parse(world.out).find(({ name }: { name: string }) => name === 'lo');
    expect(loopback?.addresses).toContain('127.0.0.1');
  });
});

describe.skipIf(missing !== null)('analyze live', { timeout: 60_000 }, () => {
  let segment: VethSegment;
  beforeAll(async () => {
    segment = new VethSegment();
    await segment.serveHttp(8080);
  }, 30_000);
  afterAll(() => segment.close(), 30_000);

  async function started(world: SignalWorld, ...args: string[]): Promise<{ status: Promise<number> }> {
    const status = main(['live', '-i', segment.name, ...args], world);
    await Promise.race([until(() => world.err.includes('sniffing '), 'start'), status]);
    await sleep(300);
    return { status };
  }

  it('tells events as NDJSON while it runs, then the report', async () => {
    const world = new SignalWorld();
    const { status } = await started(world, '-f', 'ndjson', '--fail-on', 'critical');
    await segment.requestHttp(8080);
    await until(() => world.events.some(({ finding }) => finding?.kind === 'cleartext-credentials'), 'event');
    expect(world.events.some(({ type }) => type === 'stats')).toBe(false);
    world.signals.get('SIGTERM')!();
    // The exit status is that of files: what was found, not that it was ended.
    expect(await status).toBe(1);
    expect(world.events.map(({ type }) => type).at(-1)).toBe('stats');
    expect(world.events.some(({ type }) => type === 'flow')).toBe(true);
    expect(world.events.find(({ type }) => type === 'capture')).toMatchObject({
      path: `live:${segment.name}`,
      format: 'live',
    });
  });

  it('prints the report so far on SIGUSR1, and leaves standard output alone', async () => {
    const world = new SignalWorld();
    const { status } = await started(world, '-f', 'json');
    await segment.requestHttp(8080);
    await sleep(2500);
    world.signals.get('SIGUSR1')!();
    expect(world.err).toMatch(/Credentials in cleartext/);
    world.signals.get('SIGINT')!();
    expect(await status).toBe(0);
    expect(JSON.parse(world.out).summary.findings.critical).toBe(1);
  });

  it('goes on in a new file on SIGHUP', async () => {
    const path = join(folder, 'events.ndjson');
    const world = new SignalWorld();
    const { status } = await started(world, '-f', 'ndjson', '-o', path);
    await segment.requestHttp(8080, 'first');
    await until(() => readFileSync(path, 'utf8').includes('"finding"'), 'event in the file');
    renameSync(path, `${path}.1`);
    world.signals.get('SIGHUP')!();
    world.signals.get('SIGTERM')!();
    await status;
    expect(readFileSync(`${path}.1`, 'utf8')).toContain('"event":"finding"');
    expect(readFileSync(path, 'utf8')).toContain('"type":"stats"');
    for (const line of readFileSync(path, 'utf8').trim().split('\n')) JSON.parse(line);
  });

  it('judges by the policy that is there after SIGHUP, and keeps the old one when the new one is broken', async () => {
    const policy = join(folder, 'changing.yaml');
    const write = (require: string): void =>
      writeFileSync(
        policy,
        `version: 1\nsegments:\n  - name: web\n    servers: ${segment.serverIp}\n    require: ${require}\n`,
      );
    const signal = async (world: SignalWorld, answer: RegExp): Promise<void> => {
      world.signals.get('SIGHUP')!();
      await until(() => answer.test(world.err), `answer like ${answer}`);
    };
    const json = join(folder, 'changing.json');
    const world = new SignalWorld();
    write('cleartext-ok');
    const { status } = await started(world, '--policy', policy, '-f', 'json', '-o', json, '--fail-on', 'policy');
    await segment.requestHttp(8080);
    await sleep(1500);
    write('[nothing');
    await signal(world, /^analyze: the policy stays as it was: .*changing.yaml:\d+:\d+: .*$/m);
    write('mutual');
    await signal(
      world,
      /^analyze: policy .*changing.yaml was read again \(1 segment\): connections that end from now on/m,
    );
    await segment.requestHttp(8080);
    await sleep(1500);
    world.signals.get('SIGTERM')!();
    expect(await status).toBe(1);
    const report = JSON.parse(readFileSync(json, 'utf8'));
    const [line] = report.policy.lines;
    expect(line).toMatchObject({ requires: 'mutual', verdict: 'FAIL', connections: { holds: 0, fails: 1 } });
    expect(report.policy.clock).toMatch(
      /The policy was read again at 20.*Z: its lines count the connections that ended/,
    );
    expect(report.summary.flows.cleartext).toBe(2);
  });

  it('ends quietly when nobody reads any more', async () => {
    const world = new SignalWorld('EPIPE');
    const { status } = await started(world);
    await segment.requestHttp(8080);
    expect(await status).toBe(0);
  });

  it('prints the report on standard error when the output can not be written', async () => {
    const world = new SignalWorld();
    const { status } = await started(world, '-o', '/dev/full');
    await segment.requestHttp(8080);
    expect(await status).toBe(2);
    expect(world.err).toMatch(/cannot write to \/dev\/full: no space left on device; the report follows here/);
    expect(world.err).toMatch(/Credentials in cleartext/);
  });

  it('serves metrics, read-only, where it was asked to', async () => {
    const world = new SignalWorld();
    const { status } = await started(world, '--metrics', '127.0.0.1:39464');
    await segment.requestHttp(8080);
    await until(() => world.out.includes('cleartext-credentials'), 'finding');
    const metrics = await (await fetch('http://127.0.0.1:39464/metrics')).text();
    expect(metrics).toMatch(/^barewire_findings\{severity="critical"\} 1$/m);
    expect(metrics).toMatch(/^barewire_hops\{state="cleartext"\} 1$/m);
    expect(metrics).toMatch(/^barewire_limit_hits_total\{limit="evictedFlows"\} 0$/m);
    expect(metrics).toMatch(new RegExp(`^barewire_interface_up\\{interface="${segment.name}"\\} 1$`, 'm'));
    expect((await fetch('http://127.0.0.1:39464/healthz')).status).toBe(200);
    expect((await fetch('http://127.0.0.1:39464/metrics', { method: 'POST' })).status).toBe(405);
    expect((await fetch('http://127.0.0.1:39464/')).status).toBe(404);
    world.signals.get('SIGTERM')!();
    await status;
  });

  it('ends as soon as the policy is decided, and says so when it is not', async () => {
    const policy = join(folder, 'policy.yaml');
    const segments = `  - name: web\n    servers: ${segment.serverIp}\n    ports: 8080\n    require: mutual\n`;
    writeFileSync(policy, `version: 1\nsegments:\n${segments}`);
    const world = new SignalWorld();
    const { status } = await started(world, '--policy', policy, '--until-decided', '--duration', '60s');
    await segment.requestHttp(8080);
    expect(await status).toBe(1);
    expect(world.out).toMatch(/FAIL/);
    const idle = new SignalWorld();
    const undecided = await started(idle, '--policy', policy, '--until-decided', '--duration', '2s');
    expect(await undecided.status).toBe(1);
    expect(idle.out).toMatch(/UNSEEN/);
  });

  it('draws a status line on a terminal', async () => {
    const world = new SignalWorld(null, true);
    const { status } = await started(world, '--duration', '4s');
    await segment.requestHttp(8080);
    expect(await status).toBe(0);
    expect(world.err).toMatch(/\d+ packets\/s \| \d+ open \| .*hops: 1 cleartext/);
  });
});
