import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScatteredOctets } from '../../src/session/content/scattered-octets.js';
import { maxScatteredOctets, scatteredReach, scatteredReachTimes } from '../../src/session/limits.js';
import { OctetPool } from '../../src/session/octet-pool.js';

const content = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff);

describe('octets that come in pieces', () => {
  it('are put together in whatever order pieces of one message come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_000 }).chain((length) =>
          fc.record({
            length: fc.constant(length),
            cuts: fc.uniqueArray(fc.integer({ min: 1, max: length }), { maxLength: 30 }),
            order: fc.array(fc.nat(), { minLength: 31, maxLength: 31 }),
          }),
        ),
        ({ length, cuts, order }) => {
          const bytes = content(length);
          const at = [0, ...cuts.filter((cut) => cut < length).sort((a, b) => a - b), length];
          const pieces = at
            .slice(1)
            .map((end, index) => ({ start: at[index]!, end }))
            .sort((a, b) => order[a.start % 31]! - order[b.start % 31]!);
          const pool = new OctetPool();
          const octets = new ScatteredOctets(pool);
          for (const { start, end } of pieces) octets.add(start, bytes, start, end);
          expect(octets.refused).toBeNull();
          expect(octets.prefix).toBe(length);
          expect(Buffer.compare(octets.bytes.subarray(0, length), bytes)).toBe(0);
          octets.release();
          expect(pool.lent).toBe(0);
        },
      ),
    );
  });

  it('make no room for what lies far ahead of all that came', () => {
    const pool = new OctetPool();
    const octets = new ScatteredOctets(pool);
    octets.add(maxScatteredOctets - 1, content(1), 0, 1);
    expect(octets.refused).toBe('handshake octets far ahead of all others');
    expect(pool.lent).toBe(0);
  });

  it('may lie the further ahead the more came', () => {
    const octets = new ScatteredOctets(new OctetPool());
    const bytes = content(1200);
    for (let at = 0; at < 6_000; at += bytes.length) octets.add(at, bytes, 0, bytes.length);
    octets.add(scatteredReach + 6_000 * scatteredReachTimes - 1200, bytes, 0, bytes.length);
    expect(octets.refused).toBeNull();
    expect(octets.prefix).toBe(6_000);
  });
});
