import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretKind } from '../../../src/protocols/http/secret-names.js';

const separators = fc.stringMatching(/^[-_. \x5b\x5d\x80-\xff]{0,3}$/);

/** A name written as people do: in any case, with separators anywhere. */
function written(word: string): fc.Arbitrary<string> {
  return fc
    .tuple(...Array.from(word, (letter) => fc.tuple(fc.boolean(), separators, fc.constant(letter))))
    .map((letters) =>
      letters.map(([upper, after, letter]) => (upper ? letter.toUpperCase() : letter) + after).join(''),
    );
}

describe('the name of a field', () => {
  it.each([
    ['dbpassword', 'password'],
    ['pw', 'password'],
    ['motdepasse', 'password'],
    ['refreshtoken', 'bearer-token'],
    ['jwt', 'bearer-token'],
    ['token', 'token'],
    ['mysecretid', null],
    ['secretid', 'other-secret'],
    ['clientsecret', 'other-secret'],
    ['xapikey', 'api-key'],
    ['bypass', null],
    ['tokens', null],
    ['word', null],
  ])('says of %s that it is %s, however it is written', (word, kind) => {
    fc.assert(
      fc.property(separators, written(word), (before, name) => {
        expect(secretKind(before + name)).toBe(kind);
      }),
      { numRuns: 50 },
    );
  });

  it('says nothing where it has no letters', () => {
    for (const name of ['', 'p', '_', '--.', '\xff\xfe', '7']) expect(secretKind(name)).toBeNull();
  });
});
