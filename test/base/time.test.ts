import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, secondsBetween, secondsFrom, secondsOf } from '../../src/base/time.js';

describe('formatTime', () => {
  it('prints UTC with nine decimals', () => {
    expect(formatTime(1_795_168_800, 123_456_789)).toBe('2026-11-20T10:00:00.123456789Z');
    expect(formatTime(0, 0)).toBe('1970-01-01T00:00:00.000000000Z');
    expect(formatTime(951_782_400 + 86_399, 1)).toBe('2000-02-29T23:59:59.000000001Z');
  });

  it('agrees with Date for every second that a capture can hold, before 1970 too, in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000, max: 250_000_000_000 }), fc.nat(999), (seconds, milliseconds) => {
        const date = new Date(seconds * 1000 + milliseconds);
        expect(formatTime(seconds, milliseconds * 1e6)).toBe(date.toISOString().replace('Z', '000000Z'));
      }),
    );
  });

  it('prints the furthest dates there are', () => {
    expect(formatTime(8_640_000_000_000, 0)).toBe('+275760-09-13T00:00:00.000000000Z');
    expect(formatTime(-8_640_000_000_000, 0)).toBe('-271821-04-20T00:00:00.000000000Z');
  });
});

describe('secondsBetween', () => {
  it('is signed and knows nanoseconds', () => {
    expect(secondsBetween(10, 900_000_000, 12, 100_000_000)).toBeCloseTo(1.2, 9);
    expect(secondsBetween(12, 100_000_000, 10, 900_000_000)).toBeCloseTo(-1.2, 9);
    expect(secondsBetween(1_795_168_800, 1, 1_795_168_800, 2)).toBeCloseTo(1e-9, 15);
  });
});

describe('the seconds of a time', () => {
  it('have its decimals, as far as a double holds them', () => {
    expect(secondsOf('1970-01-01T00:00:01.500000000Z')).toBe(1.5);
    expect(secondsOf('2026-11-20T10:00:00Z')).toBe(1_795_168_800);
    expect(secondsOf('2026-11-20T10:00:00.123456Z')).toBeCloseTo(1_795_168_800.123456, 6);
    for (const none of ['', 'now', '2026-13-01T00:00:00Z']) expect(secondsOf(none)).toBeNaN();
  });

  it('are told between two to the nanosecond', () => {
    expect(secondsFrom('2026-11-20T10:00:00.999999999Z', '2026-11-20T10:00:01.000000001Z')).toBeCloseTo(2e-9, 15);
    expect(secondsFrom('2026-11-20T10:00:01Z', '2026-11-20T10:00:00.250000000Z')).toBe(-0.75);
    expect(secondsFrom('2026-11-20T10:00:01Z', '')).toBeNaN();
  });
});
