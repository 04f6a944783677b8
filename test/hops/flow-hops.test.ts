import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowHops } from '../../src/hops/flow-hops.js';

describe('the hops of connections', () => {
  it('lists ids by hop, in order, in whatever order they came', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ id: fc.integer({ min: 0, max: 5000 }), hop: fc.nat(4) }), {
          selector: ({ id }) => id,
        }),
        fc.integer({ min: 0, max: 0x7fff0000 }),
        (connections, base) => {
          const flows = new FlowHops(2 ** 20);
          for (const { id, hop } of connections) flows.add(base + id, hop);
          const expected = Array.from({ length: 5 }, (_, hop) =>
            connections
              .filter((connection) => connection.hop === hop)
              .map(({ id }) => base + id)
              .sort((a, b) => a - b),
          );
          expect(flows.lists(5)).toEqual(expected);
          for (const { id, hop } of connections) expect(flows.of(base + id)).toBe(hop);
          expect(flows.unkept).toBe(0);
        },
      ),
    );
  });

  it('knows no more than its bound, the latest, and counts the others', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 60 }), (steps) => {
        const flows = new FlowHops(1024);
        const known: number[] = [];
        let id = 0;
        for (const step of steps) {
          id += step;
          flows.add(id, id % 3);
          known.push(id);
        }
        const kept = known.filter((other) => other > id - 1024);
        expect(
          flows
            .lists(3)
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(kept);
        expect(flows.unkept).toBe(known.length - kept.length);
      }),
    );
  });

  it('does not take one from before its span, nor mistake it for another', () => {
    const flows = new FlowHops(1024);
    flows.add(5000, 1);
    flows.add(5000 - 1024, 2);
    expect([flows.of(5000), flows.of(5000 - 1024), flows.unkept]).toEqual([1, -1, 1]);
    flows.add(5000 - 1023, 2);
    expect(flows.lists(3)).toEqual([[], [5000], [3977]]);
  });

  it('begins anew where ids do', () => {
    const flows = new FlowHops(1024);
    flows.add(0x7fffffff, 0);
    flows.add(1, 1);
    flows.add(0x7ffffffe, 2);
    expect(flows.lists(3)).toEqual([[], [1], []]);
    expect(flows.unkept).toBe(2);
  });
});
