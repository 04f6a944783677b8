import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { CertificateStore } from '../../src/pki/certificate-store.js';
import { parseCertificate } from '../../src/wire/x509/certificate.js';
import { buildCertificate, concat } from '../build/x509.js';

const numbered = (serial: number): Uint8Array => buildCertificate({ serial, signature: new Uint8Array(70) });
const roomy = { certificates: 1000, derOctets: 1_000_000, describedOctets: 1_000_000 };

test('keeps each distinct certificate once, with its record, its DER and its place', () => {
  const store = new CertificateStore(7);
  const first = buildCertificate({ subject: [['CN', 'a']] });
  const second = buildCertificate({ subject: [['CN', 'b']] });
  const lent = concat(new Uint8Array(5), first, second);
  const a = store.add(lent, 5, 5 + first.length);
  const b = store.add(lent, 5 + first.length, lent.length);
  store.used(a, 'client', 12);
  lent.fill(0);
  store.used(b, 'server', 14);
  const again = store.add(first, 0, first.length);
  store.used(again, 'server', 9);
  store.used(again, 'server', 30);

  expect(again).toBe(a);
  expect(store.size).toBe(2);
  expect([...store]).toEqual([a, b]);
  expect(a.der).toEqual(first);
  expect(a.record).toEqual({
    ...parseCertificate(first, 0, first.length),
    sha256: createHash('sha256').update(first).digest('hex'),
    usedAs: ['client', 'server'],
    firstFrame: 9,
  });
  expect(b.record.usedAs).toEqual(['server']);
});

test('tells certificates apart that differ in one octet only, through every growth of its table', () => {
  const store = new CertificateStore(20_261_121);
  const certificates = Array.from({ length: 3000 }, (_, serial) => numbered(serial));
  const stored = certificates.map((der) => store.add(der, 0, der.length));
  expect(new Set(stored).size).toBe(3000);
  for (const [index, der] of certificates.entries()) expect(store.add(der, 0, der.length)).toBe(stored[index]);
  expect([...store].map(({ record }) => Number.parseInt(record.serial, 16))).toEqual(
    certificates.map((_, index) => index),
  );
});

test('past the budget for DER it still reports, counts, and finds a certificate again by its digest', () => {
  const length = numbered(1).length;
  const store = new CertificateStore(1, { ...roomy, derOctets: length });
  const kept = store.add(numbered(1), 0, length);
  const bare = store.add(numbered(2), 0, length);
  expect(kept.der).not.toBeNull();
  expect(bare).toMatchObject({ der: null, record: { serial: '2', subject: 'CN=test' } });
  expect(store.add(numbered(2), 0, length)).toBe(bare);
  expect(store.add(numbered(1), 0, length)).toBe(kept);
  expect(store).toMatchObject({ size: 2, withoutDer: 1, unkept: 0 });
});

test.each([
  ['their number', { ...roomy, certificates: 2 }],
  ['their octets', { ...roomy, describedOctets: 2 * numbered(1).length }],
])('past the limit of %s it hands certificates back without keeping them, and counts', (_, limits) => {
  const store = new CertificateStore(1, limits);
  for (const serial of [1, 2, 3, 3]) {
    const der = numbered(serial);
    expect(store.add(der, 0, der.length).record.serial).toBe(String(serial));
  }
  expect(store).toMatchObject({ size: 2, unkept: 2 });
  expect([...store].map(({ record }) => record.serial)).toEqual(['1', '2']);
});

test('keeps what is no certificate too: it was shown as one', () => {
  const store = new CertificateStore(1);
  const { record } = store.add(Uint8Array.of(1, 2, 3), 0, 3);
  expect(record).toMatchObject({ subject: '', parseError: 'malformed Certificate at octet 0' });
  expect(store.add(new Uint8Array(0), 0, 0).record.parseError).toMatch(/^cut inside Certificate/);
  expect(store.size).toBe(2);
});

test('adopts what others found out, and knows it again by its octets when they come', () => {
  const other = new CertificateStore(1);
  const certificates = Array.from({ length: 1500 }, (_, serial) => numbered(serial));
  const store = new CertificateStore(7);
  const adopted = certificates.map((der) => store.adopt(other.add(der, 0, der.length).record));
  expect(store.size).toBe(1500);
  for (const [at, der] of certificates.entries()) expect(store.add(der, 0, der.length)).toBe(adopted[at]);
  for (const [at, der] of certificates.entries()) expect(store.add(der, 0, der.length)).toBe(adopted[at]);
  expect([store.size, store.at(7), store.adopt(adopted[9]!.record)]).toEqual([1500, adopted[7], adopted[9]]);
  expect(adopted[0]!.der).toBeNull();
  const full = new CertificateStore(7, { ...roomy, certificates: 1 });
  full.adopt(adopted[0]!.record);
  full.adopt(adopted[1]!.record);
  expect([full.size, full.unkept]).toEqual([1, 1]);
});
