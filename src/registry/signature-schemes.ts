import { namesOf } from './code-names.js';

/**
 * Signature schemes by name.
 *
 * IANA "TLS SignatureScheme" registry, as of 2026-08-11. Below the line, TLS 1.2's pairs of hash and signature
 * (RFC 5246 §7.4.1.4.1) that TLS 1.3 left without a name, named in its manner.
 */
export const signatureSchemes = {
  rsa_pkcs1_sha1: 0x0201,
  ecdsa_sha1: 0x0203,
  rsa_pkcs1_sha256: 0x0401,
  ecdsa_secp256r1_sha256: 0x0403,
  rsa_pkcs1_sha256_legacy: 0x0420,
  rsa_pkcs1_sha384: 0x0501,
  ecdsa_secp384r1_sha384: 0x0503,
  rsa_pkcs1_sha384_legacy: 0x0520,
  rsa_pkcs1_sha512: 0x0601,
  ecdsa_secp521r1_sha512: 0x0603,
  rsa_pkcs1_sha512_legacy: 0x0620,
  eccsi_sha256: 0x0704,
  iso_ibs1: 0x0705,
  iso_ibs2: 0x0706,
  iso_chinese_ibs: 0x0707,
  sm2sig_sm3: 0x0708,
  gostr34102012_256a: 0x0709,
  gostr34102012_256b: 0x070a,
  gostr34102012_256c: 0x070b,
  gostr34102012_256d: 0x070c,
  gostr34102012_512a: 0x070d,
  gostr34102012_512b: 0x070e,
  gostr34102012_512c: 0x070f,
  rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805,
  rsa_pss_rsae_sha512: 0x0806,
  ed25519: 0x0807,
  ed448: 0x0808,
  rsa_pss_pss_sha256: 0x0809,
  rsa_pss_pss_sha384: 0x080a,
  rsa_pss_pss_sha512: 0x080b,
  ecdsa_brainpoolP256r1tls13_sha256: 0x081a,
  ecdsa_brainpoolP384r1tls13_sha384: 0x081b,
  ecdsa_brainpoolP512r1tls13_sha512: 0x081c,
  mldsa44: 0x0904,
  mldsa65: 0x0905,
  mldsa87: 0x0906,
  slhdsa_sha2_128s: 0x0911,
  slhdsa_sha2_128f: 0x0912,
  slhdsa_sha2_192s: 0x0913,
  slhdsa_sha2_192f: 0x0914,
  slhdsa_sha2_256s: 0x0915,
  slhdsa_sha2_256f: 0x0916,
  slhdsa_shake_128s: 0x0917,
  slhdsa_shake_128f: 0x0918,
  slhdsa_shake_192s: 0x0919,
  slhdsa_shake_192f: 0x091a,
  slhdsa_shake_256s: 0x091b,
  slhdsa_shake_256f: 0x091c,

  rsa_pkcs1_md5: 0x0101,
  dsa_md5: 0x0102,
  ecdsa_md5: 0x0103,
  dsa_sha1: 0x0202,
  rsa_pkcs1_sha224: 0x0301,
  dsa_sha224: 0x0302,
  ecdsa_sha224: 0x0303,
  dsa_sha256: 0x0402,
  dsa_sha384: 0x0502,
  dsa_sha512: 0x0602,
  /** GOST R 34.10-2012 in TLS 1.2 (RFC 9189 §4.1.2). */
  gostr34102012_256: 0x0840,
  gostr34102012_512: 0x0841,
} as const;

/** Name of a signature scheme, or null. */
export const signatureSchemeName: (code: number) => string | null = namesOf(signatureSchemes);
