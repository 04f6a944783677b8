// The hostile captures of `npm run budgets`, small: each is read to its end, and what it says holds together. Time is for the
// script; here work is counted where there is something to count.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { finishHash, mixWord, quickHash } from '../../src/base/hash.js';
import { analyze, plainPalette, reportFormats } from '../../src/index.js';
import { importPublicKey } from '../../src/pki/public-key.js';
import { SignatureWork } from '../../src/pki/signature-work.js';
import { mostInflated } from '../../src/protocols/http/limits.js';
import { Random } from '../bench/random.mjs';
import { attacks, makeHostile } from './hostile/captures.mjs';
import { pairs, writeAlike } from './hostile/collisions.mjs';

const folder = mkdtempSync(join(tmpdir(), 'barewire-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 60 KB of each; what costs more than in proportion costs seconds even so. */
const scale = 0.003;
/** Nothing in them is a capture once it is unpacked. */
const noCaptures = new Set(['gzip-in-gzip', 'zstd-frames']);

describe.each(Object.keys(attacks))('the attack %s', (name) => {
  it('is survived, and the report holds together', { timeout: 60_000 }, async () => {
    const { inputs, args } = makeHostile(name, folder, { scale });
    let json = '';
    const output = {
      write: (chunk: string | Uint8Array) => {
        json += Buffer.from(chunk).toString('utf8');
      },
    };
    const sink = reportFormats.json(output, { toolVersion: '0', verbose: true, palette: plainPalette });
    const file = (option: string): string[] => args.filter((_, at) => args[at - 1] === option);
    const running = analyze({
      inputs,
      sink,
      onWarning: () => {},
      onProgress: () => {},
      keylogs: file('--keylog'),
      authorities: file('--ca'),
    });
    if (noCaptures.has(name)) {
      await running.catch(() => {});
      return;
    }
    await running;
    const { summary, flows } = JSON.parse(json) as {
      summary: { flows: Record<string, number> };
      flows: unknown[];
    };
    const { total, ...kinds } = summary.flows;
    expect(flows).toHaveLength(total!);
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
    // Sixty kilobytes can't be made to say sixty megabytes.
    expect(json.length).toBeLessThan(12_000_000);
  });
});

describe('hashes of our tables', () => {
  it('fall apart where those of multiply-and-rotate rounds agree whatever the seed is', () => {
    for (const seed of [0, 1, 0x1234_5678, -7]) {
      const found = new Set<number>();
      let count = 0;
      for (const [first, second] of pairs(6, new Random(3))) {
        count++;
        found.add(finishHash(mixWord(mixWord(seed, first), second)));
      }
      expect(count).toBe(4096);
      expect(found.size).toBeGreaterThan(4080);
    }
  });

  it('tell certificates apart that were made to share one', () => {
    const found = new Set<number>();
    for (let index = 0; index < 4096; index++) {
      const bytes = new Uint8Array(600).fill(0x30);
      writeAlike(bytes, 400, index);
      found.add(quickHash(bytes, 0, bytes.length, 77));
    }
    expect(found.size).toBeGreaterThan(4080);
  });
});

describe('what hostile input may cost', () => {
  it('of a compressed body goes by its own length', () => {
    expect(mostInflated(20)).toBeLessThan(20_000);
    expect(mostInflated(65_536)).toBe(1_048_576);
  });

  it('of signatures is estimated above what the dearest keys take', () => {
    const rsa = (octets: number, exponent: Uint8Array): number => {
      const modulus = new Uint8Array(octets).fill(0xff);
      const tlv = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
        const content = Buffer.concat(parts);
        return new Uint8Array(
          Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]),
        );
      };
      const key = tlv(0x30, tlv(2, Uint8Array.of(0), modulus), tlv(2, Uint8Array.of(0), exponent));
      const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
      const imported = importPublicKey(tlv(0x30, algorithm, tlv(3, Uint8Array.of(0), key)));
      return 'cost' in imported ? imported.cost : Number.NaN;
    };
    const usual = rsa(1024, Uint8Array.of(1, 0, 1));
    expect(rsa(1024, new Uint8Array(8).fill(0xff))).toBeGreaterThan(3 * usual);
    expect(usual).toBeGreaterThan(200);
  });

  it('of signatures grows with the connections, not with the wish', () => {
    const work = new SignatureWork(1000, 10);
    expect(work.take(1001)).toBe(false);
    for (let connection = 0; connection < 5; connection++) work.earn();
    expect(work.take(1050)).toBe(true);
    expect(work.take(1)).toBe(false);
  });
});
