import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRememberedSessions } from '../../src/session/limits.js';
import { KeyRing } from '../../src/session/shared/key-ring.js';
import { ResumptionIndex } from '../../src/session/shared/resumption-index.js';

describe('ResumptionIndex', () => {
  it('finds what a map would, over any number of growths and repeated keys', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 0x7fffffff })), {
          maxLength: 4_000,
        }),
        (steps) => {
          const index = new ResumptionIndex(1);
          const model = new Map<number, number>();
          for (const [small, flow] of steps) {
            const key = small * 0x100000001;
            index.remember(key, flow);
            model.set(key, flow);
          }
          for (let small = 1; small <= 5_000; small++) {
            const key = small * 0x100000001;
            expect(index.origin(key)).toBe(model.get(key) ?? null);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('forgets the oldest once it is full, and only those', () => {
    const index = new ResumptionIndex(1);
    const keyOf = (at: number): number => (at * 2_654_435_761) % 2 ** 52;
    const beyond = 5_000;
    for (let at = 1; at <= maxRememberedSessions + beyond; at++) index.remember(keyOf(at), at);
    let wrong = 0;
    for (let at = 1; at <= maxRememberedSessions + beyond; at++) {
      if (index.origin(keyOf(at)) !== (at <= beyond ? null : at)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('gives equal octets one key and others another', () => {
    const index = new ResumptionIndex(7);
    const bytes = Uint8Array.of(1, 2, 3, 1, 2, 3, 4);
    expect(index.keyOf(bytes, 0, 3)).toBe(index.keyOf(bytes, 3, 6));
    expect(index.keyOf(bytes, 0, 3)).not.toBe(index.keyOf(bytes, 3, 7));
  });
});

it('can be made again from what it tells of its changes, also when the oldest were forgotten', () => {
  const ring = new KeyRing(3, 128);
  const changes: [number, number, number][] = [];
  ring.onChange = (key, flow, aside) => changes.push([key, flow, aside]);
  for (let at = 0; at < 500; at++) {
    if (at % 3 === 0) ring.remember(at % 70, at);
    else ring.enter(1000 + at, at, at * 7);
  }
  const again = new KeyRing(3, 128);
  for (const [key, flow, aside] of changes) again.set(key, flow, aside);
  for (let key = 0; key < 1500; key++) expect(again.origin(key)).toBe(ring.origin(key));
  const place = ring.enter(1499, 0, 0);
  expect(again.asideAt(again.enter(1499, 0, 0))).toBe(ring.asideAt(place));
});
