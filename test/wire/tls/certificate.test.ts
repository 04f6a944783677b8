import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCertificate, parseCompressedCertificate } from '../../../src/wire/tls/certificate.js';
import { parseCertificateRequest } from '../../../src/wire/tls/certificate-request.js';
import { parseCertificateStatus } from '../../../src/wire/tls/certificate-status.js';
import { parseCertificateVerify } from '../../../src/wire/tls/certificate-verify.js';
import { maxAuthorities, maxCertificates } from '../../../src/wire/tls/limits.js';
import {
  ascii,
  certificateAuthorities,
  certificateBody,
  certificateBody13,
  certificateRequestBody,
  certificateRequestBody13,
  certificateVerifyBody,
  extension,
  filler,
  numbers16,
  octets,
  signatureAlgorithms,
  stapledOcsp,
  uint16,
  vector8,
  vector16,
  vector24,
} from '../../build/tls.js';
import { cutOut, tls12 } from './vectors.js';

describe('parseCertificate', () => {
  it('gives back the certificates that were built, in order', () => {
    const chain = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 6 });
    fc.assert(
      fc.property(chain, fc.constantFrom(0x0300, 0x0303, 0xfefd, 0x0101), (certificates, version) => {
        const bytes = certificateBody(certificates);
        const value = parseCertificate(bytes, 0, bytes.length, version);
        expect(value.fault).toBeNull();
        expect(value.requestContext).toBeNull();
        expect(value.entries.map((entry) => cutOut(bytes, entry))).toEqual(certificates);
      }),
    );
  });

  it('takes an empty list for what it is: no certificate', () => {
    expect(parseCertificate(Uint8Array.of(0, 0, 0), 0, 3, 0x0303)).toMatchObject({ entries: [], fault: null });
    expect(parseCertificate(Uint8Array.of(0, 0, 0, 0), 0, 4, 0x0304)).toMatchObject({ entries: [], fault: null });
  });

  it('reads context, entry extensions and stapled OCSP of TLS 1.3', () => {
    const bytes = certificateBody13(
      [
        { certificate: filler(50), extensions: [stapledOcsp(ascii('ocsp')), extension(0x0012, filler(4))] },
        { certificate: filler(60) },
      ],
      ascii('context'),
    );
    const value = parseCertificate(bytes, 0, bytes.length, 0x0304);
    expect(value.fault).toBeNull();
    expect(cutOut(bytes, value.requestContext)).toEqual(ascii('context'));
    expect(value.entries.map((entry) => entry.extensions)).toEqual([[0x0005, 0x0012], []]);
    expect(cutOut(bytes, value.entries[0]!.ocspResponse)).toEqual(ascii('ocsp'));
    expect(value.entries[1]!.ocspResponse).toBeNull();
  });

  it('keeps the certificates before the cut', () => {
    const bytes = certificateBody([filler(100), filler(90), filler(80)]);
    const value = parseCertificate(bytes, 0, bytes.length - 10, 0x0303);
    expect(value.entries).toHaveLength(2);
    expect(value.fault).toMatchObject({ kind: 'truncated', missing: 10 });
  });

  it('reads a raw public key, alone before TLS 1.3 and in a list since', () => {
    const before = vector24(filler(91));
    expect(parseCertificate(before, 0, before.length, 0x0303, 2)).toMatchObject({
      certificateType: 2,
      entries: [{ start: 3, end: 94 }],
      fault: null,
    });
    const since = certificateBody13([{ certificate: filler(91) }]);
    expect(parseCertificate(since, 0, since.length, 0x0304, 2)).toMatchObject({ certificateType: 2, fault: null });
  });

  it('stops at its limit', () => {
    const bytes = certificateBody(Array.from({ length: maxCertificates + 1 }, () => filler(2)));
    const value = parseCertificate(bytes, 0, bytes.length, 0x0303);
    expect(value.entries).toHaveLength(maxCertificates);
    expect(value.fault?.kind).toBe('limit');
  });

  it('calls trailing octets malformed', () => {
    const bytes = octets(certificateBody([filler(10)]), 0);
    expect(parseCertificate(bytes, 0, bytes.length, 0x0303).fault?.kind).toBe('malformed');
  });
});

describe('parseCompressedCertificate', () => {
  it('gives the algorithm and both lengths', () => {
    const bytes = octets(uint16(3), 0, 0x10, 0, vector24(filler(30)));
    expect(parseCompressedCertificate(bytes, 0, bytes.length)).toEqual({
      algorithm: 3,
      uncompressedLength: 4096,
      compressed: { start: 8, end: 38 },
      fault: null,
    });
  });
});

describe('parseCertificateRequest', () => {
  it('reads the request of an nginx server', () => {
    const bytes = tls12.certificateRequest;
    const value = parseCertificateRequest(bytes, 0, bytes.length, 0x0303);
    expect(value).toMatchObject({ requestContext: null, types: [1, 2, 0x40], extensions: [], fault: null });
    expect(value.signatureAlgorithms).toHaveLength(20);
    expect(value.authorities.map((range) => range.end - range.start)).toEqual([0x3d, 0x42]);
    expect(bytes[value.authorities[0]!.start]).toBe(0x30);
  });

  it('gives back what was built in the forms of TLS 1.0 and 1.2', () => {
    const names = fc.array(fc.uint8Array({ minLength: 1, maxLength: 80 }), { maxLength: 5 });
    const types = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 6 });
    const schemes = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 10 });
    fc.assert(
      fc.property(names, types, schemes, (authorities, wanted, algorithms) => {
        const old = certificateRequestBody({ types: wanted, authorities });
        const first = parseCertificateRequest(old, 0, old.length, 0x0301);
        expect(first).toMatchObject({ types: wanted, signatureAlgorithms: [], fault: null });
        expect(first.authorities.map((range) => cutOut(old, range))).toEqual(authorities);
        const late = certificateRequestBody({ types: wanted, signatureAlgorithms: algorithms, authorities });
        const second = parseCertificateRequest(late, 0, late.length, 0x0303);
        expect(second).toMatchObject({ types: wanted, signatureAlgorithms: algorithms, fault: null });
        expect(second.authorities.map((range) => cutOut(late, range))).toEqual(authorities);
      }),
    );
  });

  it('reads the form of TLS 1.3, and of its drafts before 19', () => {
    const bytes = certificateRequestBody13(
      [
        signatureAlgorithms([0x0403, 0x0904]),
        certificateAuthorities([ascii('one'), ascii('two')]),
        extension(0x0032, vector16(numbers16([0x0401]))),
        extension(0x0030, vector16()),
      ],
      ascii('ctx'),
    );
    const value = parseCertificateRequest(bytes, 0, bytes.length, 0x0304);
    expect(value).toMatchObject({
      signatureAlgorithms: [0x0403, 0x0904],
      signatureAlgorithmsCert: [0x0401],
      extensions: [0x000d, 0x002f, 0x0032, 0x0030],
      fault: null,
    });
    expect(value.authorities.map((range) => cutOut(bytes, range))).toEqual([ascii('one'), ascii('two')]);
    const draft = octets(vector8(), vector16(numbers16([0x0403])), vector16(vector16(ascii('old'))), vector16());
    expect(parseCertificateRequest(draft, 0, draft.length, 0x7f12)).toMatchObject({
      signatureAlgorithms: [0x0403],
      authorities: [{ end: draft.length - 2 }],
      fault: null,
    });
  });

  it('stops at its limit', () => {
    const bytes = certificateRequestBody({
      types: [1],
      authorities: Array.from({ length: maxAuthorities + 1 }, () => Uint8Array.of(1)),
    });
    const value = parseCertificateRequest(bytes, 0, bytes.length, 0x0301);
    expect(value.authorities).toHaveLength(maxAuthorities);
    expect(value.fault?.kind).toBe('limit');
  });
});

describe('parseCertificateVerify', () => {
  it('reads the scheme where the version has one', () => {
    const late = tls12.certificateVerify;
    expect(parseCertificateVerify(late, 0, late.length, 0x0303)).toEqual({
      signatureScheme: 0x0804,
      signature: { start: 4, end: 260 },
      fault: null,
    });
    const old = certificateVerifyBody(filler(128));
    expect(parseCertificateVerify(old, 0, old.length, 0x0302)).toMatchObject({
      signatureScheme: null,
      signature: { start: 2, end: 130 },
      fault: null,
    });
  });
});

describe('parseCertificateStatus', () => {
  it('gives the responses of one certificate and of a chain', () => {
    const one = octets(1, vector24(ascii('abc')));
    expect(parseCertificateStatus(one, 0, one.length)).toMatchObject({
      statusType: 1,
      responses: [{ start: 4, end: 7 }],
    });
    const chain = octets(2, vector24(vector24(ascii('abc')), vector24()));
    expect(parseCertificateStatus(chain, 0, chain.length)).toMatchObject({
      responses: [{ start: 7, end: 10 }, null],
      fault: null,
    });
    expect(parseCertificateStatus(Uint8Array.of(9, 9), 0, 2).fault?.kind).toBe('unsupported');
  });
});
