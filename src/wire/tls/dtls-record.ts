// RFC 6347 §4.1: type 1, version 2, epoch 2, sequence number 6, length 2. Handshake messages go in fragments with a header
// of 12: type 1, length 3, message sequence 2, fragment offset 3, fragment length 3 (§4.2.2). RFC 9147 §4: in DTLS 1.3 what
// is protected has a header of its own that begins with the bits 001.

import { u16, u24 } from '../../base/bytes.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { maxCiphertextLength } from './limits.js';
import { type Looks, looks } from './record.js';

/** Octets of a DTLS 1.0 to 1.2 record header; a connection id (RFC 9146) would come before the length. */
export const dtlsRecordHeaderLength = 13;

/** Octets of a fragment header, which stands before each fragment of a handshake message. */
export const dtlsFragmentHeaderLength = 12;

/** Whether a DTLS 1.0 to 1.2 record header may begin at `at`; 13 octets must be there. */
export function isDtlsRecordHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at]!;
  const version = u16(bytes, at + 1);
  if (type < tlsContentTypes.change_cipher_spec || type > tlsContentTypes.return_routability_check) return false;
  if (version !== tlsVersions.dtls10 && version !== tlsVersions.dtls12 && version !== tlsVersions.dtls10Old)
    return false;
  return type === tlsContentTypes.tls12_cid || dtlsRecordLength(bytes, at) <= maxCiphertextLength;
}

/** Epoch of the record at `at`: 0 is plain. */
export function dtlsEpoch(bytes: Uint8Array, at: number): number {
  return u16(bytes, at + 3);
}

/** Octets of the content of the record at `at`. */
export function dtlsRecordLength(bytes: Uint8Array, at: number): number {
  return u16(bytes, at + 11);
}

/** Handshake type of the fragment at `at`; 12 octets must be there, as for the functions below. */
export function dtlsFragmentType(bytes: Uint8Array, at: number): number {
  return bytes[at]!;
}

/** Octets of the whole message that the fragment at `at` belongs to. */
export function dtlsMessageLength(bytes: Uint8Array, at: number): number {
  return u24(bytes, at + 1);
}

/** Number of the message that the fragment at `at` belongs to, in its direction. */
export function dtlsFragmentSequence(bytes: Uint8Array, at: number): number {
  return u16(bytes, at + 4);
}

/** Where in the message the fragment at `at` begins. */
export function dtlsFragmentOffset(bytes: Uint8Array, at: number): number {
  return u24(bytes, at + 6);
}

/** Octets of the fragment after its header. */
export function dtlsFragmentLength(bytes: Uint8Array, at: number): number {
  return u24(bytes, at + 9);
}

/** Whether the octet at `at` begins a DTLS 1.3 unified header: certain only within a known connection. */
export function isDtlsUnifiedHeader(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0xe0) === 0x20;
}

/** Whether a datagram opens with a DTLS record that begins a ClientHello. Datagrams are whole: `more` means cut. */
export function looksLikeDtlsClientHello(bytes: Uint8Array, start: number, end: number): Looks {
  return looksLikeDtlsHandshake(bytes, start, end, tlsHandshakeTypes.client_hello);
}

/** Whether a datagram opens with a DTLS record that begins a ServerHello or HelloVerifyRequest. */
export function looksLikeDtlsServerHello(bytes: Uint8Array, start: number, end: number): Looks {
  const hello = looksLikeDtlsHandshake(bytes, start, end, tlsHandshakeTypes.server_hello);
  if (hello !== looks.no) return hello;
  return looksLikeDtlsHandshake(bytes, start, end, tlsHandshakeTypes.hello_verify_request);
}

function looksLikeDtlsHandshake(bytes: Uint8Array, start: number, end: number, type: number): Looks {
  const length = Math.min(end, bytes.length) - start;
  if (length >= 1 && bytes[start] !== tlsContentTypes.handshake) return looks.no;
  if (length < dtlsRecordHeaderLength + dtlsFragmentHeaderLength) return looks.more;
  if (!isDtlsRecordHeader(bytes, start) || dtlsEpoch(bytes, start) !== 0) return looks.no;
  const fragment = start + dtlsRecordHeaderLength;
  if (dtlsFragmentType(bytes, fragment) !== type) return looks.no;
  const within = dtlsFragmentOffset(bytes, fragment) + dtlsFragmentLength(bytes, fragment);
  if (within > dtlsMessageLength(bytes, fragment)) return looks.no;
  const room = dtlsRecordLength(bytes, start) - dtlsFragmentHeaderLength;
  return dtlsFragmentLength(bytes, fragment) <= room ? looks.yes : looks.no;
}
