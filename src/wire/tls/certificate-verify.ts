// RFC 5246 §7.4.8, RFC 9846 (CertificateVerify): scheme 2 (TLS 1.2 and later), signature behind a 16-bit length.

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import type { ByteRange } from './byte-range.js';
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
  const signed = readDigitallySigned(reader, messageVersion(version) >= tlsVersions.tls12);
  expectEnd(reader);
  return { ...signed, fault: reader.fault };
}

/** Reads a digitally-signed struct (RFC 5246 §4.7): the scheme where `withScheme`, and the signature's place. */
export function readDigitallySigned(
  reader: Reader,
  withScheme: boolean,
): { signatureScheme: number | null; signature: ByteRange | null } {
  const scheme = withScheme ? reader.u16() : null;
  const signatureScheme = reader.fault === null ? scheme : null;
  const length = reader.u16();
  const start = reader.skip(length);
  return { signatureScheme, signature: start < 0 ? null : { start, end: start + length } };
}
