// RFC 5280 §4.1.2.7:  SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
// Sizes: RFC 3279 §2.3 (RSA, DSA, DH), RFC 5480 §2 (EC).
import { curves, type KeyAlgorithm, keyAlgorithms } from '../../registry/oids.js';
import { type DerReader, tags } from './der.js';
import { formatObjectIdentifier, ObjectIdentifierTable } from './object-identifier.js';

const knownKeys = new ObjectIdentifierTable<KeyAlgorithm>(keyAlgorithms);
const knownCurves = new ObjectIdentifierTable(curves);

/** What a SubjectPublicKeyInfo says: the fields of a certificate's record. */
export interface PublicKeyContent {
  keyType: string;
  keyBits: number | null;
  curve: string | null;
}

/** The key whose SubjectPublicKeyInfo is the next element of `reader`; an empty `keyType` where it can't be told. */
export function readPublicKey(reader: DerReader): PublicKeyContent {
  const key: PublicKeyContent = { keyType: '', keyBits: null, curve: null };
  if (!reader.expect(tags.sequence, 'subjectPublicKeyInfo')) return key;
  const info = reader.child('subjectPublicKeyInfo');
  if (!info.expect(tags.sequence, 'subjectPublicKeyInfo.algorithm')) return key;
  const algorithm = info.child('subjectPublicKeyInfo.algorithm');
  if (!algorithm.expect(tags.objectIdentifier, 'subjectPublicKeyInfo.algorithm')) return key;
  const { bytes } = reader.document;
  const known = knownKeys.find(bytes, algorithm.contentStart, algorithm.contentEnd);
  key.keyType = known?.name ?? formatObjectIdentifier(bytes, algorithm.contentStart, algorithm.contentEnd);
  if (known === null) return key;
  switch (known.shape) {
    case 'fixed':
      key.keyBits = known.bits;
      break;
    case 'rsa':
      if (info.expect(tags.bitString, 'subjectPublicKey')) {
        key.keyBits = firstIntegerBits(info.inside('RSAPublicKey', 1), 'RSAPublicKey');
      }
      break;
    case 'dsa':
    case 'dh':
      // DSA parameters may be inherited from the issuer (RFC 3279 §2.3.2): then the size isn't in this certificate.
      if (algorithm.sees(tags.sequence)) key.keyBits = firstIntegerBits(algorithm, `${known.name} parameters`);
      break;
    case 'ec':
      readCurve(algorithm, info, key);
      break;
  }
  return key;
}

/** Size of the first INTEGER (a modulus) of the SEQUENCE that comes next. */
function firstIntegerBits(reader: DerReader, where: string): number | null {
  if (!reader.expect(tags.sequence, where)) return null;
  const sequence = reader.child(where);
  if (!sequence.expect(tags.integer, where)) return null;
  return bitLength(reader.document.bytes, sequence.contentStart, sequence.contentEnd);
}

function readCurve(algorithm: DerReader, info: DerReader, key: PublicKeyContent): void {
  const { document } = algorithm;
  const { bytes } = document;
  if (algorithm.sees(tags.objectIdentifier) && algorithm.next()) {
    const curve = knownCurves.find(bytes, algorithm.contentStart, algorithm.contentEnd);
    key.curve = curve?.name ?? formatObjectIdentifier(bytes, algorithm.contentStart, algorithm.contentEnd);
    key.keyBits = curve?.bits ?? pointBits(info);
    return;
  }
  if (algorithm.sees(tags.sequence) && algorithm.next()) {
    // RFC 5480 §2.1.1 forbids explicit parameters in certificates: a verifier that believes them can be fooled.
    document.note('explicit curve parameters');
    key.keyBits = explicitFieldBits(algorithm.child('ECParameters'));
    return;
  }
  document.note('EC key without a curve');
}

/** RFC 3279 §2.3.5: SEQUENCE { version, fieldID SEQUENCE { fieldType, prime INTEGER | SEQUENCE { m INTEGER, … } }, … } */
function explicitFieldBits(parameters: DerReader): number | null {
  const where = 'ECParameters';
  if (!parameters.expect(tags.integer, where) || !parameters.expect(tags.sequence, where)) return null;
  const field = parameters.child(where);
  if (!field.expect(tags.objectIdentifier, where)) return null;
  if (field.sees(tags.integer) && field.next()) {
    return bitLength(field.document.bytes, field.contentStart, field.contentEnd);
  }
  if (!field.expect(tags.sequence, where)) return null;
  const characteristicTwo = field.child(where);
  if (!characteristicTwo.expect(tags.integer, where)) return null;
  return smallInteger(field.document.bytes, characteristicTwo.contentStart, characteristicTwo.contentEnd);
}

/** Field size by the length of the public point (SEC 1 §2.3.3), for a curve that isn't known. */
function pointBits(info: DerReader): number | null {
  if (!info.expect(tags.bitString, 'subjectPublicKey')) return null;
  const form = info.document.bytes[info.contentStart + 1];
  const octets = info.contentEnd - info.contentStart - 2;
  if (octets <= 0) return null;
  if (form === 0x02 || form === 0x03) return octets * 8;
  return form === 0x04 && octets % 2 === 0 ? octets * 4 : null;
}

/** Number of significant bits of an INTEGER's content, read as unsigned (some issuers forget the sign octet). */
function bitLength(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 0) at++;
  return at === end ? 0 : (end - at) * 8 - (Math.clz32(bytes[at]!) - 24);
}

/** An INTEGER's content as a number; null where it is negative, empty or over 2^31. */
export function smallInteger(bytes: Uint8Array, start: number, end: number): number | null {
  if (start >= end || bytes[start]! >= 0x80) return null;
  let at = start;
  while (at < end && bytes[at] === 0) at++;
  if (end - at > 4) return null;
  let value = 0;
  for (; at < end; at++) value = value * 256 + bytes[at]!;
  return value <= 0x7fffffff ? value : null;
}
