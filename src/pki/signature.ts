// One verification, whatever the algorithm: the only call of `verify` in the house, and the only place where it may throw.
import { constants, type VerifyKeyObjectInput, verify } from 'node:crypto';
import type { SignatureParameters } from '../wire/x509/signature-parameters.js';
import type { RefusedKey, VerifyingKey } from './public-key.js';
import type { SignatureWork } from './signature-work.js';

/** What came of a check; `because` says why it is invalid or was not checked. */
export interface SignatureOutcome {
  result: 'valid' | 'invalid' | 'not-checked';
  because: string | null;
}

const valid: SignatureOutcome = Object.freeze({ result: 'valid', because: null });
const mismatch: SignatureOutcome = Object.freeze({
  result: 'invalid',
  because: "the signature does not verify with the signer's key",
});
const overBudget: SignatureOutcome = Object.freeze({
  result: 'not-checked',
  because: 'the budget for signatures was spent',
});

/** Says that a signature could not be checked. */
export function notChecked(because: string): SignatureOutcome {
  return { result: 'not-checked', because };
}

/** Says that a signature is wrong by its form. */
export function invalid(because: string): SignatureOutcome {
  return { result: 'invalid', because };
}

/** Whether the key can be verified with. */
export function isReady(key: VerifyingKey | RefusedKey): key is VerifyingKey {
  return 'key' in key;
}

/**
 * Verifies `signature` over `data` (both lent) with `key`, as `how` says. Signatures of a form that the algorithm doesn't have
 * (an ECDSA signature that is not DER, an RSA signature of another length) are invalid, as a verifier finds them.
 */
export function verifySignature(
  key: VerifyingKey | RefusedKey,
  how: SignatureParameters,
  data: Uint8Array,
  signature: Uint8Array,
  work: SignatureWork,
): SignatureOutcome {
  if (how.family === null) return notChecked('the signature algorithm is none that is verified here');
  if (!isReady(key)) return notChecked(key.because);
  if (!fits(key, how)) return invalid(`a signature of kind ${how.family} can't be made by a key of kind ${key.family}`);
  if (how.family === 'rsa-pss' && how.maskHash !== how.hash) {
    return notChecked('RSASSA-PSS with two different hashes is not verified here');
  }
  // Negative numbers have a meaning of their own below: any salt, or one as long as the hash.
  if (how.saltLength < 0) return invalid('its RSASSA-PSS parameters have no length of salt that can be');
  const wantsHash = how.family !== 'ed25519' && how.family !== 'ed448';
  if (wantsHash && (how.hash === null || !verifiableHashes.has(how.hash))) {
    return notChecked(`signatures over the hash ${how.hash ?? 'unknown'} are not verified here`);
  }
  if (!work.take(key.cost)) return overBudget;
  const input: VerifyKeyObjectInput = { key: key.key };
  if (how.family === 'rsa-pss') {
    input.padding = constants.RSA_PKCS1_PSS_PADDING;
    input.saltLength = how.saltLength;
  }
  try {
    return verify(wantsHash ? how.hash : null, data, input, signature) ? valid : mismatch;
  } catch {
    // A point off the curve, a modulus of zero, a salt longer than the modulus: nothing that such a key signs can verify.
    return invalid("the signature or the signer's key is malformed");
  }
}

function fits(key: VerifyingKey, how: SignatureParameters): boolean {
  switch (how.family) {
    case 'rsa':
      return key.family === 'rsa';
    case 'rsa-pss':
      return key.family === 'rsa' || key.family === 'rsa-pss';
    case 'ecdsa':
      return key.family === 'ec';
    default:
      return key.family === how.family;
  }
}

/** Hashes that OpenSSL 3 has in its default provider under these names; 'md5-sha1' is TLS's before 1.2. */
const verifiableHashes: ReadonlySet<string> = new Set([
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha512-224',
  'sha512-256',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'ripemd160',
  'md5-sha1',
]);
