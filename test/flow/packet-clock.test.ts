import { describe, expect, it } from 'vitest';
import { clockLeapSeconds, clockWitnesses } from '../../src/flow/limits.js';
import { PacketClock } from '../../src/flow/packet-clock.js';

function clockAt(seconds: number): PacketClock {
  const clock = new PacketClock();
  clock.observe(seconds);
  return clock;
}

describe('PacketClock', () => {
  it('begins at 0 with the first packet, whatever its time', () => {
    for (const seconds of [0, -5, 1_700_000_000, 8_640_000_000_000]) expect(clockAt(seconds).now).toBe(0);
  });

  it('follows the latest time and says when it moved', () => {
    const clock = clockAt(1000);
    expect(clock.observe(1000)).toBe(false);
    expect(clock.observe(1003)).toBe(true);
    expect(clock.now).toBe(3);
    expect(clock.secondsSince(1001)).toBe(2);
  });

  it('does not go back with packets that are a little late', () => {
    const clock = clockAt(1000);
    clock.observe(1010);
    expect(clock.observe(1002)).toBe(false);
    expect(clock.now).toBe(10);
    clock.observe(1011);
    expect(clock.now).toBe(11);
  });

  it.each([[4_000_000_000], [0], [-4_000_000_000]])('does not believe single packets of %d', (garbage) => {
    const clock = clockAt(1_700_000_000);
    for (let round = 0; round < 10 * clockWitnesses; round++) {
      expect(clock.observe(garbage)).toBe(false);
      clock.observe(1_700_000_001);
    }
    expect(clock.now).toBe(1);
  });

  it('believes a leap forward that enough packets in a row stand behind, and counts what surely passed', () => {
    const clock = clockAt(1000);
    for (let at = 1; at < clockWitnesses; at++) expect(clock.observe(900_000)).toBe(false);
    expect(clock.observe(900_000)).toBe(true);
    expect(clock.now).toBe(clockLeapSeconds);
    clock.observe(900_007);
    expect(clock.now).toBe(clockLeapSeconds + 7);
  });

  it('believes a leap back without going back', () => {
    const clock = clockAt(900_000);
    clock.observe(900_050);
    for (let at = 0; at < clockWitnesses; at++) expect(clock.observe(1000)).toBe(false);
    expect(clock.now).toBe(50);
    clock.observe(1007);
    expect(clock.now).toBe(57);
  });

  it('recovers from a first packet of garbage', () => {
    const clock = clockAt(4_000_000_000);
    for (let at = 0; at < clockWitnesses; at++) clock.observe(1000);
    clock.observe(1005);
    expect(clock.now).toBe(5);
  });

  it('never runs faster than its packets, leaps apart', () => {
    const clock = clockAt(0);
    for (let seconds = 0; seconds <= 10_000; seconds += clockLeapSeconds) clock.observe(seconds);
    expect(clock.now).toBe(Math.floor(10_000 / clockLeapSeconds) * clockLeapSeconds);
  });
});
