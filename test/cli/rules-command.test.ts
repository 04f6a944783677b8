import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { rules } from '../../src/rules/index.js';
import { connection } from '../build/records.js';
import { FakeWorld } from './fake-world.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: string[]): Promise<{ status: number; world: FakeWorld }> {
  const world = new FakeWorld();
  return { status: await main(argv, world), world };
}

describe('analyze rules', () => {
  it('lists the kinds, and reads no capture', async () => {
    const { status, world } = await run('rules');
    expect(status).toBe(0);
    expect(world.out).toMatch(/^ {2}missing-client-cert-request {2,}Server never asks/m);
    expect(world.asked).toBeNull();
  });

  it('tells everything about one, also as JSON', async () => {
    expect((await run('rules', 'client-cert-optional')).world.out).toMatch(/^What to do$/m);
    const one = JSON.parse((await run('rules', 'client-cert-optional', '-f', 'json')).world.out);
    expect(one).toMatchObject({ kind: 'client-cert-optional', cwe: [287, 306] });
    expect(JSON.parse((await run('rules', '--format', 'json')).world.out)).toHaveLength(rules.length);
  });

  it('writes to a file', async () => {
    const path = join(folder, 'rules.txt');
    const { world } = await run('rules', '-o', path);
    expect(world.out).toBe('');
    expect(readFileSync(path, 'utf8')).toContain('key-shared-across-hosts');
  });

  it('refuses a kind that does not exist, and says what may have been meant', async () => {
    const { status, world } = await run('rules', 'client-cert');
    expect(status).toBe(2);
    expect(world.err).toMatch(/there is no kind of finding client-cert; did you mean .*client-cert-optional/);
    expect((await run('rules', 'nonsense-kind')).world.err).toMatch(/`analyze rules` lists them/);
    expect((await run('rules', '-f', 'csv')).status).toBe(2);
  });
});

describe('--expect-mtls and --fail-on', () => {
  it('reach the engine and the exit status', async () => {
    const { status, world } = await run('--expect-mtls', '10.0.0.0/24', '--expect-mtls', 'api.example:443', 'a.pcap');
    expect(status).toBe(0);
    expect(world.asked?.expectation?.expects(connection({ server: { ip: '10.0.0.77', port: 1 } }))).toBe(true);
    expect(world.asked?.expectation?.expects(connection({ server: { ip: '10.0.1.77', port: 1 } }))).toBeNull();
  });

  it.each([
    [['--expect-mtls', 'somewhere'], /--expect-mtls: somewhere is no address range/],
    [['--fail-on', 'bad'], /--fail-on bad is not one of critical, high, medium, low, info, undecided/],
    [['--fail-under', '1000'], /--fail-under 1000 is not a score/],
  ])('refuse %s before anything is read', async (options, complaint) => {
    const { status, world } = await run(...options, 'a.pcap');
    expect(status).toBe(2);
    expect(world.err).toMatch(complaint);
    expect(world.asked).toBeNull();
  });

  it('exit with 1 for what they name, with the real engine', async () => {
    const engine = (...argv: string[]): Promise<number> =>
      main(argv, Object.assign(new FakeWorld(), { analyze: undefined }));
    const capture = 'captures/nginx-one-way-backend.pcapng';
    expect(await engine('--fail-on', 'critical', capture)).toBe(0);
    expect(await engine('--fail-on', 'medium', capture)).toBe(1);
    expect(await engine('--fail-on', 'undecided', 'captures/quality-midstream.pcapng')).toBe(1);
    expect(await engine('--fail-on', 'undecided', 'captures/mtls-end-to-end-tls12.pcapng')).toBe(0);
  });
});
