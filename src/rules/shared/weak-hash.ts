// Which broken hash a signature rests on, as its name or its code says.
import { signatureHash } from '../../registry/oids.js';

const broken: Readonly<Record<string, string>> = { md2: 'MD2', md4: 'MD4', md5: 'MD5', sha1: 'SHA-1' };

/** 'MD5', 'SHA-1', … where the signature of a certificate rests on a broken hash; null where it does not. */
export function weakHashOf(signatureAlgorithm: string): string | null {
  return broken[signatureHash(signatureAlgorithm) ?? ''] ?? null;
}

/** The same for a SignatureScheme of TLS 1.2, whose upper octet is the hash (RFC 5246 §7.4.1.4.1: 1 MD5, 2 SHA-1). */
export function weakHashOfScheme(scheme: number): string | null {
  const hash = scheme >>> 8;
  return hash === 1 ? 'MD5' : hash === 2 ? 'SHA-1' : null;
}
