import { describe, expect, it } from 'vitest';
import { ClockOffsets } from '../../../src/engine/vantage/clock-offsets.js';
import type { Passage } from '../../../src/engine/vantage/passage.js';

/** When the first octets of each side pass a place, by its clock; null = they don't. */
function passage(set: number, asked: number | null, answered: number | null, start = 100): Passage {
  return {
    ...{ id: 1, set, capture: set, firstFrame: 1, datagrams: false, start, sawSyn: true },
    ...{ asked: asked ?? Number.NaN, askedFrom: 7, answered: answered ?? Number.NaN, answeredFrom: 9 },
  };
}

const told = (clocks: ClockOffsets, sets: number) =>
  clocks.positions(
    sets,
    (set) => set,
    (set) => `capture ${set}`,
  );

describe('the clocks of two captures', () => {
  it('are compared by the median of what passed there and back', () => {
    const clocks = new ClockOffsets();
    // 3 ms from one place to the other, both ways; the other is 10 s ahead. One connection was delayed on its way.
    for (const late of [0, 0, 0.0001, 0, 5]) {
      clocks.add(passage(0, 100, 100.1), passage(1, 110.003 + late, 110.097));
    }
    const [first, second] = told(clocks, 2);
    expect(first!.clock).toBeNull();
    expect(second!.clock).toMatchObject({ against: 0, offsetSeconds: 10, connections: 5 });
    expect(second!.clock!.uncertaintySeconds).toBeCloseTo(0.003, 4);
    expect(second!.position).toMatchObject({ domain: 0, offset: 10 });
    expect(first!.position).toEqual({ domain: 0, offset: 0, uncertainty: 0 });
  });

  it('are never wrong by more than is said, however unequal the ways there and back', () => {
    for (const [there, back] of [
      [0.08, 0.001],
      [0, 0.2],
      [0.05, 0.05],
    ] as const) {
      const clocks = new ClockOffsets();
      clocks.add(passage(0, 100, 101), passage(1, 100 + there - 40, 101 - back - 40));
      const { offsetSeconds, uncertaintySeconds } = told(clocks, 2)[1]!.clock!;
      expect(Math.abs(offsetSeconds + 40)).toBeLessThanOrEqual(uncertaintySeconds!);
    }
  });

  it('are told with the delay in them where one direction is all there is, from three connections on, and not used', () => {
    const clocks = new ClockOffsets();
    for (const start of [100, 105, 120]) {
      expect(told(clocks, 2)[1]!.clock).toBeNull();
      clocks.add(passage(0, null, null, start), passage(1, null, null, start + 2.25));
    }
    const [first, second] = told(clocks, 2);
    expect(second!.clock).toMatchObject({ against: 0, offsetSeconds: 2.25, uncertaintySeconds: null, connections: 3 });
    expect(second!.position.domain).not.toBe(first!.position.domain);
  });

  it('say nothing where the first octets that each heard are not the same ones', () => {
    const clocks = new ClockOffsets();
    const other = passage(1, 100, 101);
    const moved = { ...other, sawSyn: false, askedFrom: 7 + 50, answeredFrom: 9 + 50 };
    clocks.add(passage(0, 100, 101), moved);
    expect(told(clocks, 2)[1]!.clock).toBeNull();
  });
});

describe('the clocks of several captures', () => {
  it('are tied over a third one, and what ties nothing stands alone', () => {
    const clocks = new ClockOffsets();
    clocks.add(passage(0, 100, 101), passage(2, 100 + 7, 101 + 7));
    clocks.add(passage(1, 100 - 3600, 101 - 3600), passage(2, 100 + 7, 101 + 7));
    const all = told(clocks, 4);
    expect(all.map(({ clock }) => clock?.offsetSeconds)).toEqual([undefined, -3600, 7, undefined]);
    expect(all[1]!.clock!.basis).toContain('by way of capture 2');
    expect(all.map(({ position }) => position.domain)).toEqual([0, 0, 0, 3]);
  });

  it('follow the sure ties, and tell the unsure one of a capture that has no other', () => {
    const clocks = new ClockOffsets();
    for (let times = 0; times < 3; times++) {
      for (const set of [1, 2]) clocks.add(passage(0, null, null), passage(set, null, null, 105));
    }
    clocks.add(passage(1, 100, 101), passage(2, 101, 102));
    const all = told(clocks, 3);
    expect(all[2]!.clock).toMatchObject({ against: 1, offsetSeconds: 1 });
    expect(all[2]!.position.domain).toBe(all[1]!.position.domain);
    expect(all[0]!.clock).toMatchObject({ uncertaintySeconds: null, offsetSeconds: -5 });
  });
});
