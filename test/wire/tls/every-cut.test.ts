import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/base/fault.js';
import { parseCertificate, parseCompressedCertificate } from '../../../src/wire/tls/certificate.js';
import { parseCertificateRequest } from '../../../src/wire/tls/certificate-request.js';
import { parseCertificateStatus } from '../../../src/wire/tls/certificate-status.js';
import { parseCertificateVerify } from '../../../src/wire/tls/certificate-verify.js';
import { parseClientHello } from '../../../src/wire/tls/client-hello.js';
import { ClientHelloShapes } from '../../../src/wire/tls/client-hello-shapes.js';
import { parseEncryptedExtensions } from '../../../src/wire/tls/encrypted-extensions.js';
import { parseHelloVerifyRequest } from '../../../src/wire/tls/hello-verify-request.js';
import { parseNewSessionTicket } from '../../../src/wire/tls/new-session-ticket.js';
import { parseServerHello } from '../../../src/wire/tls/server-hello.js';
import { ServerHelloShapes } from '../../../src/wire/tls/server-hello-shapes.js';
import { parseServerKeyExchange } from '../../../src/wire/tls/server-key-exchange.js';
import { parseSslv2ClientHello, parseSslv2ServerHello } from '../../../src/wire/tls/sslv2.js';
import {
  alpn,
  certificateAuthorities,
  certificateBody,
  certificateBody13,
  certificateRequestBody13,
  chromeLikeHello,
  clientHelloBody,
  ecdheKeyExchangeBody,
  extension,
  filler,
  newSessionTicketBody13,
  octets,
  preSharedKeys,
  signatureAlgorithms,
  sslv2ClientHelloBody,
  sslv2ServerHelloBody,
  stapledOcsp,
  uint16,
  uint32,
  vector8,
  vector16,
  vector24,
} from '../../build/tls.js';
import { rfc8448, tls12 } from './vectors.js';

type Parse = (bytes: Uint8Array, start: number, end: number) => { fault: Fault | null };

const clientShapes = new ClientHelloShapes(1);
const serverShapes = new ServerHelloShapes(1);
const clientHello: Parse = (bytes, start, end) => parseClientHello(bytes, start, end, clientShapes, 'tcp');
const serverHello: Parse = (bytes, start, end) => parseServerHello(bytes, start, end, serverShapes);
const certificate12: Parse = (bytes, start, end) => parseCertificate(bytes, start, end, 0x0303);
const certificate13: Parse = (bytes, start, end) => parseCertificate(bytes, start, end, 0x0304);
const request =
  (version: number): Parse =>
  (bytes, start, end) =>
    parseCertificateRequest(bytes, start, end, version);
const keyExchange =
  (suite: number, version: number): Parse =>
  (bytes, start, end) =>
    parseServerKeyExchange(bytes, start, end, suite, version);

// Where SSLv3 to TLS 1.2 let a hello end, a prefix of it is whole.
const endsBeforeExtensions = (body: Uint8Array, suites: number, sessionId: number) =>
  new Set([2 + 32 + 1 + sessionId + 2 + suites + 2, body.length]);

const messages: readonly [name: string, parse: Parse, body: Uint8Array, wholeAt?: ReadonlySet<number>][] = [
  ['a ClientHello of OpenSSL', clientHello, tls12.clientHello, endsBeforeExtensions(tls12.clientHello, 56, 0)],
  ['the ClientHello of RFC 8448', clientHello, rfc8448.clientHello, endsBeforeExtensions(rfc8448.clientHello, 6, 0)],
  ["a ClientHello like Chrome's", clientHello, chromeLikeHello(), endsBeforeExtensions(chromeLikeHello(), 32, 32)],
  [
    'a ClientHello with PSKs',
    clientHello,
    clientHelloBody({ extensions: [preSharedKeys([32, 10])] }),
    new Set([2 + 32 + 1 + 2 + 4 + 2]),
  ],
  ['a ServerHello of nginx', serverHello, tls12.serverHello, new Set([2 + 32 + 33 + 2 + 1])],
  ['the ServerHello of RFC 8448', serverHello, rfc8448.serverHello, new Set([2 + 32 + 1 + 2 + 1])],
  ['a Certificate', certificate12, certificateBody([filler(300), filler(200)])],
  [
    'a Certificate of TLS 1.3',
    certificate13,
    certificateBody13([
      { certificate: filler(300), extensions: [stapledOcsp(filler(40))] },
      { certificate: filler(9) },
    ]),
  ],
  ['a CompressedCertificate', parseCompressedCertificate, octets(uint16(2), 0, 1, 0, vector24(filler(30)))],
  ['a CertificateRequest', request(0x0303), tls12.certificateRequest],
  [
    'a CertificateRequest of TLS 1.3',
    request(0x0304),
    certificateRequestBody13([signatureAlgorithms([0x0403, 0x0804]), certificateAuthorities([filler(20), filler(7)])]),
  ],
  [
    'a CertificateVerify',
    (bytes, start, end) => parseCertificateVerify(bytes, start, end, 0x0303),
    tls12.certificateVerify,
  ],
  ['a CertificateStatus', parseCertificateStatus, octets(1, vector24(filler(60)))],
  ['a CertificateStatus for a chain', parseCertificateStatus, octets(2, vector24(vector24(filler(20)), vector24()))],
  ['a signed ECDHE exchange', keyExchange(0xc030, 0x0303), tls12.ecdheKeyExchange],
  ['an anonymous DHE exchange', keyExchange(0x00a6, 0x0303), tls12.anonymousDheKeyExchange],
  [
    'a signed ECDHE exchange of TLS 1.0',
    keyExchange(0xc013, 0x0301),
    ecdheKeyExchangeBody(0x17, filler(65), filler(128)),
  ],
  [
    'an SRP exchange',
    keyExchange(0xc01d, 0x0301),
    octets(vector16(filler(128, 1)), vector16(Uint8Array.of(2)), vector8(filler(10)), vector16(filler(128))),
  ],
  [
    'a NewSessionTicket',
    (bytes, start, end) => parseNewSessionTicket(bytes, start, end, 0x0303),
    tls12.newSessionTicket,
  ],
  [
    'a NewSessionTicket of TLS 1.3',
    (bytes, start, end) => parseNewSessionTicket(bytes, start, end, 0x0304),
    newSessionTicketBody13(7200, filler(100), [extension(0x002a, uint32(16384))]),
  ],
  ['EncryptedExtensions', parseEncryptedExtensions, vector16(extension(0x0000), alpn(['h2']))],
  ['a HelloVerifyRequest', parseHelloVerifyRequest, octets(uint16(0xfeff), vector8(filler(20)))],
  ['an SSLv2 CLIENT-HELLO', parseSslv2ClientHello, sslv2ClientHelloBody(0x0002, [0x010080, 0x0700c0])],
  ['an SSLv2 SERVER-HELLO', parseSslv2ServerHello, sslv2ServerHelloBody(filler(200), [0x010080])],
];

describe('every prefix of a valid message is truncated, never malformed, never thrown', () => {
  it.each(messages)('%s', (_name, parse, body, wholeAt = new Set<number>()) => {
    expect(parse(body, 0, body.length).fault).toBeNull();
    for (let end = 0; end < body.length; end++) {
      const { fault } = parse(body, 0, end);
      if (wholeAt.has(end)) expect(fault).toBeNull();
      else
        expect({ end, kind: fault?.kind, positive: (fault?.missing ?? 0) > 0 }).toEqual({
          end,
          kind: 'truncated',
          positive: true,
        });
    }
  });

  it.each(messages)('%s, lent in the middle of other bytes', (_name, parse, body) => {
    const lent = octets(filler(7, 0xf0), body, filler(7, 0xf0));
    expect(parse(lent, 7, 7 + body.length).fault).toBeNull();
  });

  it.each(messages)('%s, with one octet changed at a time, is parsed without a throw', (_name, parse, body) => {
    const bytes = body.slice();
    for (let at = 0; at < Math.min(bytes.length, 400); at++) {
      const kept = bytes[at]!;
      for (const octet of [0x00, 0xff, kept ^ 0x01, kept ^ 0x80]) {
        bytes[at] = octet;
        const { fault } = parse(bytes, 0, bytes.length);
        expect(['truncated', 'malformed', 'unsupported', 'limit', undefined]).toContain(fault?.kind);
      }
      bytes[at] = kept;
    }
  });
});

describe('arbitrary bytes', () => {
  it.each(messages)('for %s neither throw nor give a fault that points outside', (_name, parse) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { fault } = parse(bytes, 0, bytes.length);
        if (fault === null) return;
        expect(fault.offset).toBeGreaterThanOrEqual(0);
        expect(fault.offset).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 100 },
    );
  });
});
