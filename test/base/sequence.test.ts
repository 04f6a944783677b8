import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceAdd, sequenceDistance } from '../../src/base/sequence.js';

describe('sequence numbers', () => {
  it('come round after 2^32 (RFC 9293 §3.4)', () => {
    expect(sequenceAdd(0xffffffff | 0, 1)).toBe(0);
    expect(sequenceAdd(0x7fffffff, 1)).toBe(-0x80000000);
    expect(sequenceDistance(0xfffffffe | 0, 3)).toBe(5);
    expect(sequenceDistance(3, 0xfffffffe | 0)).toBe(-5);
  });

  it('give back any distance under 2^31 that was added', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -0x7fffffff, max: 0x7fffffff }), (from, octets) => {
        expect(sequenceDistance(from, sequenceAdd(from, octets))).toBe(octets);
      }),
    );
  });
});
