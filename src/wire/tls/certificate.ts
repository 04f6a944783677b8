// RFC 5246 §7.4.2, RFC 9846 (Certificate), RFC 7250 §3 (raw public keys), RFC 8879 §4 (compressed).

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsCertificateStatusTypes, tlsCertificateTypes } from '../../registry/tls-certificate-types.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import { type ByteRange, readRange, readRange8 } from './byte-range.js';
import { expectEnd, messageFault } from './faults.js';
import { maxCertificates, maxExtensions } from './limits.js';
import { noNumbers } from './lists.js';

/** One entry of a Certificate message; ranges are lent and absolute. */
export interface CertificateEntry extends ByteRange {
  /** Extension types of the entry (TLS 1.3). */
  extensions: readonly number[];
  /** DER of the OCSPResponse that is stapled to it (TLS 1.3), or null. */
  ocspResponse: ByteRange | null;
}

/** A Certificate message. Its entries' ranges are DER of certificates, or of SubjectPublicKeyInfo. */
export interface CertificateValue {
  /** TLS 1.3: certificate_request_context, empty in the handshake proper; null before. */
  requestContext: ByteRange | null;
  /** What the entries hold: X.509 unless the hellos agreed on something else. */
  certificateType: number;
  /** Only entries that are there to their end. Leaf first. An empty list declines. */
  entries: readonly CertificateEntry[];
  fault: Fault | null;
}

/**
 * Parses the body of a Certificate message. `version` is the negotiated one (any number that `messageVersion` takes);
 * `certificateType` is what the hellos agreed on. Faults: truncated, malformed, limit (over `maxCertificates`).
 */
export function parseCertificate(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: number,
  certificateType: number = tlsCertificateTypes.x509,
): CertificateValue {
  const reader = new Reader(bytes, start, end, 'Certificate');
  const withContext = messageVersion(version) === tlsVersions.tls13;
  const requestContext = withContext ? readRange8(reader) : null;
  // Before TLS 1.3 a raw public key stands alone, without a list around it (RFC 7250 §3).
  const alone = !withContext && certificateType === tlsCertificateTypes.raw_public_key;
  const list = alone ? reader : reader.vector24('Certificate.certificate_list');
  const entries: CertificateEntry[] = [];
  while (list.remaining > 0 && !(alone && entries.length === 1)) {
    if (entries.length === maxCertificates) {
      list.fail('limit');
      break;
    }
    const entry = readEntry(list, withContext);
    if (entry === null) break;
    entries.push(entry);
  }
  expectEnd(reader);
  return { requestContext, certificateType, entries, fault: messageFault(reader, list) };
}

function readEntry(list: Reader, withExtensions: boolean): CertificateEntry | null {
  const length = list.u24();
  const start = list.skip(length);
  if (start < 0) return null;
  const entry: CertificateEntry = { start, end: list.at, extensions: noNumbers, ocspResponse: null };
  if (withExtensions) readEntryExtensions(entry, list);
  return entry;
}

function readEntryExtensions(entry: CertificateEntry, list: Reader): void {
  const extensions = list.vector16('CertificateEntry.extensions');
  if (extensions.start === extensions.end) return;
  const types: number[] = [];
  while (extensions.remaining > 0 && types.length < maxExtensions) {
    const type = extensions.u16();
    const body = extensions.vector16('CertificateEntry.extension');
    if (extensions.fault !== null) break;
    types.push(type);
    if (type === tlsExtensions.status_request) entry.ocspResponse = readOcspResponse(body);
  }
  if (extensions.fault !== null) list.fail('malformed');
  entry.extensions = types;
}

/** RFC 6066 §8 (CertificateStatus): status type 1, response behind a 24-bit length. Null when it is none of OCSP. */
function readOcspResponse(reader: Reader): ByteRange | null {
  return reader.u8() === tlsCertificateStatusTypes.ocsp ? readRange(reader, reader.u24()) : null;
}

/** A CompressedCertificate (RFC 8879 §4); the compressed Certificate message is lent. */
export interface CompressedCertificateValue {
  algorithm: number;
  uncompressedLength: number;
  compressed: ByteRange | null;
  fault: Fault | null;
}

/** Parses the body of a CompressedCertificate; decompressing is the caller's. */
export function parseCompressedCertificate(bytes: Uint8Array, start: number, end: number): CompressedCertificateValue {
  const reader = new Reader(bytes, start, end, 'CompressedCertificate');
  const algorithm = reader.u16();
  const uncompressedLength = reader.u24();
  const compressed = readRange(reader, reader.u24());
  expectEnd(reader);
  return { algorithm, uncompressedLength, compressed, fault: reader.fault };
}
