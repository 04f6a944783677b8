import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OctetPool } from '../../src/session/octet-pool.js';

describe('a pool of octets', () => {
  it('counts what is lent, whatever sizes come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.boolean())), (wishes) => {
        const pool = new OctetPool();
        const lent: Uint8Array[] = [];
        for (const [octets, gives] of wishes) {
          const taken = pool.take(octets)!;
          expect(taken.length).toBeGreaterThanOrEqual(octets);
          lent.push(taken);
          if (gives) pool.release(lent.shift()!);
          expect(pool.lent).toBe(lent.reduce((sum, { length }) => sum + length, 0));
        }
        for (const one of lent) pool.release(one);
        expect(pool.lent).toBe(0);
      }),
    );
  });

  it('does not lend one of a length of its own for a smaller one', () => {
    const pool = new OctetPool();
    pool.release(pool.take(16_400)!);
    expect(pool.take(16_384)).toHaveLength(16_384);
    expect(pool.lent).toBe(16_384);
  });
});
