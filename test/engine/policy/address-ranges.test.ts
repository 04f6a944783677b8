import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressRanges } from '../../../src/engine/policy/address-ranges.js';

const text4 = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
const word = fc.integer({ min: 0, max: 0xffffffff });

describe('ranges of addresses', () => {
  it('hold what has the same first bits, and nothing else', () => {
    fc.assert(
      fc.property(
        word,
        fc.integer({ min: 0, max: 32 }),
        word,
        fc.integer({ min: 0, max: 31 }),
        (base, bits, other, flip) => {
          const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
          const ranges = new AddressRanges([`${text4(base)}/${bits}`]);
          // An address at random is seldom in a small range: one bit away from its base it is on either side.
          for (const address of [other, base ^ (1 << flip)]) {
            expect(ranges.has(text4(address >>> 0))).toBe(((address ^ base) & mask) >>> 0 === 0);
          }
        },
      ),
    );
  });

  it('hold IPv6, single addresses, and several', () => {
    const ranges = new AddressRanges(['2001:db8::/32', '10.0.0.9']);
    expect(['2001:db8:1::5', '10.0.0.9', '2001:db9::1', '10.0.0.8'].map((ip) => ranges.has(ip))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('hold nothing where none is named', () => {
    expect(new AddressRanges([]).has('10.0.0.1')).toBe(false);
  });
});
