// SSLv2 (draft-hickman-netscape-ssl-00) and the hello in its format that SSLv3 and TLS clients sent for compatibility
// (RFC 5246 §E.2). Records: 2-octet header with the high bit set and a 15-bit length, or 3 octets with a 14-bit length and
// a padding length. Hellos are not encrypted; the message type follows the header.

import { u16 } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { fallbackScsv, renegotiationScsv } from '../../registry/cipher-suites.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { type ByteRange, readRange, unlessEmpty } from './byte-range.js';
import type { ClientHelloValue } from './client-hello.js';
import { emptyShape, freezeShape } from './client-hello-shape.js';
import { expectEnd, messageFault } from './faults.js';
import { maxCipherSuites } from './limits.js';
import { noNumbers } from './lists.js';
import { type Looks, looks } from './record.js';

/** Message types of SSLv2. No registry keeps them: draft-hickman-netscape-ssl-00, section C.1. */
export const sslv2MessageTypes = {
  error: 0x00,
  client_hello: 0x01,
  client_master_key: 0x02,
  client_finished: 0x03,
  server_hello: 0x04,
  server_verify: 0x05,
  server_finished: 0x06,
  request_certificate: 0x07,
  client_certificate: 0x08,
} as const;

/** Octets of the SSLv2 record header at `at`: 2 or 3. */
export function sslv2HeaderLength(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 0x80) !== 0 ? 2 : 3;
}

/** Octets after the header of the SSLv2 record at `at`, padding included. */
export function sslv2RecordLength(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) & ((bytes[at]! & 0x80) !== 0 ? 0x7fff : 0x3fff);
}

/** Octets of padding at the end of the SSLv2 record at `at`. */
export function sslv2PaddingLength(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 0x80) !== 0 ? 0 : bytes[at + 2]!;
}

/** Whether `bytes[start, end)` opens with a CLIENT-HELLO in SSLv2's format, its lengths agreeing with the record's. */
export function looksLikeSslv2ClientHello(bytes: Uint8Array, start: number, end: number): Looks {
  const length = Math.min(end, bytes.length) - start;
  if (length < 1) return looks.more;
  const header = sslv2HeaderLength(bytes, start);
  if (length > header && bytes[start + header] !== sslv2MessageTypes.client_hello) return looks.no;
  if (length > header + 1 && bytes[start + header + 1]! > 3) return looks.no;
  if (length < header + 9) return looks.more;
  const version = u16(bytes, start + header + 1);
  if (version !== tlsVersions.sslv2 && version >>> 8 !== 3) return looks.no;
  const kinds = u16(bytes, start + header + 3);
  const sessionId = u16(bytes, start + header + 5);
  const challenge = u16(bytes, start + header + 7);
  if (kinds === 0 || kinds % 3 !== 0 || (sessionId !== 0 && sessionId !== 16)) return looks.no;
  if (challenge < 16 || challenge > 32) return looks.no;
  const content = sslv2RecordLength(bytes, start) - sslv2PaddingLength(bytes, start);
  return content === 9 + kinds + sessionId + challenge ? looks.yes : looks.no;
}

/** Whether `bytes[start, end)` opens with an SSLv2 SERVER-HELLO, its lengths agreeing with the record's. */
export function looksLikeSslv2ServerHello(bytes: Uint8Array, start: number, end: number): Looks {
  const length = Math.min(end, bytes.length) - start;
  if (length < 1) return looks.more;
  const header = sslv2HeaderLength(bytes, start);
  if (length > header && bytes[start + header] !== sslv2MessageTypes.server_hello) return looks.no;
  if (length > header + 1 && bytes[start + header + 1]! > 1) return looks.no;
  if (length < header + 11) return looks.more;
  const at = start + header;
  if (u16(bytes, at + 3) !== tlsVersions.sslv2) return looks.no;
  const certificate = u16(bytes, at + 5);
  const kinds = u16(bytes, at + 7);
  const connectionId = u16(bytes, at + 9);
  if (kinds % 3 !== 0) return looks.no;
  const content = sslv2RecordLength(bytes, start) - sslv2PaddingLength(bytes, start);
  return content === 11 + certificate + kinds + connectionId ? looks.yes : looks.no;
}

/**
 * Parses the body of a CLIENT-HELLO (after record header and message type): version 2, three lengths of 2, cipher kinds
 * of 3 octets each, session id, challenge. It has no fingerprint and no extensions; its shape is its own.
 */
export function parseSslv2ClientHello(bytes: Uint8Array, start: number, end: number): ClientHelloValue {
  const reader = new Reader(bytes, start, end, 'SSLv2 CLIENT-HELLO');
  const legacyVersion = reader.u16();
  const kindsLength = reader.u16();
  const sessionIdLength = reader.u16();
  const challengeLength = reader.u16();
  const kinds = reader.child(kindsLength, 'SSLv2 CLIENT-HELLO.cipher_specs');
  const sessionId = unlessEmpty(readRange(reader, sessionIdLength));
  const challenge = readRange(reader, challengeLength);
  expectEnd(reader);
  const shape = emptyShape();
  shape.cipherSuites = readCipherKinds(kinds);
  shape.fallbackScsv = shape.cipherSuites.includes(fallbackScsv);
  shape.renegotiationScsv = shape.cipherSuites.includes(renegotiationScsv);
  return {
    legacyVersion,
    random: challenge,
    sessionId,
    cookieLength: null,
    serverName: null,
    ticketLength: null,
    ticket: null,
    pskIdentityLengths: noNumbers,
    pskIdentity: null,
    sslv2: true,
    shape: freezeShape(shape),
    fault: messageFault(reader, kinds),
  };
}

/** A SERVER-HELLO of SSLv2. Its ranges lie in the parsed bytes and are valid only while those are. */
export interface Sslv2ServerHelloValue {
  /** The session id that the client offered was recognised: no certificate, no kinds. */
  sessionIdHit: boolean;
  /** 1 = X.509. */
  certificateType: number;
  version: number;
  /** X.509 DER; null where there is none, or it is cut. */
  certificate: ByteRange | null;
  /** What the server offers; the client chooses in its CLIENT-MASTER-KEY. */
  cipherKinds: readonly number[];
  /** Null where it is empty or cut. */
  connectionId: ByteRange | null;
  fault: Fault | null;
}

/** Parses the body of a SERVER-HELLO (after record header and message type). */
export function parseSslv2ServerHello(bytes: Uint8Array, start: number, end: number): Sslv2ServerHelloValue {
  const reader = new Reader(bytes, start, end, 'SSLv2 SERVER-HELLO');
  const sessionIdHit = reader.u8() !== 0;
  const certificateType = reader.u8();
  const version = reader.u16();
  const certificateLength = reader.u16();
  const kindsLength = reader.u16();
  const connectionIdLength = reader.u16();
  const certificate = unlessEmpty(readRange(reader, certificateLength));
  const kinds = reader.child(kindsLength, 'SSLv2 SERVER-HELLO.cipher_specs');
  const connectionId = unlessEmpty(readRange(reader, connectionIdLength));
  expectEnd(reader);
  return {
    sessionIdHit,
    certificateType,
    version,
    certificate,
    cipherKinds: Object.freeze(readCipherKinds(kinds)),
    connectionId,
    fault: messageFault(reader, kinds),
  };
}

/** The cipher kind that a CLIENT-MASTER-KEY (body after the type) opens with, or null where it is cut. */
export function parseSslv2ChosenKind(bytes: Uint8Array, start: number, end: number): number | null {
  const reader = new Reader(bytes, start, end, 'SSLv2 CLIENT-MASTER-KEY');
  const kind = reader.u24();
  return reader.fault === null ? kind : null;
}

function readCipherKinds(kinds: Reader): number[] {
  const numbers: number[] = [];
  while (kinds.remaining >= 3 && numbers.length < maxCipherSuites) numbers.push(kinds.u24());
  if (kinds.remaining > 0) kinds.fail(numbers.length === maxCipherSuites ? 'limit' : 'malformed');
  return numbers;
}
