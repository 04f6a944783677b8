import { expect, it } from 'vitest';
import { unitAt } from '../../src/base/text.js';

it('gives the units of a text however it is kept', () => {
  const joined = `${'ab'.repeat(20)}${String(Math.PI)}`;
  const cut = joined.slice(3, 30);
  for (const text of ['', 'abc', 'é€😀', joined, cut]) {
    const units = Array.from({ length: text.length }, (_, at) => unitAt(text, at));
    expect(String.fromCharCode(...units)).toBe(text);
  }
});
