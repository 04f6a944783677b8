// The one door to node:crypto for keys of others: a key comes in as SubjectPublicKeyInfo and goes out ready, or refused.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { DerDocument, type DerReader, tags } from '../wire/x509/der.js';
import { readPublicKey } from '../wire/x509/public-key.js';
import { maxExponentOctets, maxModulusOctets } from './limits.js';

/** Kinds of keys that signatures are verified with. */
export type KeyFamily = 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448';

/** A public key that is ready to verify with. */
export interface VerifyingKey {
  family: KeyFamily;
  key: KeyObject;
  /** Microseconds that one verification takes, estimated. */
  cost: number;
}

/** Why a key can't be verified with. */
export interface RefusedKey {
  because: string;
}

const families: Readonly<Record<string, KeyFamily>> = {
  RSA: 'rsa',
  'RSA-PSS': 'rsa-pss',
  EC: 'ec',
  DSA: 'dsa',
  Ed25519: 'ed25519',
  Ed448: 'ed448',
};

/** Makes a key of the SubjectPublicKeyInfo `spki`. Never throws: what node:crypto has against a key is a refusal. */
export function importPublicKey(spki: Uint8Array): VerifyingKey | RefusedKey {
  const content = readPublicKey(new DerDocument(spki, 0, spki.length).reader('subjectPublicKeyInfo'));
  const family = families[content.keyType];
  if (family === undefined) return { because: `keys of kind ${content.keyType || 'unknown'} are not verified here` };
  const bits = content.keyBits ?? 0;
  if (bits > maxModulusOctets * 8) return { because: `a key of ${bits} bits is over the limit` };
  try {
    const made = makeKey(spki, family, content.curve);
    if (made === null) return { because: "the key can't be read" };
    return { family, key: made.key, cost: costOf(family, bits, content.curve, made.exponentBits) };
  } catch {
    return { because: 'the key is not a valid one' };
  }
}

/**
 * Importing by components takes 5 µs for RSA, by SubjectPublicKeyInfo 100 (OpenSSL 3 tries every decoder); of the curves only
 * P-256 gains by it, as OpenSSL checks the point in both ways.
 */
function makeKey(
  spki: Uint8Array,
  family: KeyFamily,
  curve: string | null,
): { key: KeyObject; exponentBits: number } | null {
  const made = (
    input: Parameters<typeof createPublicKey>[0],
    exponentBits = 0,
  ): { key: KeyObject; exponentBits: number } => ({
    key: createPublicKey(input),
    exponentBits,
  });
  const bits = keyContent(spki);
  if (bits === null) return null;
  if (family === 'rsa') {
    const modulus = nextInteger(bits);
    const exponent = nextInteger(bits);
    if (modulus === null || exponent === null || exponent.length > maxExponentOctets) return null;
    // RFC 8017 §3.1: odd and at least 3. With 1 every block is its own signature: anyone could sign.
    const last = exponent[exponent.length - 1]!;
    if ((last & 1) === 0 || (exponent.length === 1 && last < 3)) return null;
    return made({ key: { kty: 'RSA', n: base64(modulus), e: base64(exponent) }, format: 'jwk' }, exponent.length * 8);
  }
  const { bytes, end } = bits.document;
  const start = bits.document.start + 1;
  if (family === 'ed25519' || family === 'ed448') {
    const crv = family === 'ed25519' ? 'Ed25519' : 'Ed448';
    return made({ key: { kty: 'OKP', crv, x: base64(bytes.subarray(start, end)) }, format: 'jwk' });
  }
  if (curve === 'P-256' && end - start === 65 && bytes[start] === 0x04) {
    const x = base64(bytes.subarray(start + 1, start + 33));
    const y = base64(bytes.subarray(start + 33, end));
    return made({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  }
  return made({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

/** A reader of what the BIT STRING subjectPublicKey holds; its document begins with the octet of unused bits. */
function keyContent(spki: Uint8Array): DerReader | null {
  const reader = new DerDocument(spki, 0, spki.length).reader('subjectPublicKeyInfo');
  if (!reader.expect(tags.sequence, 'subjectPublicKeyInfo')) return null;
  const info = reader.child('subjectPublicKeyInfo');
  if (!info.expect(tags.sequence, 'algorithm') || !info.expect(tags.bitString, 'subjectPublicKey')) return null;
  const { contentStart, contentEnd } = info;
  if (contentEnd <= contentStart) return null;
  const content = new DerDocument(spki, contentStart, contentEnd);
  const inner = content.reader('subjectPublicKey', contentStart + 1);
  if (!inner.sees(tags.sequence)) return inner;
  inner.next();
  return inner.child('subjectPublicKey');
}

/** Content of the INTEGER that comes next without leading zeros; null where there is none or it is empty. */
function nextInteger(reader: DerReader): Uint8Array | null {
  if (!reader.expect(tags.integer, 'subjectPublicKey')) return null;
  const { bytes } = reader.document;
  let start = reader.contentStart;
  while (start < reader.contentEnd && bytes[start] === 0) start++;
  return start === reader.contentEnd ? null : bytes.subarray(start, reader.contentEnd);
}

function base64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64url');
}

/** Microseconds that making a key of this kind takes, estimated: RSA 6, Ed25519 10, P-256 48, P-384 100, as measured. */
export function importCost(keyType: string, bits: number): number {
  if (keyType === 'RSA') return 8;
  return keyType === 'EC' && bits <= 256 ? 55 : keyType.startsWith('Ed') ? 12 : 110;
}

/** What 65537 has, whose cost is the measure; longer exponents take in proportion. */
const usualExponentBits = 17;

/**
 * Measured on Node 20: RSA 2048 21 µs, 4096 55, 8192 with an exponent of 64 bits 750; P-256 49, other curves of up to 256 bits
 * 200 to 280, P-384 450, P-521 1,010, sect571r1 1,800; Ed25519 67. Too little would let cheap-looking keys make a run slow.
 */
function costOf(family: KeyFamily, bits: number, curve: string | null, exponentBits: number): number {
  switch (family) {
    case 'rsa':
    case 'rsa-pss':
      return 10 + Math.round((bits / 2048) ** 2 * 15 * (exponentBits > 24 ? exponentBits / usualExponentBits : 1));
    case 'dsa':
      return 50 + Math.round((bits / 1024) ** 2 * 120);
    case 'ed25519':
      return 75;
    case 'ed448':
      return 250;
    case 'ec':
      return curve === 'P-256' ? 55 : Math.max(280, Math.round((bits / 384) ** 3 * 550));
  }
}
