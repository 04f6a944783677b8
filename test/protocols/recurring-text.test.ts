import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecurringText } from '../../src/protocols/recurring-text.js';

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const textOf = (cache: RecurringText, text: string): string => cache.of(octets(text), 0, text.length);

describe('RecurringText', () => {
  it('gives the same string for the same octets, and folds letters of ASCII alone', () => {
    const lower = new RecurringText('lower');
    expect(textOf(lower, 'Content-Type')).toBe('content-type');
    expect(textOf(lower, 'CONTENT-TYPE')).toBe('content-type');
    expect(textOf(lower, 'X-\xc4[@`{')).toBe('x-\xc4[@`{');
    expect(textOf(new RecurringText('upper'), 'get\xff')).toBe('GET\xff');
    expect(textOf(new RecurringText('as they are'), 'GeT')).toBe('GeT');
  });

  it('reads a range, the empty one and what is longer than it remembers', () => {
    const cache = new RecurringText('upper');
    expect(cache.of(octets('a get b'), 2, 5)).toBe('GET');
    expect(cache.of(octets('get'), 1, 1)).toBe('');
    const long = 'Header-'.repeat(40);
    expect(textOf(cache, long)).toBe(long.toUpperCase());
    expect(textOf(cache, `${long}!`)).toBe(`${long.toUpperCase()}!`);
  });

  it('keeps nothing that was lent', () => {
    const cache = new RecurringText('as they are');
    const lent = octets('first');
    cache.of(lent, 0, lent.length);
    lent.fill(0x7a);
    expect(textOf(cache, 'first')).toBe('first');
    expect(textOf(cache, 'zzzzz')).toBe('zzzzz');
  });

  it('is right whatever came before, however many names share its places', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 400 }), (names) => {
        const cache = new RecurringText('as they are');
        for (const name of [...names, ...names]) {
          expect(cache.of(name, 0, name.length)).toBe(Buffer.from(name).toString('latin1'));
        }
      }),
      { numRuns: 20 },
    );
  });
});
