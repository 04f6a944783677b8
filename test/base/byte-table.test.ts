import { describe, expect, it } from 'vitest';
import { ByteTable } from '../../src/base/byte-table.js';
import { quickHash } from '../../src/base/hash.js';
import { octets, uint32 } from '../build/tls.js';

describe('ByteTable', () => {
  it('never gives the value of a key with the same hash', () => {
    const seed = 99;
    const seen = new Map<number, Uint8Array>();
    let pair: [Uint8Array, Uint8Array] | null = null;
    // Two words: by the birthday bound some 80,000 keys hold a collision.
    for (let at = 0; at < 1_000_000 && pair === null; at++) {
      const key = octets(uint32(at), uint32(Math.imul(at, 0x9e3779b1)));
      const hash = quickHash(key, 0, 8, seed);
      const other = seen.get(hash);
      if (other !== undefined) pair = [other, key];
      seen.set(hash, key);
    }
    const [first, second] = pair!;
    const table = new ByteTable<string>(seed, 8, 1024);
    expect(table.find(first, 0, 8)).toBeUndefined();
    table.add(first, 0, 8, 'first');
    expect(table.find(second, 0, 8)).toBeUndefined();
    table.add(second, 0, 8, 'second');
    expect(table.find(first, 0, 8)).toBe('first');
    expect(table.find(second, 0, 8)).toBe('second');
  });

  it('keeps its own copy of a key', () => {
    const table = new ByteTable<number>(1, 8, 1024);
    const lent = Uint8Array.of(1, 2, 3);
    table.find(lent, 0, 3);
    table.add(lent, 0, 3, 7);
    lent.fill(0xee);
    expect(table.find(Uint8Array.of(9, 1, 2, 3), 1, 4)).toBe(7);
  });

  it('starts anew at either bound', () => {
    const table = new ByteTable<number>(1, 3, 10);
    const remember = (key: Uint8Array): void => {
      if (table.find(key, 0, key.length) === undefined) table.add(key, 0, key.length, 1);
    };
    for (let at = 0; at < 3; at++) remember(Uint8Array.of(at));
    expect(table.size).toBe(3);
    remember(Uint8Array.of(9));
    expect(table.size).toBe(1);
    remember(new Uint8Array(9));
    expect(table.size).toBe(2);
    remember(new Uint8Array(5));
    expect(table.size).toBe(1);
    remember(new Uint8Array(11));
    expect(table.size).toBe(1);
  });
});
