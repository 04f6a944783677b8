// Whole handshakes, flight by flight: one step each, its messages in records of their own.

import { sha256Hex } from '../../src/base/hash.js';
import { helloRetryRandom } from '../../src/wire/tls/server-hello.js';
import {
  alert,
  certificateBody,
  certificateRequestBody,
  certificateVerifyBody,
  changeCipherSpec,
  clientHelloBody,
  ecdheKeyExchangeBody,
  extension,
  filler,
  keyShare,
  keyShares,
  message,
  newSessionTicketBody,
  octets,
  preSharedKeys,
  pskModes,
  record,
  renegotiationInfo,
  selectedVersion,
  serverHelloBody,
  serverName,
  signatureAlgorithms,
  supportedGroups,
  supportedVersions,
  uint16,
  vector8,
  vector16,
} from '../build/tls.js';
import { buildCertificate, name } from '../build/x509.js';
import { client, type Step, server } from './talk.js';

const cheap = { signature: filler(64) };

/** Two certificates that nobody verifies. */
export const serverCertificate: Uint8Array = buildCertificate({ ...cheap, subject: [['CN', 'server']], serial: 2 });
export const clientCertificate: Uint8Array = buildCertificate({ ...cheap, subject: [['CN', 'client']], serial: 3 });
export const issuerCertificate: Uint8Array = buildCertificate({ ...cheap, subject: [['CN', 'issuer']], ca: true });

/** The fingerprint that records use. */
export const fingerprint = (der: Uint8Array): string => sha256Hex(der);

/** A handshake message in a record of its own. */
export function handshake(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  return record(22, message(type, octets(...body)), 0x0303);
}

/** A protected record: TLS 1.2 looks so after ChangeCipherSpec. */
export const closed = (type: number, length: number): Uint8Array => record(type, filler(length, 0x91), 0x0303);

/** ClientHello of TLS 1.2; `parts` go into its body. */
export function hello12(parts: Parameters<typeof clientHelloBody>[0] = {}): Uint8Array {
  return handshake(
    1,
    clientHelloBody({
      extensions: [
        serverName('a.example'),
        supportedGroups([0x001d, 0x0017]),
        signatureAlgorithms([0x0403, 0x0804]),
        extension(0x0017),
        renegotiationInfo(),
      ],
      ...parts,
    }),
  );
}

/** ServerHello of TLS 1.2. */
export function answer12(parts: Parameters<typeof serverHelloBody>[0] = {}): Uint8Array {
  return handshake(2, serverHelloBody({ extensions: [renegotiationInfo(), extension(0x0017)], ...parts }));
}

/** Messages of the full handshake of TLS 1.2, each in its record. */
export const messages12: Readonly<
  Record<
    | 'certificate'
    | 'keyExchange'
    | 'request'
    | 'done'
    | 'clientCertificate'
    | 'noCertificate'
    | 'clientKeyExchange'
    | 'verify'
    | 'ticket'
    | 'finish',
    Uint8Array
  >
> = {
  certificate: handshake(11, certificateBody([serverCertificate, issuerCertificate])),
  keyExchange: handshake(12, ecdheKeyExchangeBody(0x001d, filler(32), filler(64), 0x0403)),
  request: handshake(
    13,
    certificateRequestBody({
      types: [1, 64],
      signatureAlgorithms: [0x0403, 0x0804],
      authorities: [name([['CN', 'issuer']])],
    }),
  ),
  done: handshake(14),
  clientCertificate: handshake(11, certificateBody([clientCertificate, issuerCertificate])),
  noCertificate: handshake(11, certificateBody([])),
  clientKeyExchange: handshake(16, vector8(filler(32))),
  verify: handshake(15, certificateVerifyBody(filler(70), 0x0403)),
  ticket: handshake(4, newSessionTicketBody(7200, filler(192, 3))),
  finish: octets(changeCipherSpec(), closed(22, 40)),
};

/** Protected data of one side. */
export const data = (from: 'client' | 'server', length = 120): Step => ({ from, bytes: closed(23, length) });

/** The server's first flight in TLS 1.2. */
export function serverFlight12({
  asks = false,
  hello = answer12(),
}: {
  asks?: boolean;
  hello?: Uint8Array;
} = {}): Step {
  const { certificate, keyExchange, request, done } = messages12;
  return server(hello, certificate, keyExchange, asks ? request : octets(), done);
}

/** The client's second flight: with a certificate, an empty list, or no Certificate message at all. */
export function clientFlight12(answer: 'presents' | 'declines' | 'silent' = 'silent'): Step {
  const { clientCertificate: full, noCertificate, clientKeyExchange, verify, finish } = messages12;
  if (answer === 'presents') return client(full, clientKeyExchange, verify, finish);
  return client(answer === 'declines' ? noCertificate : octets(), clientKeyExchange, finish);
}

/** A full handshake of TLS 1.2 up to the client's Finished. */
export function opened12(answer: 'presents' | 'declines' | 'silent' = 'silent'): Step[] {
  return [client(hello12()), serverFlight12({ asks: answer !== 'silent' }), clientFlight12(answer)];
}

/** The same with the server's Finished, data both ways and the client's close_notify. Frames 1 to 7. */
export function whole12(answer: 'presents' | 'declines' | 'silent' = 'silent'): Step[] {
  return [...opened12(answer), server(messages12.finish), data('client'), data('server', 900), client(closed(21, 26))];
}

/** An abbreviated handshake of TLS 1.2 (RFC 5246 §7.3): the server finishes first. */
export function resumed12(hello: Uint8Array, answer: Uint8Array, ticket: Uint8Array = octets()): Step[] {
  const { finish } = messages12;
  return [client(hello), server(answer, ticket, finish), client(finish), data('client'), data('server')];
}

/** ClientHello of TLS 1.3, for middleboxes' sake with a session id. */
export function hello13(more: readonly Uint8Array[] = []): Uint8Array {
  return handshake(
    1,
    clientHelloBody({
      sessionId: filler(32, 0x20),
      cipherSuites: [0x1301, 0x1302],
      extensions: [
        serverName('a.example'),
        supportedVersions([0x0304]),
        supportedGroups([0x001d, 0x0017]),
        signatureAlgorithms([0x0403, 0x0804]),
        keyShares([0x001d]),
        ...more,
      ],
    }),
  );
}

/** What a client adds to offer a PSK. */
export const offersPsk: readonly Uint8Array[] = [pskModes([1]), preSharedKeys([48])];

/** ServerHello of TLS 1.3. */
export function answer13(more: readonly Uint8Array[] = []): Uint8Array {
  return handshake(
    2,
    serverHelloBody({
      sessionId: filler(32, 0x20),
      cipherSuite: 0x1301,
      extensions: [selectedVersion(0x0304), keyShare(0x001d), ...more],
    }),
  );
}

/** What a server adds that takes the first PSK. */
export const takesPsk: readonly Uint8Array[] = [extension(0x0029, uint16(0))];

/** HelloRetryRequest of TLS 1.3 for secp256r1, with a cookie. */
export function retry13(): Uint8Array {
  return handshake(
    2,
    serverHelloBody({
      random: helloRetryRandom,
      sessionId: filler(32, 0x20),
      cipherSuite: 0x1301,
      extensions: [selectedVersion(0x0304), extension(0x0033, uint16(0x0017)), extension(0x002c, vector16(filler(16)))],
    }),
  );
}

/** A connection of TLS 1.3 from the server's hello on: every flight is closed. */
export function rest13(hello: Uint8Array): Step[] {
  return [
    server(hello, changeCipherSpec(), closed(23, 40), closed(23, 900), closed(23, 100), closed(23, 53)),
    client(changeCipherSpec(), closed(23, 53)),
    client(closed(23, 200)),
    server(closed(23, 500)),
  ];
}

/** A fatal alert in clear. */
export const fatal = (code: number): Uint8Array => alert(2, code, 0x0303);
