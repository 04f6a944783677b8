// The signatures of a handshake: RFC 5246 §7.4.3 and §7.4.8, RFC 4346 §7.4.3 and §7.4.8, RFC 9846 (CertificateVerify).

import type { Side } from '../model/side.js';
import { signatureSchemes } from '../registry/signature-schemes.js';
import type { SignatureFamily, SignatureParameters } from '../wire/x509/signature-parameters.js';
import type { RefusedKey, VerifyingKey } from './public-key.js';
import { isReady, notChecked, type SignatureOutcome, verifySignature } from './signature.js';
import type { SignatureWork } from './signature-work.js';

const saltLengths: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

const bySignatureScheme: ReadonlyMap<number, SignatureParameters> = new Map(
  (
    [
      [signatureSchemes.rsa_pkcs1_md5, 'rsa', 'md5'],
      [signatureSchemes.rsa_pkcs1_sha1, 'rsa', 'sha1'],
      [signatureSchemes.rsa_pkcs1_sha224, 'rsa', 'sha224'],
      [signatureSchemes.rsa_pkcs1_sha256, 'rsa', 'sha256'],
      [signatureSchemes.rsa_pkcs1_sha384, 'rsa', 'sha384'],
      [signatureSchemes.rsa_pkcs1_sha512, 'rsa', 'sha512'],
      [signatureSchemes.rsa_pkcs1_sha256_legacy, 'rsa', 'sha256'],
      [signatureSchemes.rsa_pkcs1_sha384_legacy, 'rsa', 'sha384'],
      [signatureSchemes.rsa_pkcs1_sha512_legacy, 'rsa', 'sha512'],
      [signatureSchemes.dsa_md5, 'dsa', 'md5'],
      [signatureSchemes.dsa_sha1, 'dsa', 'sha1'],
      [signatureSchemes.dsa_sha224, 'dsa', 'sha224'],
      [signatureSchemes.dsa_sha256, 'dsa', 'sha256'],
      [signatureSchemes.dsa_sha384, 'dsa', 'sha384'],
      [signatureSchemes.dsa_sha512, 'dsa', 'sha512'],
      [signatureSchemes.ecdsa_md5, 'ecdsa', 'md5'],
      [signatureSchemes.ecdsa_sha1, 'ecdsa', 'sha1'],
      [signatureSchemes.ecdsa_sha224, 'ecdsa', 'sha224'],
      [signatureSchemes.ecdsa_secp256r1_sha256, 'ecdsa', 'sha256'],
      [signatureSchemes.ecdsa_secp384r1_sha384, 'ecdsa', 'sha384'],
      [signatureSchemes.ecdsa_secp521r1_sha512, 'ecdsa', 'sha512'],
      [signatureSchemes.ecdsa_brainpoolP256r1tls13_sha256, 'ecdsa', 'sha256'],
      [signatureSchemes.ecdsa_brainpoolP384r1tls13_sha384, 'ecdsa', 'sha384'],
      [signatureSchemes.ecdsa_brainpoolP512r1tls13_sha512, 'ecdsa', 'sha512'],
      [signatureSchemes.rsa_pss_rsae_sha256, 'rsa-pss', 'sha256'],
      [signatureSchemes.rsa_pss_rsae_sha384, 'rsa-pss', 'sha384'],
      [signatureSchemes.rsa_pss_rsae_sha512, 'rsa-pss', 'sha512'],
      [signatureSchemes.rsa_pss_pss_sha256, 'rsa-pss', 'sha256'],
      [signatureSchemes.rsa_pss_pss_sha384, 'rsa-pss', 'sha384'],
      [signatureSchemes.rsa_pss_pss_sha512, 'rsa-pss', 'sha512'],
      [signatureSchemes.ed25519, 'ed25519', null],
      [signatureSchemes.ed448, 'ed448', null],
    ] satisfies [number, SignatureFamily, string | null][]
  ).map(([scheme, family, hash]) => [scheme, parameters(family, hash)]),
);

/** Before TLS 1.2 the key decides (RFC 4346 §4.7, RFC 8422 §5.10): RSA signs MD5 and SHA-1 together, the others SHA-1. */
const byKey = {
  rsa: parameters('rsa', 'md5-sha1'),
  ec: parameters('ecdsa', 'sha1'),
  dsa: parameters('dsa', 'sha1'),
} as const;

function parameters(family: SignatureFamily, hash: string | null): SignatureParameters {
  const isProbabilistic = family === 'rsa-pss';
  return {
    family,
    hash,
    maskHash: isProbabilistic ? hash : null,
    saltLength: isProbabilistic ? saltLengths[hash!]! : 0,
  };
}

/**
 * Verifies a signature of a handshake over `signed` (all lent). `scheme` is a SignatureScheme (in TLS 1.2 a pair of hash and
 * signature); null before TLS 1.2.
 */
export function verifyHandshakeSignature(
  key: VerifyingKey | RefusedKey,
  scheme: number | null,
  signed: Uint8Array,
  signature: Uint8Array,
  work: SignatureWork,
): SignatureOutcome {
  if (!isReady(key)) return notChecked(key.because);
  let how: SignatureParameters | undefined;
  if (scheme !== null) how = bySignatureScheme.get(scheme);
  else if (key.family === 'rsa' || key.family === 'ec' || key.family === 'dsa') how = byKey[key.family];
  if (how === undefined) return notChecked('the signature scheme is none that is verified here');
  return verifySignature(key, how, signed, signature, work);
}

/**
 * RFC 9846 (CertificateVerify): what a side signs in TLS 1.3: 64 spaces, a sentence that says whose signature it is, a zero, the hash of
 * the transcript before it.
 */
export function tls13SignedContent(transcriptHash: Uint8Array, side: Side): Uint8Array {
  const context = Buffer.from(`${' '.repeat(64)}TLS 1.3, ${side} CertificateVerify\0`, 'latin1');
  const content = new Uint8Array(context.length + transcriptHash.length);
  content.set(context);
  content.set(transcriptHash, context.length);
  return content;
}
