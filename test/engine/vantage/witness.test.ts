import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentAgrees, type SightedSide } from '../../../src/engine/vantage/sighting.js';
import { Opening } from '../../../src/engine/vantage/witness.js';

const arrival = (offset: number) => ({ frame: 1, seconds: 10, nanoseconds: 5e8, acknowledged: -1, offset });

/** Hears octets in pieces that are overwritten after each call. */
function heard(octets: Uint8Array, cuts: readonly number[], upTo = octets.length): Opening {
  const opening = new Opening(99);
  const places = [...new Set([0, ...cuts.map((cut) => cut % (octets.length + 1)), upTo])]
    .filter((place) => place <= upTo)
    .sort((a, b) => a - b);
  for (let at = 0; at + 1 < places.length && opening.open; at++) {
    const lent = octets.slice(places[at], places[at + 1]);
    opening.stream(lent, 0, lent.length, arrival(places[at]!));
    lent.fill(0xee);
  }
  return opening;
}

const side = (opening: Opening): SightedSide => ({
  known: true,
  fromSyn: true,
  start: 1,
  end: 2,
  ended: false,
  opening,
});

describe('how a stream begins', () => {
  it('is the same however it is cut into segments', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.array(fc.nat(500)),
        fc.array(fc.nat(500)),
        (octets, one, other) => {
          const a = heard(octets, one);
          const b = heard(octets, other);
          expect(contentAgrees(side(a), side(b))).toBe(true);
          expect(a.digests).toEqual(b.digests);
          expect(a.time).toBe(10.5);
        },
      ),
    );
  });

  it('is compared as far as both heard it: one octet that differs there is told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 300 }), fc.nat(63), (octets, at) => {
        const other = octets.slice();
        other[at]! ^= 0x40;
        expect(contentAgrees(side(heard(octets, [])), side(heard(other, [7, 30])))).toBe(false);
        expect(contentAgrees(side(heard(octets, [])), side(heard(octets, [9], 64)))).toBe(true);
      }),
    );
  });

  it('ends where octets are missing, or were not asked for', () => {
    const octets = Uint8Array.from({ length: 100 }, (_, at) => at);
    const opening = heard(octets, [], 20);
    opening.stream(octets, 40, 100, arrival(40));
    expect([opening.heard, opening.open]).toEqual([20, false]);
    const torn = heard(octets, [], 20);
    torn.break();
    expect(torn.open).toBe(false);
  });
});
