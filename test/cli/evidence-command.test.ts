import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeWorld } from './fake-world.js';

const capture = join(import.meta.dirname, '..', '..', 'captures', 'http-credentials.pcap');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs with the real engine. */
async function run(...argv: readonly string[]): Promise<{ status: number; world: FakeWorld }> {
  const world = new FakeWorld();
  Object.assign(world, { analyze: null });
  return { status: await main(argv, world), world };
}

function fresh(name: string): string {
  return join(folder, name);
}

describe('analyze evidence', () => {
  it('writes files and a manifest, and says which', async () => {
    const { status, world } = await run('evidence', capture, '-o', fresh('a'));
    expect(world.err).toBe('');
    expect(status).toBe(0);
    const names = readdirSync(fresh('a'));
    expect(names).toContain('manifest.json');
    for (const name of names) if (name !== 'manifest.json') expect(world.out).toContain(name);
    expect(world.out).toContain('masked but for words');
  });

  it('prints the manifest as JSON', async () => {
    const { world } = await run('evidence', capture, '-o', fresh('b'), '-f', 'json', '--strip-payload');
    expect(JSON.parse(world.out)).toEqual(JSON.parse(readFileSync(join(fresh('b'), 'manifest.json'), 'utf8')));
    expect(JSON.parse(world.out).options).toMatchObject({ payload: 'stripped', anonymized: false });
  });

  it('takes the key from a file, and writes it nowhere', async () => {
    const key = fresh('key');
    writeFileSync(key, 'the key of us all\nanother line\n');
    await run('evidence', capture, '-o', fresh('c'), '--anonymize', `@${key}`);
    await run('evidence', capture, '-o', fresh('d'), '--anonymize', 'the key of us all');
    expect(readdirSync(fresh('c'))).toEqual(readdirSync(fresh('d')));
    for (const name of readdirSync(fresh('c'))) {
      const octets = readFileSync(join(fresh('c'), name));
      expect(octets.equals(readFileSync(join(fresh('d'), name)))).toBe(true);
      expect(octets.includes('the key')).toBe(false);
    }
  });

  it('heeds --fail-on', async () => {
    const { status } = await run('evidence', capture, '-o', fresh('e'), '--fail-on', 'high');
    expect(status).toBe(1);
  });

  it.each([
    [['evidence', capture], /needs a folder to write to: -o DIR/],
    [['evidence', '-', '-o', 'x'], /standard input can be read only once/],
    [['evidence', capture, '-o', 'x', '--with-payload', '--strip-payload'], /contradict/],
    [['evidence', capture, '-o', 'x', '--with-payload', '--anonymize', 'k'], /would undo/],
    [['evidence', capture, '-o', 'x', '--anonymize', ''], /key that is not empty/],
    [['evidence', capture, '-o', 'x', '--anonymize', '@/nowhere'], /cannot read the key from/],
  ])('refuses %j in one line', async (argv, complaint) => {
    const { status, world } = await run(...argv);
    expect(status).toBe(2);
    expect(world.err).toMatch(complaint);
    expect(world.err.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync('x')).toBe(false);
  });

  it('leaves a folder alone that has something in it, and one where nothing could be read', async () => {
    writeFileSync(join(fresh('key')), 'k');
    const { status, world } = await run('evidence', capture, '-o', folder);
    expect([status, world.err]).toEqual([2, expect.stringMatching(/is not empty/)]);
    const missing = await run('evidence', fresh('missing.pcap'), '-o', fresh('f'));
    expect(missing.status).toBe(3);
    expect(existsSync(fresh('f'))).toBe(false);
  });
});

describe('analyze timeline and ready-for-strict', () => {
  it.each(['timeline', 'ready-for-strict'])('%s prints text, JSON and CSV', async (command) => {
    expect((await run(command, capture)).world.out).not.toBe('');
    expect(JSON.parse((await run(command, capture, '-f', 'json')).world.out)).toBeTypeOf('object');
    expect((await run(command, capture, '-f', 'csv')).world.out).toMatch(/^[a-zA-Z]+,[a-zA-Z]+,/);
    const { status, world } = await run(command, capture, '-f', 'html');
    expect([status, world.err]).toEqual([2, expect.stringMatching(/is not one of text, json, csv/)]);
  });
});
