import type { CertificateStore } from '../pki/certificate-store.js';

/** Who a certificate says it is: its SPIFFE ID, else its first alternative name, else its subject; null if unknown. */
export function identityOf(certificates: CertificateStore, sha256: string): string | null {
  const record = certificates.find(sha256)?.record;
  if (record === undefined) return null;
  const [name] = record.subjectAltNames;
  return record.spiffeId ?? name ?? (record.subject || null);
}
