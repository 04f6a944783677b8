// 493 real certificates against what another reader (Python's cryptography, over OpenSSL) says of each; every difference is
// listed with its reason.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attributeTypes, extendedKeyUsages } from '../../../src/registry/oids.js';
import { parseCertificate } from '../../../src/wire/x509/certificate.js';

const directory = new URL('../../../../shared/certs/', import.meta.url);
const index = new URL('index.jsonl', directory);
const present = existsSync(index);
if (!present)
  console.warn('SKIPPED: the shared certificates (../shared/certs) are not here; 493 real certificates go unread');

interface Entry {
  sha256: string;
  version?: string;
  serial?: string;
  subject?: string;
  issuer?: string;
  not_before?: string;
  not_after?: string;
  key?: string | { error: string };
  ca?: boolean | null | { error: string };
  eku?: string[] | null | { error: string };
  san?: string[] | null | { error: string };
  error?: string;
}

/** The other reader refuses these whole (strict DER); ours reads what is there. `fault` = ours reports one as well. */
const refused: Readonly<Record<string, { fault: RegExp | null; why: string }>> = {
  '033df1f7': { fault: /^malformed/, why: 'lengths in the issuer are overwritten' },
  '041a1470': { fault: null, why: 'times with an offset from UTC: read and noted' },
  '26bd8df9': { fault: /^malformed/, why: 'seven octets' },
  '2bccb7b5': { fault: /^malformed/, why: 'the algorithm identifier has a reserved length' },
  '57f7b087': { fault: /^malformed/, why: 'a length of forty octets' },
  '6dfbd2e2': { fault: /^malformed/, why: 'the algorithm identifier is overwritten' },
  '74ca1d47': { fault: /^cut inside/, why: '250 octets of a longer certificate' },
  '81a29a60': { fault: null, why: 'RSASSA-PSS parameters without a mask generator: only the hash is read' },
  '93fa70c0': { fault: /^malformed/, why: 'nine octets' },
  '9f839dde': { fault: /^malformed/, why: 'a length of eighty octets' },
  a4df9cfa: { fault: null, why: 'a PrintableString with octets that it does not allow: read' },
  a8b66060: { fault: /^malformed/, why: 'nine octets' },
  b73bfd40: { fault: null, why: 'a PrintableString with a NUL: read and noted' },
  f4576088: { fault: /^malformed RSAPublicKey/, why: 'non-minimal lengths, and zeros for a key' },
  fd7332d6: { fault: /^malformed/, why: 'eight octets' },
};

/** Attribute types that the other reader has no name for. */
const named = (name: string): string =>
  name.replace(/(^|[,+])([\d.]+)=/g, (whole, before: string, type: string) => {
    const known = (attributeTypes as Record<string, string>)[type];
    return known === undefined ? whole : `${before}${known}=`;
  });

/** An unknown type's value is hexadecimal with us (RFC 4514 §2.4), text with them. */
const withHexadecimal = (name: string): string =>
  name.replace(/(^|,)([\d.]+)=([^,]*)/g, (_, before: string, type: string, value: string) => {
    const octets = Buffer.from(value, 'latin1');
    return `${before}${type}=#14${octets.length.toString(16).padStart(2, '0')}${octets.toString('hex')}`;
  });

const usageIdentifiers = new Map(Object.entries(extendedKeyUsages).map(([dotted, name]) => [name as string, dotted]));
const curveNames: Readonly<Record<string, string>> = { 'P-256': 'secp256r1', 'P-384': 'secp384r1' };
const plain = <T>(value: T | { error: string } | undefined): T | null | undefined =>
  value !== null && typeof value === 'object' && 'error' in value ? undefined : (value ?? null);

test.skipIf(!present)('reads 493 real certificates as another reader does', () => {
  const entries = readFileSync(index, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  expect(entries).toHaveLength(493);
  const stillRefused = new Set(Object.keys(refused));
  for (const entry of entries) {
    const der = new Uint8Array(readFileSync(new URL(`${entry.sha256}.der`, directory)));
    const ours = parseCertificate(der, 0, der.length);
    const short = entry.sha256.slice(0, 8);
    if (entry.error !== undefined) {
      const expected = refused[short];
      expect(expected, short).toBeDefined();
      if (expected?.fault === null)
        expect(ours, expected.why).toMatchObject({ parseError: null, keyBits: expect.any(Number) });
      else expect(ours.parseError, short).toMatch(expected!.fault!);
      stillRefused.delete(short);
      continue;
    }
    expect(ours.parseError, short).toBeNull();
    expect(`v${ours.version}`, short).toBe(entry.version);
    expect(ours.serial, short).toBe(entry.serial);
    const unknownType = short === 'f9242a5b'; // subjectAltName as a name attribute
    expect(ours.subject, short).toBe(unknownType ? withHexadecimal(named(entry.subject!)) : named(entry.subject!));
    expect(ours.issuer, short).toBe(unknownType ? withHexadecimal(named(entry.issuer!)) : named(entry.issuer!));
    expect(ours.notBefore, short).toBe(entry.not_before?.replace('+00:00', 'Z'));
    expect(ours.notAfter, short).toBe(entry.not_after?.replace('+00:00', 'Z'));
    // Without `plain` values: three certificates whose basicConstraints write the default out make the other reader give up
    // on all extensions.
    const ca = plain(entry.ca);
    if (ca !== undefined) expect(ours.isCa, short).toBe(ca ?? false);
    const usages = plain(entry.eku);
    if (usages !== undefined)
      expect(
        ours.extendedKeyUsage.map((usage) => usageIdentifiers.get(usage) ?? usage),
        short,
      ).toEqual(usages ?? []);
    const names = plain(entry.san);
    if (names !== undefined) {
      // The other reader prints directory names as objects and an otherName's value in place of its type.
      const theirs = (names ?? [])
        .map((name) => named(name.replace(/^<Name\((.*)\)>$/, '$1')))
        .filter((name) => !name.startsWith("b'"));
      expect(
        ours.subjectAltNames
          .filter((name) => !name.startsWith('other:'))
          .map((name) => name.replace(/^[A-Za-z]+:/, '')),
        short,
      ).toEqual(theirs);
    }
    if (short === '45f7246e')
      expect(ours).toMatchObject({ keyType: 'EC', curve: null, oddities: ['explicit curve parameters'] });
    else if (short === 'fd95785a') expect(ours).toMatchObject({ keyType: 'ML-DSA-44', keyBits: null });
    else
      expect(ours.keyType === 'EC' ? `EC ${curveNames[ours.curve!]}` : `${ours.keyType} ${ours.keyBits}`, short).toBe(
        entry.key,
      );
  }
  expect([...stillRefused]).toEqual([]);
});

test.skipIf(!present)('takes every sixteenth cut of the real certificates without a throw', () => {
  const entries = readFileSync(index, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  for (const { sha256 } of entries.slice(0, 120)) {
    const der = new Uint8Array(readFileSync(new URL(`${sha256}.der`, directory)));
    for (let length = 0; length < Math.min(der.length, 4096); length += 16) {
      expect(parseCertificate(der, 0, length).parseError).not.toBeNull();
    }
  }
});
