import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeWorld } from './fake-world.js';

const one = 'captures/nginx-one-way-backend.pcapng';
const two = 'captures/resumption-nginx.pcapng';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-records-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs with the real engine. */
async function run(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  const world = new FakeWorld();
  const status = await main(['--no-progress', ...argv], Object.assign(world, { analyze: null }));
  return { status, out: world.out, err: world.err };
}

describe('records on the command line', () => {
  it('stand in the place of the capture in every command', async () => {
    const records = join(folder, 'sensor.ndjson');
    expect((await run('-f', 'ndjson', '-o', records, two)).status).toBe(0);
    for (const command of [['-v'], ['flows'], ['hops'], ['certs'], ['timeline'], ['ready-for-strict'], ['-f', 'sarif']])
      expect(await run(...command, records)).toEqual(await run(...command, two));
    expect((await run('explain', records, '3')).out).toBe((await run('explain', two, '3')).out);
    expect((await run('diff', two, records)).out).toMatch(/^No hops changed; no findings changed\./);
  }, 60_000);

  it('are not written over by the report on them', async () => {
    const records = join(folder, 'own.ndjson');
    await run('-f', 'ndjson', '-o', records, two);
    expect((await run('-f', 'ndjson', '-o', records, records)).status).toBe(2);
  });

  it('are what a JSON report is not, and it is said what would be', async () => {
    const report = join(folder, 'report.json');
    await run('-f', 'json', '-o', report, two);
    const { status, err } = await run(report);
    expect([status, err]).toEqual([3, expect.stringContaining('what can be read back is --format ndjson')]);
  });

  it('say that trust was judged when they were made', async () => {
    const records = join(folder, 'trust.ndjson');
    await run('-f', 'ndjson', '-o', records, two);
    const { err } = await run('--ca', 'captures/revoked-client-ca.pem', records);
    expect(err).toContain('records were judged by what was trusted when they were made');
  });
});

describe('--checkpoint', () => {
  it('goes on where it was, with the same report, messages and exit status', async () => {
    const path = join(folder, 'checkpoint');
    const inputs = [one, join(folder, 'missing.pcap'), join(folder, 'gone.pcap'), two];
    const before = await run('-v', ...inputs);
    expect(before.status).toBe(3);
    expect(before.err).toContain('2 inputs could not be read: the report is of the others');
    expect(await run('-v', '--checkpoint', path, ...inputs)).toEqual(before);
    truncateSync(path, Math.floor(statSync(path).size * 0.7));
    expect(await run('-v', '--checkpoint', path, ...inputs)).toEqual(before);
    expect(await run('-v', '--checkpoint', path, ...inputs)).toEqual(before);
    const { out } = await run('flows', '--checkpoint', path, ...inputs);
    expect(out).toBe((await run('flows', ...inputs)).out);
  }, 30_000);

  it('is refused where it can not be kept, and nothing is written', async () => {
    const path = join(folder, 'none');
    const refused = async (...argv: string[]): Promise<string> => {
      const { status, err } = await run('--checkpoint', path, ...argv);
      expect([status, existsSync(path)]).toEqual([2, false]);
      return err;
    };
    expect(await refused('-')).toContain("standard input can't be read again");
    expect(await refused('diff', one, two)).toContain('no meaning for diff');
    expect(await refused('live', '-i', 'lo')).toContain('--checkpoint is for captures');
    const before = readFileSync(one);
    expect((await run('--checkpoint', one, one)).status).toBe(2);
    expect((await run('--checkpoint', one, two)).err).toContain('is no checkpoint: it is left as it is');
    expect(readFileSync(one).equals(before)).toBe(true);
    const kept = join(folder, 'kept');
    expect((await run('--checkpoint', kept, '-o', kept, two)).status).toBe(2);
  });
});
