import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate, inWindow } from '../../src/base/inflate.js';

const packed = (bytes: Uint8Array, window: number): Uint8Array =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_LGWIN]: window, [constants.BROTLI_PARAM_QUALITY]: 4 },
  });
const whole = (format: Parameters<typeof inflate>[0], bytes: Uint8Array, most: number): Uint8Array | null =>
  inflate(format, bytes, 0, bytes.length, most);

/** Text that leans on what stood before it, near and far. */
function leaning(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const back = 1 + (state % Math.max(1, at));
    bytes[at] = at > 64 && state >>> 28 > 1 ? bytes[at - back]! : state >>> 24;
  }
  return bytes;
}

describe('inflating', () => {
  it('gives back what each format holds', () => {
    const bytes = leaning(7, 20_000);
    const formats = [
      ['gzip', gzipSync(bytes)],
      ['deflate', deflateSync(bytes)],
      ['deflate', deflateRawSync(bytes)],
      ['deflate-raw', deflateRawSync(bytes)],
      ['br', brotliCompressSync(bytes)],
    ] as const;
    for (const [format, content] of formats) expect(whole(format, content, bytes.length)).toEqual(Buffer.from(bytes));
  });

  it('gives nothing where there is more than is allowed, or what is broken', () => {
    const bytes = new Uint8Array(20_000);
    for (const [format, content] of [
      ['gzip', gzipSync(bytes)],
      ['br', brotliCompressSync(bytes)],
    ] as const) {
      expect(whole(format, content, 19_999)).toBeNull();
      expect(whole(format, content, 20_000)).toHaveLength(20_000);
      expect(
        whole(
          format,
          content.map((octet) => octet ^ 0xff),
          20_000,
        ),
      ).toBeNull();
    }
  });

  it('gives what is there of content that was cut', () => {
    const content = gzipSync(leaning(3, 50_000));
    const part = whole('gzip', content.subarray(0, content.length >> 1), 50_000);
    expect(part?.length).toBeGreaterThan(1000);
  });
});

describe('a brotli stream in a smaller window', () => {
  it('means the same, whatever window it was made with, as long as what comes out is allowed', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 24 }),
        fc.constantFrom(0, 1, 1_000, 65_520, 70_000, 262_128, 262_129, 300_000),
        fc.integer({ min: 0, max: 3 }),
        fc.integer(),
        (window, length, more, seed) => {
          const bytes = leaning(seed, length);
          const most = Math.max(1, length + more);
          const stream = packed(bytes, window);
          const before = new Uint8Array(stream);
          const plain = whole('br', inWindow(stream, most), most);
          expect(plain !== null && Buffer.compare(plain, bytes) === 0).toBe(true);
          expect(Buffer.compare(stream, before)).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is bounded by what is allowed', () => {
    const stream = packed(new Uint8Array(16_000_000), 24);
    const windowOf = (bytes: Uint8Array): number => ((bytes[0]! >> 1) & 7) + 17;
    expect(windowOf(stream)).toBe(24);
    expect(windowOf(inWindow(stream, 1_000))).toBe(18);
    expect(windowOf(inWindow(stream, 262_144 - 16))).toBe(18);
    expect(windowOf(inWindow(stream, 262_144))).toBe(19);
    expect(windowOf(inWindow(stream, 1_048_576))).toBe(21);
    expect(inWindow(packed(new Uint8Array(9), 16), 10)[0]! & 1).toBe(0);
  });

  it('costs what is allowed: sixteen megabytes in fourteen octets are refused in a blink', () => {
    const stream = packed(new Uint8Array(16_000_000), 24);
    const started = performance.now();
    for (let times = 0; times < 50; times++) expect(whole('br', stream, 8_000)).toBeNull();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
