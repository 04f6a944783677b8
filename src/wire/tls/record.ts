// RFC 9846 (Record Protocol), RFC 5246 §6.2: type 1, version 2, length 2, content.

import { u16 } from '../../base/bytes.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import { isTls13Draft, tlsVersions } from '../../registry/tls-versions.js';
import { maxCiphertextLength, maxPlaintextLength } from './limits.js';

/** Octets of a record header. */
export const recordHeaderLength = 5;

/** Octets of a handshake message header: type 1, length 3. */
export const handshakeHeaderLength = 4;

/** Answers of the `looksLike…` checks. Numeric: they run on every new flow. */
export const looks = {
  no: 0,
  /** Nothing contradicts it so far; ask again with more bytes. */
  more: 1,
  yes: 2,
} as const;

/** One of the values of `looks`. */
export type Looks = (typeof looks)[keyof typeof looks];

/**
 * Whether a TLS record header may begin at `at`: a known type, a version that occurs in the wild and a length that the
 * type can have. The caller has checked that five octets are there.
 */
export function isTlsRecordHeader(bytes: Uint8Array, at: number): boolean {
  if (!isRecordVersion(u16(bytes, at + 1))) return false;
  const length = u16(bytes, at + 3);
  switch (bytes[at]!) {
    case tlsContentTypes.change_cipher_spec:
    case tlsContentTypes.alert:
    case tlsContentTypes.handshake:
    case tlsContentTypes.heartbeat:
      return length > 0 && length <= maxCiphertextLength;
    case tlsContentTypes.application_data:
      // An empty one was OpenSSL's guard against chosen-plaintext attacks on CBC.
      return length <= maxCiphertextLength;
    default:
      return false;
  }
}

/**
 * Whether records carry a version: SSLv3 to TLS 1.3, TLCP, and the drafts' numbers, which some stacks wrote into record
 * headers. (GREASE stays out: it never stands in a record header.)
 */
export function isRecordVersion(version: number): boolean {
  return (version >= tlsVersions.sslv3 && version <= 0x0304) || version === tlsVersions.tlcp || isTls13Draft(version);
}

/** Whether `bytes[start, end)` opens with a TLS record that begins a ClientHello. Certain after six octets or more. */
export function looksLikeClientHello(bytes: Uint8Array, start: number, end: number): Looks {
  return looksLikeHello(bytes, start, end, tlsHandshakeTypes.client_hello, 41);
}

/** Whether `bytes[start, end)` opens with a TLS record that begins a ServerHello. */
export function looksLikeServerHello(bytes: Uint8Array, start: number, end: number): Looks {
  return looksLikeHello(bytes, start, end, tlsHandshakeTypes.server_hello, 36);
}

/** Whether `bytes[start, end)` opens with a record that holds a plain alert and nothing else. */
export function looksLikeAlert(bytes: Uint8Array, start: number, end: number): Looks {
  const length = Math.min(end, bytes.length) - start;
  if (length >= 1 && bytes[start] !== tlsContentTypes.alert) return looks.no;
  if (length >= 3 && !isRecordVersion(u16(bytes, start + 1))) return looks.no;
  if (length >= 5 && u16(bytes, start + 3) !== 2) return looks.no;
  if (length >= 6 && bytes[start + 5]! !== 1 && bytes[start + 5]! !== 2) return looks.no;
  return length >= 7 ? looks.yes : looks.more;
}

// A record may carry one octet of the message, so what is checked ends with the record.
function looksLikeHello(bytes: Uint8Array, start: number, end: number, type: number, leastBody: number): Looks {
  const length = Math.min(end, bytes.length) - start;
  if (length >= 1 && bytes[start] !== tlsContentTypes.handshake) return looks.no;
  if (length >= 2 && !isRecordVersionStart(bytes[start + 1]!)) return looks.no;
  if (length >= 3 && !isRecordVersion(u16(bytes, start + 1))) return looks.no;
  if (length < 5) return looks.more;
  const content = u16(bytes, start + 3);
  // The first flight is never encrypted, so the plaintext limit holds.
  if (content === 0 || content > maxPlaintextLength) return looks.no;
  if (length >= 6 && bytes[start + 5] !== type) return looks.no;
  const inRecord = Math.min(length, recordHeaderLength + content);
  if (inRecord >= 9) {
    const body = (bytes[start + 6]! << 16) | u16(bytes, start + 7);
    if (body < leastBody) return looks.no;
    if (inRecord >= 11 && !isHelloVersion(u16(bytes, start + 9))) return looks.no;
    if (inRecord >= 11) return looks.yes;
  }
  // Either the record is this short, then its type and header are all there is to judge by, or more is to come.
  return inRecord >= 6 && length >= recordHeaderLength + content ? looks.yes : looks.more;
}

function isRecordVersionStart(major: number): boolean {
  return major === 0x03 || major === 0x01 || major === 0x7f || major === 0xfb;
}

// Fuzzers and scanners write odd minor versions into hellos; servers negotiate down from them.
function isHelloVersion(version: number): boolean {
  return version >>> 8 === 0x03 || version === tlsVersions.tlcp || isTls13Draft(version);
}
