import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as oids from '../../../src/registry/oids.js';
import {
  encodeObjectIdentifier,
  formatObjectIdentifier,
  ObjectIdentifierTable,
} from '../../../src/wire/x509/object-identifier.js';

const format = (octets: Uint8Array): string => formatObjectIdentifier(octets, 0, octets.length);

test.each([
  ['2a864886f70d010101', '1.2.840.113549.1.1.1'],
  ['2b6570', '1.3.101.112'],
  ['550403', '2.5.4.3'],
  ['883703', '2.999.3'],
  // RFC 9562 UUIDs under 2.25 have an arc of 128 bits.
  ['6983f8f5e2e9dfbbc8d7c3eac5cbb5e8f7b9a01f', null],
])('%s', (digits, dotted) => {
  const octets = new Uint8Array(Buffer.from(digits, 'hex'));
  if (dotted !== null) expect(format(octets)).toBe(dotted);
  expect(encodeObjectIdentifier(format(octets))).toEqual(octets);
});

test('octets that are no identifier stay hexadecimal', () => {
  expect(format(new Uint8Array(0))).toBe('#');
  expect(format(Uint8Array.of(0x2a, 0x86))).toBe('#2a86');
  expect(format(new Uint8Array(5000).fill(0x81)).length).toBeLessThan(250);
});

test('formatting undoes encoding', () => {
  const arcs = fc.tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.nat(39),
    fc.array(fc.bigInt({ min: 0n, max: 2n ** 70n }), { maxLength: 6 }),
  );
  fc.assert(
    fc.property(arcs, ([root, second, rest]) => {
      const dotted = [root, second, ...rest].join('.');
      expect(format(encodeObjectIdentifier(dotted))).toBe(dotted);
    }),
    { numRuns: 200, seed: 690 },
  );
});

test('a table finds each entry by its octets, wherever they lie, and nothing else', () => {
  const table = new ObjectIdentifierTable(oids.certificateExtensions);
  for (const [dotted, value] of Object.entries(oids.certificateExtensions)) {
    const octets = encodeObjectIdentifier(dotted);
    const lent = new Uint8Array(octets.length + 4);
    lent.set(octets, 3);
    expect(table.find(lent, 3, 3 + octets.length)).toBe(value);
    expect(table.find(lent, 3, 2 + octets.length)).toBeNull();
  }
  expect(table.find(new Uint8Array(0), 0, 0)).toBeNull();
});

test('names are unique within each registry and identifiers well formed', () => {
  const synonyms = new Set(['RSA', 'EC', 'DSA', 'DH']); // one kind of key, several identifiers
  for (const registry of [
    oids.attributeTypes,
    oids.keyAlgorithms,
    oids.curves,
    oids.signatureAlgorithms,
    oids.hashAlgorithms,
    oids.certificateExtensions,
    oids.extendedKeyUsages,
    oids.accessMethods,
  ]) {
    const names = Object.values<string | { name: string }>(registry).map((entry) =>
      typeof entry === 'string' ? entry : entry.name,
    );
    const single = names.filter((name) => !synonyms.has(name));
    expect(new Set(single).size).toBe(single.length);
    for (const dotted of Object.keys(registry)) {
      expect(dotted).toMatch(/^[012](\.(0|[1-9]\d*))+$/);
      expect(format(encodeObjectIdentifier(dotted))).toBe(dotted);
    }
  }
});

test('tells the hash under a signature by its name', () => {
  expect(oids.signatureHash('sha1WithRSAEncryption')).toBe('sha1');
  expect(oids.signatureHash('rsassaPss-sha256')).toBe('sha256');
  expect(oids.signatureHash('Ed25519')).toBeNull();
  expect(oids.signatureHash('1.2.3')).toBeNull();
});
