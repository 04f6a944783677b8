import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maximumSeconds } from '../../src/capture/framing.js';
import { TimestampReader } from '../../src/capture/timestamp.js';

/** The same by exact integers. */
function exactly(resolution: number, offset: bigint, count: bigint): [number, number] {
  const power = BigInt(resolution & 0x7f);
  const unitsPerSecond = resolution & 0x80 ? 1n << power : 10n ** power;
  const seconds = count / unitsPerSecond + offset;
  const bound = BigInt(maximumSeconds);
  const clamped = seconds > bound ? bound : seconds < -bound ? -bound : seconds;
  return [Number(clamped), Number(((count % unitsPerSecond) * 1_000_000_000n) / unitsPerSecond)];
}

function read(reader: TimestampReader, count: bigint): [number, number] {
  reader.read(Number(count >> 32n), Number(count & 0xffffffffn));
  return [reader.seconds, reader.nanoseconds];
}

const boundaries = [
  0n,
  1n,
  999_999n,
  1_000_000n,
  0xffffn,
  0x10000n,
  0xffffffffn,
  0x1_0000_0000n,
  0x1_0000_0001n,
  1_700_000_000_999_999n,
  1_700_000_000_999_999_999n,
  0x7fffffff_ffffffffn,
  0x80000000_00000000n,
  0xffffffff_00000000n,
  0xffffffff_ffffffffn,
];

describe('timestamps of pcapng', () => {
  test('are exact at the boundaries of every resolution there can be', () => {
    for (let resolution = 0; resolution < 256; resolution++) {
      const reader = new TimestampReader(resolution, 0);
      for (const count of boundaries) expect(read(reader, count)).toEqual(exactly(resolution, 0n, count));
    }
  });

  test('are exact anywhere, in any order, with an offset', () => {
    const sixtyFour = fc.bigInt({ min: 0n, max: 0xffffffff_ffffffffn });
    const offsets = fc.bigInt({ min: -(1n << 40n), max: 1n << 40n });
    fc.assert(
      fc.property(
        fc.nat(255),
        offsets,
        fc.array(sixtyFour, { minLength: 1, maxLength: 5 }),
        (resolution, offset, counts) => {
          const reader = new TimestampReader(resolution, Number(offset));
          for (const count of counts) expect(read(reader, count)).toEqual(exactly(resolution, offset, count));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
