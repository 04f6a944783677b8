import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellPool } from '../../src/session/resting/cell-pool.js';

describe('CellPool', () => {
  it('gives each cell to one taker at a time, and what is written in it stays', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.nat()), { minLength: 900, maxLength: 1_100, size: 'max' }),
        (moves) => {
          const pool = new CellPool(3);
          const taken: [cell: number, mark: number][] = [];
          for (const [at, [takes, which]] of moves.entries()) {
            if (takes || which % 3 === 0 || taken.length === 0) {
              const costs = pool.nextCosts;
              const before = pool.allocated;
              const cell = pool.take();
              expect(pool.allocated - before).toBe(costs);
              expect(taken.map(([known]) => known)).not.toContain(cell);
              pool.chunk(cell).fill(at, pool.wordsOf(cell), pool.wordsOf(cell) + 3);
              taken.push([cell, at]);
            } else pool.release(taken.splice(which % taken.length, 1)[0]![0]);
          }
          for (const [cell, mark] of taken) {
            const at = pool.wordsOf(cell);
            expect([...pool.chunk(cell).subarray(at, at + 3)]).toEqual([mark, mark, mark]);
            expect(pool.octets(cell)[at * 4]).toBe(mark & 0xff);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('gives its memory back but for one chunk, and takes it again', () => {
    const pool = new CellPool(4);
    pool.release(pool.take());
    const ofOne = pool.allocated;
    for (let round = 0; round < 2; round++) {
      const cells = Array.from({ length: 5_000 }, () => pool.take());
      expect(pool.allocated).toBeGreaterThanOrEqual(5_000 * 16);
      for (const cell of cells) pool.release(cell);
      expect(pool.allocated).toBeLessThanOrEqual(2 * ofOne);
    }
  });
});
