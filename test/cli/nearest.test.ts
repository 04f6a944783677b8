import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/cli/nearest.js';

const names = ['flows', 'hops', 'certs', 'timeline', 'ready-for-strict', 'diff'];

describe('the name that was meant', () => {
  it.each([
    ['flow', 'flows'],
    ['flwos', 'flows'],
    ['flovs', 'flows'],
    ['timelime', 'timeline'],
    ['ready', 'ready-for-strict'],
    ['dif', 'diff'],
    ['fi', null],
    ['hop', 'hops'],
    ['capture', null],
    ['x'.repeat(100_000), null],
  ])('%s → %s', (word, meant) => {
    expect(nearest(word, names)).toBe(meant);
  });
});
