// RFC 5246 §7.4.8, RFC 9846 (CertificateVerify): scheme 2 (TLS 1.2 and later), signature behind a 16-bit length.

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import { type ByteRange, readRange16 } from './byte-range.js';
import { expectEnd } from './faults.js';

/** A CertificateVerify; the signature is lent and absolute. */
export interface CertificateVerifyValue {
  /** Signature scheme; null before TLS 1.2, where the key decides, and where cut. */
  signatureScheme: number | null;
  /** Null where cut. */
  signature: ByteRange | null;
  fault: Fault | null;
}

/** Parses the body of a CertificateVerify in the form of `version`, the negotiated one. */
export function parseCertificateVerify(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: number,
): CertificateVerifyValue {
  const reader = new Reader(bytes, start, end, 'CertificateVerify');
  const signatureScheme = readSignatureScheme(reader, version);
  const signature = readRange16(reader);
  expectEnd(reader);
  return { signatureScheme, signature, fault: reader.fault };
}

/** Reads the scheme that a digitally-signed struct (RFC 5246 §4.7) opens with; null before TLS 1.2 and where cut. */
export function readSignatureScheme(reader: Reader, version: number): number | null {
  if (messageVersion(version) < tlsVersions.tls12) return null;
  const scheme = reader.u16();
  return reader.fault === null ? scheme : null;
}
