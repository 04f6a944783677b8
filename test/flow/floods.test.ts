import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { maxGapsListed, maxHeldPerDirection, maxHeldSegments, maxHeldTotal } from '../../src/flow/limits.js';
import { Wire } from './tracking.js';

/** Generous: a flood that costs quadratic time takes minutes. */
const limitSeconds = 20;

function timed(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function octetsHeld(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('a flood', () => {
  it('of tiny segments out of order in one connection stays bounded in time and gaps', () => {
    const wire = new Wire();
    wire.answer = () => 0x7fffffff;
    wire.open();
    const seconds = timed(() => {
      for (let at = 0; at < 100_000; at++) wire.a('A', 103 + 2 * at, { ack: 501, data: '.' });
    });
    expect(seconds).toBeLessThan(limitSeconds);
    expect(wire.tracker.limits.heldOctets).toBeGreaterThan(100_000 - maxHeldSegments - 10);
    const ended = wire.finishOne();
    expect(ended.gaps).toHaveLength(maxGapsListed);
    expect(ended.bytes[0]).toBe(100_000);
  });

  it('of tiny segments in backward order stays bounded too', () => {
    const wire = new Wire();
    wire.answer = () => 0x7fffffff;
    wire.open();
    const seconds = timed(() => {
      for (let at = 100_000; at > 0; at--) wire.a('A', 103 + 2 * at, { ack: 501, data: '.' });
    });
    expect(seconds).toBeLessThan(limitSeconds);
    const ended = wire.finishOne();
    expect(ended.bytes[0]).toBeLessThanOrEqual(100_000);
    expect(ended.gaps.length).toBeLessThanOrEqual(maxGapsListed);
  });

  it('of large segments behind a hole is held up to a bound', () => {
    const wire = new Wire();
    wire.answer = () => 0x7fffffff;
    wire.open();
    const data = 'x'.repeat(60_000);
    const fitting = Math.floor(maxHeldPerDirection / 61_000);
    for (let at = 0; at < fitting; at++) wire.a('A', 111 + at * data.length, { ack: 501, data });
    expect(wire.tracker.limits.heldOctets).toBe(0);
    for (let at = fitting; at < fitting + 5; at++) wire.a('A', 111 + at * data.length, { ack: 501, data });
    expect(wire.tracker.limits.heldOctets).toBe(1);
    expect(wire.finishOne().bytes[0]).toBe((fitting + 5) * data.length);
  });

  it('of connections that each hold a little is held up to a bound for all, bookkeeping included', () => {
    const wire = new Wire();
    wire.answer = () => 0x7fffffff;
    const connections = 120_000;
    const before = octetsHeld();
    const seconds = timed(() => {
      for (let at = 0; at < connections; at++) {
        const sent = { client: 0x0b000000 + at };
        wire.a('A', 100, { ack: 501, data: 'x', ...sent });
        for (let hole = 0; hole < 6; hole++) wire.a('A', 110 + 2 * hole, { ack: 501, data: '.', ...sent });
      }
    });
    expect(seconds).toBeLessThan(limitSeconds);
    expect(wire.tracker.limits.heldOctets).toBeGreaterThan(0);
    // What is held, and the connections with their records here.
    expect(octetsHeld() - before).toBeLessThan(2 * maxHeldTotal);
  });

  it('of holes that fill at once gives everything back', () => {
    const wire = new Wire();
    wire.answer = () => 0x7fffffff;
    wire.open();
    for (let at = 0; at < maxHeldTotal / 256 + 1; at++) {
      wire.a('A', 102 + 2 * at, { ack: 501, data: 'b' });
      wire.a('A', 101 + 2 * at, { ack: 501, data: 'a' });
    }
    expect(wire.tracker.limits.heldOctets).toBe(0);
    expect(wire.finishOne().gaps).toEqual([]);
  }, 60_000);

  it('of FINs out of order is given up when too much is held', () => {
    const wire = new Wire();
    wire.answer = () => 0x7fffffff;
    const needed = Math.ceil(maxHeldTotal / 256) + 1;
    for (let at = 0; at < needed; at++) {
      wire.a('A', 100, { ack: 501, client: 0x0b000000 + at });
      wire.a('FA', 110, { ack: 501, client: 0x0b000000 + at });
    }
    expect(wire.tracker.limits.heldOctets).toBe(1);
  }, 60_000);
});
