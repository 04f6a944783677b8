// What several profiles say alike, as data.
import type { TlsVersionName } from '../../model/connection-record.js';
import type { SuiteProperty } from './profile.js';

/** TLS 1.2 and 1.3. */
export const modernVersions: readonly TlsVersionName[] = ['TLSv1.2', 'TLSv1.3'];

/** Versions whose suites are named with their key exchange. */
export const suiteVersions12: readonly TlsVersionName[] = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3', 'SSLv2'];

/** What no guideline lets pass. */
export const brokenSuites: readonly SuiteProperty[] = [
  'no-encryption',
  'no-authentication',
  'export',
  'rc4',
  'des',
  'below-112-bits',
];

/** Hashes in which collisions are made. */
export const brokenHashes: readonly string[] = ['md2', 'md4', 'md5', 'sha1', 'sha'];

/** ECDHE with AES in GCM. */
export const ecdheAesGcm: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
];

/** ECDHE with ChaCha20. */
export const ecdheChaCha: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];

/** The suites of TLS 1.3 that every stack has. */
export const tls13Suites: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];
