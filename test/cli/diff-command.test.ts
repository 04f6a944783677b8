import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { reportFormats } from '../../src/index.js';
import { capture, finding, hop } from '../build/records.js';
import { printed } from '../report/printed.js';
import { FakeWorld } from './fake-world.js';

const oneWay = 'captures/nginx-one-way-backend.pcapng';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-diff-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs with the real engine. */
async function run(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  const world = new FakeWorld();
  const status = await main(argv, Object.assign(world, { analyze: null }));
  return { status, out: world.out, err: world.err };
}

function report(name: string, results: Parameters<typeof printed>[1]): string {
  const path = join(folder, name);
  writeFileSync(path, printed(reportFormats.json, { captures: [capture()], ...results }));
  return path;
}

describe('analyze diff', () => {
  it('finds nothing between a capture and its own report, and exits 0', async () => {
    const path = join(folder, 'own.json');
    expect((await run('-q', '-f', 'json', '-o', path, oneWay)).status).toBe(0);
    const { status, out } = await run('diff', path, oneWay);
    expect(status).toBe(0);
    expect(out).toMatch(/^No hops changed; no findings changed\./);
    expect((await run('diff', oneWay, path)).status).toBe(0);
  });

  it('exits 1 for what is new or worse, from --fail-on on', async () => {
    const good = report('good.json', { hops: [hop()] });
    const bad = report('bad.json', { hops: [hop({ mtls: 'unknown' })], findings: [finding({ severity: 'low' })] });
    expect((await run('diff', good, bad)).status).toBe(1);
    expect((await run('diff', '--fail-on', 'low', good, bad)).status).toBe(1);
    expect((await run('diff', '--fail-on', 'medium', good, bad)).status).toBe(0);
    expect((await run('diff', '--fail-on', 'undecided', good, bad)).status).toBe(1);
    expect((await run('diff', bad, good)).status).toBe(0);
    expect(JSON.parse((await run('diff', '-f', 'json', good, bad)).out).hops[0]).toMatchObject({ change: 'worse' });
  });

  it('refuses what is neither report nor capture, and options that have no meaning', async () => {
    const good = report('good.json', { hops: [hop()] });
    const other = join(folder, 'other.json');
    writeFileSync(other, '{"format":"other"}');
    expect(await run('diff', good, other)).toMatchObject({ status: 3, err: expect.stringMatching(/not a report/) });
    expect((await run('diff', 'missing.pcap', good)).status).toBe(3);
    expect((await run('diff', good)).status).toBe(2);
    expect((await run('diff', '-f', 'sarif', good, good)).status).toBe(2);
    expect((await run('diff', '--fail-under', '5', good, good)).status).toBe(2);
    expect((await run('diff', '--baseline', good, good, good)).status).toBe(2);
  });
});

describe('--baseline', () => {
  it('leaves out what the old report knew, also for --fail-on', async () => {
    const path = join(folder, 'own.json');
    await run('-q', '-f', 'json', '-o', path, oneWay);
    expect((await run('--fail-on', 'info', oneWay)).status).toBe(1);
    const { status, out } = await run('--baseline', path, '--fail-on', 'info', '-f', 'json', oneWay);
    expect(status).toBe(0);
    const { findings, hops, summary } = JSON.parse(out);
    expect([findings, hops]).toEqual([[], []]);
    expect(summary.baseline).toMatchObject({ path, knownHops: summary.hops });
    const filtered = join(folder, 'filtered.json');
    writeFileSync(filtered, out);
    expect(await run('--baseline', filtered, oneWay)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/a part/),
    });
  });

  it('says in the text how much that is', async () => {
    const path = join(folder, 'own.json');
    await run('-q', '-f', 'json', '-o', path, oneWay);
    for (const format of ['text', 'markdown']) {
      expect((await run('--baseline', path, '-f', format, oneWay)).out).toMatch(
        /\d+ findings? and \d+ hops? already known/,
      );
    }
  });

  it('fails for a hop that lost mutual TLS', async () => {
    const { hops } = JSON.parse((await run('-f', 'json', oneWay)).out);
    const before = hops.map((one: { mtls: string }) =>
      one.mtls === 'server-only' ? { ...one, mtls: 'enforced' } : one,
    );
    const path = report('enforced.json', { hops: before });
    expect((await run('--baseline', path, '--fail-on', 'high', oneWay)).status).toBe(1);
    expect((await run('--baseline', path, '--fail-on', 'critical', oneWay)).status).toBe(0);
  });

  it('refuses a baseline that is none, or that the output would overwrite', async () => {
    expect(await run('--baseline', 'missing.json', oneWay)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/--baseline: /),
    });
    expect((await run('--baseline', oneWay, oneWay)).status).toBe(2);
    const path = report('good.json', { hops: [hop()] });
    expect((await run('--baseline', path, '-f', 'json', '-o', path, oneWay)).status).toBe(2);
  });
});
