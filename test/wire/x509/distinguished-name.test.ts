import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDistinguishedName } from '../../../src/wire/x509/distinguished-name.js';
import {
  bmpString,
  concat,
  der,
  integer,
  name,
  oid,
  printableString,
  sequence,
  set,
  teletexString,
  utf8String,
} from '../../build/x509.js';

const text = (bytes: Uint8Array): string => parseDistinguishedName(bytes, 0, bytes.length);

test('puts the most specific part first (RFC 4514 §2.1)', () => {
  expect(
    text(
      name([
        ['C', 'NL'],
        ['O', 'Example'],
        ['CN', 'api'],
      ]),
    ),
  ).toBe('CN=api,O=Example,C=NL');
});

test('joins a relative name of several attributes by a plus sign in encoded order (RFC 4514 §2.2)', () => {
  const part = set(sequence(oid('2.5.4.10'), utf8String('a')), sequence(oid('2.5.4.11'), utf8String('b')));
  expect(text(sequence(part))).toBe('O=a+OU=b');
});

test('an empty name is empty', () => {
  expect(text(sequence())).toBe('');
});

test('gives an unknown type in dotted form with the value in hexadecimal (RFC 4514 §2.4)', () => {
  // The example of RFC 4514 §4.
  expect(text(name([['1.3.6.1.4.1.1466.0', der(0x04, Uint8Array.of(0x48, 0x69))]]))).toBe(
    '1.3.6.1.4.1.1466.0=#04024869',
  );
});

test('gives a value that is no text in hexadecimal', () => {
  expect(text(name([['CN', integer(5)]]))).toBe('CN=#020105');
});

test.each([
  ['Sue, Grabbit and Runn', 'Sue\\, Grabbit and Runn'],
  ['a+b;c<d>e"f\\g', 'a\\+b\\;c\\<d\\>e\\"f\\\\g'],
  [' a ', '\\ a\\ '],
  [' ', '\\ '],
  ['#a#', '\\#a#'],
  ['a\0b', 'a\\00b'],
  ['a\r\nb', 'a\r\nb'],
  ['a=b', 'a=b'],
  ['Lučić', 'Lučić'],
  ['', ''],
])('escapes %j as RFC 4514 §2.4 wants it', (value, escaped) => {
  expect(text(name([['CN', value]]))).toBe(`CN=${escaped}`);
});

test.each([
  ['TeletexString as ISO 8859-1', teletexString('Zoë'), 'Zoë'],
  ['BMPString', bmpString('漢字'), '漢字'],
  ['UniversalString', der(0x1c, Uint8Array.of(0, 1, 0xf5, 0x12, 0, 0, 0, 0x61)), '🔒a'],
  ['UniversalString beyond Unicode', der(0x1c, Uint8Array.of(0x7f, 0, 0, 0)), '\ufffd'],
  ['PrintableString that holds UTF-8', printableString(Buffer.from('Zoë').toString('latin1')), 'Zoë'],
  ['PrintableString that holds ISO 8859-1', printableString('Zoë'), 'Zoë'],
  ['UTF8String that is none', der(0x0c, Uint8Array.of(0x5a, 0x6f, 0xeb)), 'Zoë'],
])('decodes a %s', (_, value, decoded) => {
  expect(text(name([['O', value]]))).toBe(`O=${decoded}`);
});

test('reads the range it is given, and gives the first octets of what is no name', () => {
  const bytes = concat(Uint8Array.of(1, 2), name([['CN', 'a']]), Uint8Array.of(3));
  expect(parseDistinguishedName(bytes, 2, bytes.length - 1)).toBe('CN=a');
  expect(text(Uint8Array.of(4, 2, 5, 6))).toBe('#04020506');
});

test('keeps the parts before a fault', () => {
  const good = set(sequence(oid('2.5.4.3'), utf8String('a')));
  expect(text(sequence(good, Uint8Array.of(0x31, 0x20, 0x30)))).toBe('CN=a');
});

test('stays injective on the values of one attribute: different values give different texts', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      (a, b) => {
        fc.pre(a !== b);
        expect(text(name([['CN', a]]))).not.toBe(text(name([['CN', b]])));
      },
    ),
    { numRuns: 200, seed: 4514 },
  );
});

test('undoing the escapes gives the value back', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (value) => {
      const escaped = text(name([['CN', value]])).slice(3);
      expect(escaped.replace(/\\(?:00|(.))/gu, (_, character: string | undefined) => character ?? '\0')).toBe(value);
    }),
    { numRuns: 300, seed: 4514 },
  );
});
