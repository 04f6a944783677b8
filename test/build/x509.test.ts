import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildCertificate, rsaTestKey, testKey } from './x509.js';

test('builds certificates that another reader verifies, with the same key in every run', () => {
  const ca = { subject: [['CN', 'ca']] as const, key: testKey('ca'), ca: true };
  const leaf = buildCertificate({ issuer: ca.subject, signer: ca.key, key: rsaTestKey(1024) });
  const issuer = new X509Certificate(buildCertificate(ca));
  expect(new X509Certificate(leaf).verify(issuer.publicKey)).toBe(true);
  expect(new X509Certificate(leaf).checkIssued(issuer)).toBe(true);
  expect(testKey('ca').spki).not.toEqual(testKey('other').spki);
});

test('builds thousands of distinct certificates quickly when nobody verifies them', () => {
  const started = performance.now();
  const distinct = new Set<string>();
  for (let serial = 0; serial < 2000; serial++) {
    distinct.add(Buffer.from(buildCertificate({ serial, signature: new Uint8Array(71) })).toString('latin1'));
  }
  expect(distinct.size).toBe(2000);
  expect(performance.now() - started).toBeLessThan(5000);
});
