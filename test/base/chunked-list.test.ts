import { describe, expect, it } from 'vitest';
import { ChunkedList } from '../../src/base/chunked-list.js';

describe('ChunkedList', () => {
  it('holds what was set, and the empty value everywhere else', () => {
    const list = new ChunkedList<number | null>(null);
    expect(list.get(0)).toBe(null);
    for (const index of [0, 1_023, 1_024, 5_000]) list.set(index, index);
    for (const index of [0, 1_023, 1_024, 5_000]) expect(list.get(index)).toBe(index);
    for (const index of [1, 1_022, 1_025, 3_000, 5_001, 1_000_000]) expect(list.get(index)).toBe(null);
    list.set(1_024, null);
    expect(list.get(1_024)).toBe(null);
  });
});
