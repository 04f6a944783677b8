import { describe, expect, it } from 'vitest';
import type { ChainProblemCode } from '../../src/model/connection-record.js';
import { OcspResponses } from '../../src/pki/ocsp-response.js';
import { RevocationLists } from '../../src/pki/revocation.js';
import { readCertificateList } from '../../src/wire/x509/certificate-list.js';
import { readOcspResponse } from '../../src/wire/x509/ocsp-response.js';
import { authority, judge, leaf, now, ocspResponse, pem, revocationList } from '../build/pki.js';
import { boolean, der, extension, octetString, sequence, testKey } from '../build/x509.js';

const root = authority('Root');
const certificate = leaf(root, { serial: 7 });

interface Outcome {
  codes: ChainProblemCode[];
  detail: string;
  notes: string[];
}

function withList(list: Uint8Array, seconds = now): Outcome {
  const lists = new RevocationLists();
  expect(lists.add(list)).toBe(1);
  const { verdict } = judge([certificate, root.der], { anchors: [root.der], lists, seconds });
  return {
    codes: verdict.problems.map(({ code }) => code),
    detail: verdict.problems[0]?.detail ?? '',
    notes: verdict.notes,
  };
}

function withStaple(response: Uint8Array, seconds = now): Outcome {
  const staple = new OcspResponses(1).read(response, 0, response.length);
  expect(staple).not.toBeNull();
  const { verdict } = judge([certificate, root.der], { anchors: [root.der], staple, seconds });
  return {
    codes: verdict.problems.map(({ code }) => code),
    detail: verdict.problems[0]?.detail ?? '',
    notes: verdict.notes,
  };
}

describe('a revocation list', () => {
  const revoked = revocationList(root, [{ serial: 7, date: '2026-05-10T00:00:00Z', reason: 1 }]);

  it('revokes what it names, with date and reason', () => {
    const { codes, detail } = withList(revoked);
    expect(codes).toEqual(['revoked']);
    expect(detail).toContain('2026-05-10T00:00:00Z (key compromise)');
  });

  it('leaves alone what it does not name', () => {
    expect(withList(revocationList(root, [{ serial: 8, date: '2026-05-10T00:00:00Z' }])).codes).toEqual([]);
    expect(withList(revocationList(root, [])).codes).toEqual([]);
  });

  it('counts from the date of revocation on', () => {
    const later = revocationList(root, [{ serial: 7, date: '2026-06-10T00:00:00Z' }]);
    expect(withList(later).codes).toEqual([]);
    expect(withList(later, Date.parse('2026-06-11T00:00:00Z') / 1000).codes).toEqual(['revoked']);
  });

  it('is not used outside its time, and that is said', () => {
    const old = revocationList(root, [{ serial: 7, date: '2026-01-10T00:00:00Z' }], {
      thisUpdate: '2026-02-01T00:00:00Z',
      nextUpdate: '2026-03-01T00:00:00Z',
    });
    const { codes, notes } = withList(old);
    expect(codes).toEqual([]);
    expect(notes.join()).toContain('was not used');
    const open = revocationList(root, [{ serial: 7, date: '2026-01-10T00:00:00Z' }], { nextUpdate: null });
    expect(withList(open).codes).toEqual(['revoked']);
  });

  it('is not used when another key signed it', () => {
    const forged = revocationList(root, [{ serial: 7, date: '2026-05-10T00:00:00Z' }], { key: testKey('forger') });
    const { codes, notes } = withList(forged);
    expect(codes).toEqual([]);
    expect(notes.join()).toContain('does not verify');
  });

  it('is not used when it is indirect or a delta', () => {
    const entries = [{ serial: 7, date: '2026-05-10T00:00:00Z' }];
    const indirect = extension('2.5.29.28', sequence(der(0x84, Uint8Array.of(0xff))), true);
    const delta = extension('2.5.29.27', der(2, Uint8Array.of(1)), true);
    for (const one of [indirect, delta]) {
      const { codes, notes } = withList(revocationList(root, entries, { extensions: [one] }));
      expect(codes).toEqual([]);
      expect(notes.join()).toContain('not read here');
    }
    const partial = extension('2.5.29.28', sequence(der(0x81, Uint8Array.of(0xff))), true);
    expect(withList(revocationList(root, entries, { extensions: [partial] })).codes).toEqual(['revoked']);
  });

  it('takes back a removal', () => {
    const removed = revocationList(root, [{ serial: 7, date: '2026-05-10T00:00:00Z', reason: 8 }]);
    expect(withList(removed).codes).toEqual([]);
  });

  it('is read from PEM, and from nothing else', () => {
    const lists = new RevocationLists();
    expect(lists.add(new TextEncoder().encode(pem('X509 CRL', revoked)))).toBe(1);
    expect(lists.add(new TextEncoder().encode(pem('CERTIFICATE', root.der)))).toBe(0);
    expect(lists.add(root.der)).toBe(0);
    expect(lists.add(new Uint8Array(0))).toBe(0);
  });

  it('that is cut or changed anywhere never throws', () => {
    for (let length = 0; length < revoked.length; length++) readCertificateList(revoked.subarray(0, length));
    for (let at = 0; at < revoked.length; at++) {
      const mutated = revoked.slice();
      mutated[at]! ^= 0x81;
      const lists = new RevocationLists();
      lists.add(mutated);
      const { verdict } = judge([certificate, root.der], { anchors: [root.der], lists });
      expect(verdict.problems.map(({ code }) => code)).toEqual([]);
    }
  });
});

describe('a stapled answer of OCSP', () => {
  it('revokes when the issuer signed it', () => {
    const { codes, detail } = withStaple(ocspResponse(root, 7, 'revoked'));
    expect(codes).toEqual(['revoked']);
    expect(detail).toContain('OCSP');
  });

  it('that says good or unknown, or speaks of another, says nothing', () => {
    expect(withStaple(ocspResponse(root, 7, 'good')).codes).toEqual([]);
    expect(withStaple(ocspResponse(root, 7, 'unknown')).codes).toEqual([]);
    expect(withStaple(ocspResponse(root, 8, 'revoked')).codes).toEqual([]);
    expect(withStaple(ocspResponse(authority('Other'), 7, 'revoked')).codes).toEqual([]);
  });

  it('is believed of a responder that the issuer named for it, of no other', () => {
    const key = testKey('responder');
    const responder = (eku: readonly string[]): Uint8Array =>
      leaf(root, { key, extendedKeyUsage: eku, subjectAltNames: [], serial: 99 });
    const named = ocspResponse(root, 7, 'revoked', { signer: key, certificates: [responder(['1.3.6.1.5.5.7.3.9'])] });
    expect(withStaple(named).codes).toEqual(['revoked']);
    const other = ocspResponse(root, 7, 'revoked', { signer: key, certificates: [responder(['1.3.6.1.5.5.7.3.1'])] });
    expect(withStaple(other)).toMatchObject({ codes: [], notes: [expect.stringContaining('not found good')] });
    const stranger = leaf(authority('Other'), { key, extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'] });
    expect(withStaple(ocspResponse(root, 7, 'revoked', { signer: key, certificates: [stranger] })).codes).toEqual([]);
  });

  it('is only used in its time, and from the revocation on', () => {
    const week = Date.parse('2026-06-09T00:00:00Z') / 1000;
    expect(withStaple(ocspResponse(root, 7, 'revoked'), week).codes).toEqual([]);
    const later = ocspResponse(root, 7, 'revoked', { revocationTime: '2026-06-05T00:00:00Z' });
    expect(withStaple(later).codes).toEqual([]);
    expect(withStaple(later, Date.parse('2026-06-06T00:00:00Z') / 1000).codes).toEqual(['revoked']);
  });

  it('that is cut or changed anywhere never throws', () => {
    const good = ocspResponse(root, 7, 'revoked');
    for (let length = 0; length < good.length; length++) expect(readOcspResponse(good, 0, length)).toBeNull();
    const responses = new OcspResponses(1);
    for (let at = 0; at < good.length; at++) {
      const mutated = good.slice();
      mutated[at]! ^= 0x21;
      const staple = responses.read(mutated, 0, mutated.length);
      const { verdict } = judge([certificate, root.der], { anchors: [root.der], staple });
      expect(verdict.trust).toBe('trusted');
    }
  });

  it('is one object for the octets that a server repeats', () => {
    const responses = new OcspResponses(1);
    const octets = ocspResponse(root, 7, 'good');
    expect(responses.read(octets, 0, octets.length)).toBe(responses.read(octets.slice(), 0, octets.length));
    expect(responses.read(octetString(boolean(true)), 0, 5)).toBeNull();
  });
});
