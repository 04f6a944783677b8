// What a cipher suite does to records, as node:crypto names it.
import { type CipherSuite, cipherSuite } from '../../registry/cipher-suite-properties.js';

/** How the records of a suite are protected. Lengths in octets. */
export interface SuiteProtection {
  /** Name in node:crypto; 'rc4' and 'null' are ours. */
  cipher: string;
  kind: 'gcm' | 'ccm' | 'chacha20' | 'block' | 'stream';
  keyLength: number;
  /** AEAD: what of the nonce comes from the key block (12 in TLS 1.3). Block ciphers: a block. */
  ivLength: number;
  tagLength: number;
  /** Hash of the record's MAC; null for AEAD. */
  mac: string | null;
  /** Hash of the key derivation of TLS 1.2 and 1.3. */
  hash: string;
}

const ciphers: Readonly<
  Record<string, readonly [cipher: string, kind: SuiteProtection['kind'], keyLength: number, ivLength: number]>
> = {
  'aes-128-gcm': ['aes-128-gcm', 'gcm', 16, 4],
  'aes-256-gcm': ['aes-256-gcm', 'gcm', 32, 4],
  'aria-128-gcm': ['aria-128-gcm', 'gcm', 16, 4],
  'aria-256-gcm': ['aria-256-gcm', 'gcm', 32, 4],
  'aes-128-ccm': ['aes-128-ccm', 'ccm', 16, 4],
  'aes-256-ccm': ['aes-256-ccm', 'ccm', 32, 4],
  'aes-128-ccm-8': ['aes-128-ccm', 'ccm', 16, 4],
  'aes-256-ccm-8': ['aes-256-ccm', 'ccm', 32, 4],
  'chacha20-poly1305': ['chacha20-poly1305', 'chacha20', 32, 12],
  'aes-128-cbc': ['aes-128-cbc', 'block', 16, 16],
  'aes-256-cbc': ['aes-256-cbc', 'block', 32, 16],
  'camellia-128-cbc': ['camellia-128-cbc', 'block', 16, 16],
  'camellia-256-cbc': ['camellia-256-cbc', 'block', 32, 16],
  'aria-128-cbc': ['aria-128-cbc', 'block', 16, 16],
  'aria-256-cbc': ['aria-256-cbc', 'block', 32, 16],
  '3des-ede-cbc': ['des-ede3-cbc', 'block', 24, 8],
  // DES alone is no cipher of this library: three times the same key is DES.
  'des-cbc': ['des-ede3-cbc', 'block', 8, 8],
  'rc4-128': ['rc4', 'stream', 16, 0],
  null: ['null', 'stream', 0, 0],
};

/** How a suite protects records, or null where that can't be undone here (export, GOST, Camellia-GCM, integrity-only 1.3). */
export function suiteProtection(id: number): SuiteProtection | null {
  const suite = cipherSuite(id);
  if (suite === null || suite.export || suite.signalling) return null;
  const found = ciphers[suite.cipher];
  if (found === undefined || (suite.tls13 && !suite.aead)) return null;
  const [cipher, kind, keyLength, ivLength] = found;
  return {
    cipher,
    kind,
    keyLength,
    ivLength: suite.tls13 ? 12 : ivLength,
    tagLength: suite.cipher.endsWith('ccm-8') ? 8 : 16,
    mac: suite.aead ? null : macOf(suite),
    hash: derivationHash(suite),
  };
}

function macOf({ hash }: CipherSuite): string | null {
  return hash === 'sm3' || hash === 'imit' || hash === 'omac' ? null : hash;
}

/** RFC 5246 §5: SHA-256, unless a newer suite names a stronger one. */
function derivationHash({ hash }: CipherSuite): string {
  return hash === 'sha384' || hash === 'sha512' || hash === 'sm3' ? hash : 'sha256';
}
