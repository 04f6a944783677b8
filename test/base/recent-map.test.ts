import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../src/base/recent-map.js';

describe('a map of the latest entries', () => {
  it('holds what a list would from which the oldest is taken', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(
          fc.record({
            what: fc.constantFrom('set', 'set', 'set', 'delete', 'clear'),
            key: fc.nat(12),
            value: fc.nat(),
          }),
          { maxLength: 200 },
        ),
        (most, steps) => {
          const map = new RecentMap<number, number>(most);
          let list: [number, number][] = [];
          for (const { what, key, value } of steps) {
            const at = list.findIndex(([known]) => known === key);
            if (what === 'clear') {
              map.clear();
              list = [];
            } else if (what === 'delete') {
              expect(map.delete(key)).toBe(at >= 0);
              if (at >= 0) list.splice(at, 1);
            } else {
              map.set(key, value);
              if (at >= 0) list[at] = [key, value];
              else list = [...list.slice(list.length >= most ? 1 : 0), [key, value]];
            }
            expect([...map]).toEqual(list);
            expect(map.size).toBe(list.length);
            for (let one = 0; one <= 12; one++) expect(map.get(one)).toBe(list.find(([known]) => known === one)?.[1]);
          }
        },
      ),
    );
  });

  it('forgets in no time, however many went before', () => {
    const map = new RecentMap<string, number>(65_536);
    const started = performance.now();
    for (let at = 0; at < 400_000; at++) map.set(`key ${at}`, at);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(map.size).toBe(65_536);
    expect(map.get('key 399999')).toBe(399_999);
  });
});
