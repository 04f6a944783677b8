import { sha256Hex } from '../../base/hash.js';
import type { CertificateRecord } from '../../model/certificate.js';
import type { CertificateStore } from '../../pki/certificate-store.js';
import { locateCertificate } from '../../wire/x509/certificate-ranges.js';

/** Who a certificate says it is: its SPIFFE ID, else its first alternative name, else its subject; null if unknown. */
export function identityOf(certificates: CertificateStore, sha256: string): string | null {
  const record = certificates.find(sha256)?.record;
  if (record === undefined) return null;
  return nameOfCertificate(record);
}

/** Who a certificate's record says it is. */
export function nameOfCertificate({ spiffeId, subjectAltNames, subject }: CertificateRecord): string | null {
  return spiffeId ?? subjectAltNames[0] ?? (subject || null);
}

/** SHA-256 of a certificate's SubjectPublicKeyInfo in hexadecimal; null if its DER was not kept or holds none. */
export function publicKeyDigest(certificates: CertificateStore, sha256: string): string | null {
  const der = certificates.find(sha256)?.der ?? null;
  if (der === null) return null;
  const range = locateCertificate(der, 0, der.length).subjectPublicKeyInfo;
  return range === null ? null : sha256Hex(der.subarray(range.start, range.end));
}
