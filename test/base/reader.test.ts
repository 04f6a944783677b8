import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader } from '../../src/base/reader.js';

const bytes = Uint8Array.from({ length: 64 }, (_, at) => at + 0x80);
const over = (start: number, end: number): Reader => new Reader(bytes, start, end, 'Thing');

describe('Reader', () => {
  it('reads big-endian fields one after the other', () => {
    const reader = over(1, 15);
    expect([reader.u8(), reader.u16(), reader.u24(), reader.u32()]).toEqual([0x81, 0x8283, 0x848586, 0x8788898a]);
    expect(reader.i32()).toBe(0x8b8c8d8e | 0);
    expect(reader.done).toBe(true);
    expect(reader.fault).toBeNull();
  });

  it('steps over octets and says where they begin', () => {
    const reader = over(4, 10);
    expect(reader.skip(3)).toBe(4);
    expect(reader.skip(0)).toBe(7);
    expect(reader.at).toBe(7);
    expect(reader.remaining).toBe(3);
    expect(reader.done).toBe(false);
  });

  it('records where it was, in what, and how much is missing when it ends too soon', () => {
    const reader = over(4, 10);
    reader.skip(4);
    expect(reader.u32()).toBe(0);
    expect(reader.fault).toEqual({ kind: 'truncated', where: 'Thing', offset: 4, missing: 2 });
  });

  it('stays where it is after a fault, gives zeros and keeps the first fault', () => {
    const reader = over(0, 5);
    reader.u32();
    reader.u16();
    const fault = reader.fault;
    expect([reader.u8(), reader.u16(), reader.u24(), reader.u32(), reader.i32()]).toEqual([0, 0, 0, 0, 0]);
    expect(reader.skip(1)).toBe(-1);
    expect([reader.at, reader.remaining, reader.done]).toEqual([4, 0, false]);
    reader.fail('malformed');
    expect(reader.fault).toBe(fault);
    expect(reader.child(1, 'Child').remaining).toBe(0);
  });

  it('takes a fault from its parser', () => {
    const reader = over(2, 20);
    reader.skip(3);
    reader.fail('malformed');
    expect(reader.fault).toEqual({ kind: 'malformed', where: 'Thing', offset: 3, missing: 0 });
    expect(reader.u8()).toBe(0);
  });

  it('does not believe an end behind the bytes', () => {
    const reader = new Reader(bytes, 60, 99, 'Thing');
    expect(reader.remaining).toBe(4);
    reader.skip(5);
    expect(reader.fault).toMatchObject({ kind: 'truncated', missing: 1 });
  });

  it('has children that cannot see past their length and leave their parent behind them', () => {
    const reader = over(0, 20);
    const child = reader.child(3, 'Thing.part');
    expect(child.u32()).toBe(0);
    expect(child.fault).toEqual({ kind: 'truncated', where: 'Thing.part', offset: 0, missing: 1 });
    expect([reader.at, reader.fault]).toEqual([3, null]);
  });

  it('has children that hold what there is when they are cut, and then faults itself', () => {
    const reader = over(10, 14);
    const child = reader.child(9, 'Thing.part');
    expect([child.remaining, child.u32()]).toEqual([4, 0x8a8b8c8d]);
    expect(child.fault).toBeNull();
    expect(reader.fault).toEqual({ kind: 'truncated', where: 'Thing', offset: 0, missing: 5 });
    expect(reader.remaining).toBe(0);
  });

  it.each([
    ['vector8', [2]],
    ['vector16', [0, 2]],
    ['vector24', [0, 0, 2]],
  ] as const)('reads a %s behind its length', (name, length) => {
    const all = Uint8Array.of(...length, 7, 8, 9);
    const reader = new Reader(all, 0, all.length, 'Thing');
    const child = reader[name]('Thing.list');
    expect([child.u8(), child.u8(), child.done]).toEqual([7, 8, true]);
    expect(reader.u8()).toBe(9);
    const cut = new Reader(all, 0, length.length - 1, 'Thing');
    expect(cut[name]('Thing.list').remaining).toBe(0);
    expect(cut.fault).toMatchObject({ kind: 'truncated', missing: 1 });
  });

  it('never throws, never leaves its range and never reads on after a fault, whatever is asked', () => {
    const step = fc.tuple(
      fc.constantFrom('u8', 'u16', 'u24', 'u32', 'skip', 'child', 'vector8', 'vector16'),
      fc.nat(70),
    );
    fc.assert(
      fc.property(fc.nat(64), fc.nat(64), fc.array(step), (start, length, steps) => {
        const end = Math.min(64, start + length);
        const reader = over(start, start + length);
        for (const [what, octets] of steps) {
          const before = reader.at;
          const faulty = reader.fault !== null;
          if (what === 'skip') reader.skip(octets);
          else if (what === 'child') expect(reader.child(octets, 'c').end).toBeLessThanOrEqual(end);
          else if (what === 'vector8' || what === 'vector16') expect(reader[what]('v').end).toBeLessThanOrEqual(end);
          else reader[what as 'u8' | 'u16' | 'u24' | 'u32']();
          expect(reader.at).toBeGreaterThanOrEqual(before);
          expect(reader.at).toBeLessThanOrEqual(Math.max(start, end));
          if (faulty) expect(reader.at).toBe(before);
        }
      }),
    );
  });
});
