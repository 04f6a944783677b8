import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { corpusOf, type Failure, fuzz, type Target, tryInput } from './harness.mjs';
import { loadSeeds } from './seeds.mjs';
import { makeTarget, targetNames } from './targets.mjs';
import { bodyParsers, openingParsers } from './tls-parsers.mjs';

const root = join(import.meta.dirname, '..', '..');
const seeds = loadSeeds(root, { shared: false });
const load = (path: string): Promise<unknown> => import(pathToFileURL(join(root, 'src', `${path}.ts`)).href);

// Enough to notice a parser that lost its footing; `npm run fuzz` looks for what is rare.
const milliseconds = 800;

describe.each(targetNames)('fuzzing %s', (name) => {
  it('finds nothing in a short run, and every input that once failed passes', { timeout: 60_000 }, async () => {
    const target = await makeTarget(name, load, seeds);
    expect(target.seeds.length).toBeGreaterThan(0);
    const failures: Failure[] = [];
    const failed = (failure: Failure): void => void failures.push(failure);
    for (const { name, bytes } of corpusOf(root, target.name)) {
      const failure = await tryInput(target, bytes);
      if (failure) failed({ ...failure, what: `${name}: ${failure.what}` });
    }
    for (const bytes of target.seeds) {
      // One broken parser fails on them all; the first few say enough.
      if (failures.length >= 3) break;
      const failure = await tryInput(target, bytes);
      if (failure) failed(failure);
    }
    const until = performance.now() + milliseconds;
    const inputs = await fuzz(target, 1, { stop: () => performance.now() > until || failures.length > 0, failed });
    expect(
      failures.map(({ what, bytes }) => `${what}\n${Buffer.from(bytes.subarray(0, 4096)).toString('base64')}`),
    ).toEqual([]);
    expect(inputs).toBeGreaterThan(5);
  });
});

describe('the list of fuzzed TLS parsers', () => {
  it('names every export of wire/tls that parses a range or recognises an opening', () => {
    const folder = join(root, 'src', 'wire', 'tls');
    const found = new Set<string>();
    for (const file of readdirSync(folder)) {
      for (const match of readFileSync(join(folder, file), 'utf8').matchAll(
        /^export function ((?:parse|looksLike)\w+)/gm,
      )) {
        found.add(`${file.replace('.ts', '')} ${match[1]}`);
      }
    }
    const listed = new Set([...bodyParsers, ...openingParsers].map(({ module, name }) => `${module} ${name}`));
    expect(found.size).toBeGreaterThan(10);
    expect([...found].sort()).toEqual([...listed].sort());
  });
});

describe('the fuzzing harness', () => {
  const seed = new Uint8Array(64).fill(7);
  const judge = (run: Target['run']): Promise<Failure | null> =>
    tryInput({ name: 'planted', seeds: [seed], run }, seed);

  it('notices what throws, at once or later', async () => {
    const fail = (): never => {
      throw new RangeError('planted');
    };
    expect((await judge(fail))?.what).toMatch(/threw RangeError: planted/);
    expect((await judge(async () => fail()))?.what).toMatch(/threw RangeError: planted/);
  });

  it('notices what takes too long', async () => {
    const slow = (): void => {
      // Both clocks have to say so.
      const until = performance.now() + 300;
      const used = process.cpuUsage();
      const cpu = (): number => process.cpuUsage(used).user + process.cpuUsage(used).system;
      while (performance.now() < until || cpu() < 300_000);
    };
    expect((await judge(slow))?.what).toMatch(/took \d+ ms for 64 octets/);
  });

  it('notices memory out of proportion', async () => {
    let kept: unknown = null;
    const greedy = (): void => {
      kept = Buffer.alloc(96 << 20, 1);
    };
    const failure = await tryInput({ name: 'planted', seeds: [seed], run: greedy }, seed, 64 << 20);
    expect(failure?.what).toMatch(/took \d+ MiB for 64 octets/);
    expect(kept).not.toBeNull();
  });

  it('lets sound work pass', async () => {
    expect(await judge((bytes) => bytes.length)).toBeNull();
  });

  it('finds a planted fault that needs two mutations, from the seed alone', async () => {
    const target: Target = {
      name: 'planted',
      seeds: [seed],
      run: (bytes) => {
        if (bytes[0] !== 7 && bytes.length < 32) throw new Error('planted');
      },
    };
    const failures: Failure[] = [];
    const inputs = await fuzz(target, 3, {
      stop: (inputs) => inputs >= 5000 || failures.length > 0,
      failed: (failure) => void failures.push(failure),
    });
    expect(failures).toHaveLength(1);
    expect(inputs).toBeLessThan(5000);
  });

  it('gives the same inputs for the same seed', async () => {
    const record = async (): Promise<string[]> => {
      const tried: string[] = [];
      const run = (bytes: Uint8Array): void => void tried.push(Buffer.from(bytes).toString('hex'));
      await fuzz({ name: 'planted', seeds: [seed], run }, 9, { stop: (inputs) => inputs >= 50, failed: () => {} });
      return tried;
    };
    expect(await record()).toEqual(await record());
  });
});
