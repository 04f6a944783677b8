import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InOrder } from '../../src/engine/in-order.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';

/** A record of which nothing but the id is looked at. */
const record = (id: number): ConnectionRecord => ({ id }) as ConnectionRecord;

function handedOn(ids: readonly number[], finish = true): number[] {
  const out: number[] = [];
  const inOrder = new InOrder(({ id }) => out.push(id));
  for (const id of ids) inOrder.add(record(id));
  if (finish) inOrder.finish();
  return out;
}

describe('InOrder', () => {
  it('hands records on at once while they come in order', () => {
    expect(handedOn([1, 2, 3], false)).toEqual([1, 2, 3]);
  });

  it('waits for the one that began first', () => {
    expect(handedOn([3, 2], false)).toEqual([]);
    expect(handedOn([3, 2, 1], false)).toEqual([1, 2, 3]);
  });

  it('hands on the rest at the end, although some never ended', () => {
    expect(handedOn([9, 4, 6])).toEqual([4, 6, 9]);
  });

  it('puts any moderate disorder right', () => {
    const shuffled = fc.shuffledSubarray(
      Array.from({ length: 100 }, (_, at) => at + 1),
      { minLength: 100, maxLength: 100 },
    );
    fc.assert(
      fc.property(shuffled, (ids) => {
        expect(handedOn(ids, false)).toEqual([...ids].sort((a, b) => a - b));
      }),
    );
  });

  it('does not wait for ever: past its bound it goes on without the one still open, which comes when it ends', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => at + 2);
    const early = handedOn(ids, false);
    expect(early.length).toBeGreaterThan(10_000);
    expect(early).toEqual(ids.slice(0, early.length));
    const out = handedOn([...ids, 1]);
    expect(out).toHaveLength(20_001);
    expect(out.filter((id) => id !== 1)).toEqual(ids);
    expect(out.indexOf(1)).toBeGreaterThan(early.length - 1);
  });

  it('hands every record on exactly once, whatever the order and however far apart', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 30_000 }), { maxLength: 500 }), (ids) => {
        expect(handedOn(ids).sort((a, b) => a - b)).toEqual([...ids].sort((a, b) => a - b));
      }),
    );
  });

  it('lets those pass whom others told, and goes on behind them without counting up to them', () => {
    const out: number[] = [];
    const inOrder = new InOrder(({ id }) => out.push(id));
    for (const id of [2, 3]) inOrder.add(record(id));
    inOrder.passTo(2 ** 31);
    for (const id of [2 ** 31 + 1, 2 ** 31]) inOrder.add(record(id));
    expect(out).toEqual([2, 3, 2 ** 31, 2 ** 31 + 1]);
  });
});
