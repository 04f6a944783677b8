// RFC 5280 §4.1.1.2 (AlgorithmIdentifier), RFC 4055 §3.1 (RSASSA-PSS-params), RFC 8410 §3: what a signature is verified with.
import { hashAlgorithms, type SignatureAlgorithm, signatureAlgorithms } from '../../registry/oids.js';
import { constructedTag, type DerReader, tags } from './der.js';
import { ObjectIdentifierTable } from './object-identifier.js';
import { smallInteger } from './public-key.js';

const knownSignatures = new ObjectIdentifierTable<SignatureAlgorithm>(signatureAlgorithms);
const knownHashes = new ObjectIdentifierTable<string>(hashAlgorithms);

/** The kind of key that a signature needs, with the padding where RSA has two. */
export type SignatureFamily = 'rsa' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'ed25519' | 'ed448';

/** How a signature was made. */
export interface SignatureParameters {
  /** Null where the algorithm is none that is verified here. */
  family: SignatureFamily | null;
  /** 'sha256', …; null where the scheme has a hash of its own. */
  hash: string | null;
  /** RSASSA-PSS: the mask's hash and the octets of salt. */
  maskHash: string | null;
  saltLength: number;
}

// RFC 4055 §3.1: what absent fields of RSASSA-PSS-params stand for.
const defaultSaltLength = 20;

/** The AlgorithmIdentifier that comes next. */
export function readSignatureParameters(reader: DerReader): SignatureParameters {
  const parameters: SignatureParameters = { family: null, hash: null, maskHash: null, saltLength: defaultSaltLength };
  if (!reader.expect(tags.sequence, 'signatureAlgorithm')) return parameters;
  const algorithm = reader.child('signatureAlgorithm');
  if (!algorithm.expect(tags.objectIdentifier, 'signatureAlgorithm')) return parameters;
  const known = knownSignatures.find(reader.document.bytes, algorithm.contentStart, algorithm.contentEnd);
  if (known === null) return parameters;
  parameters.hash = known.hash;
  parameters.family = familyOf(known.name);
  if (parameters.family === 'rsa-pss') readProbabilistic(algorithm, parameters);
  return parameters;
}

function familyOf(name: string): SignatureFamily | null {
  if (name === 'rsassaPss') return 'rsa-pss';
  if (name === 'Ed25519') return 'ed25519';
  if (name === 'Ed448') return 'ed448';
  if (/withrsa(encryption)?$/i.test(name)) return 'rsa';
  if (name.startsWith('ecdsa-with-')) return 'ecdsa';
  return /^dsa-?with/i.test(name) ? 'dsa' : null;
}

function readProbabilistic(algorithm: DerReader, parameters: SignatureParameters): void {
  parameters.hash = 'sha1';
  parameters.maskHash = 'sha1';
  const where = 'RSASSA-PSS-params';
  if (!algorithm.next(where) || algorithm.tag !== tags.sequence) return;
  const fields = algorithm.child(where);
  while (fields.next(where)) {
    const field = fields.child(where);
    if (fields.tag === constructedTag(0)) parameters.hash = hashOf(field);
    else if (fields.tag === constructedTag(1)) {
      // MaskGenAlgorithm: MGF1 with the hash as its parameters.
      if (!field.expect(tags.sequence, where)) return;
      const mask = field.child(where);
      parameters.maskHash = mask.expect(tags.objectIdentifier, where) ? hashOf(mask) : null;
    } else if (fields.tag === constructedTag(2) && field.expect(tags.integer, where)) {
      parameters.saltLength = smallInteger(field.document.bytes, field.contentStart, field.contentEnd) ?? -1;
    }
  }
}

function hashOf(reader: DerReader): string | null {
  if (!reader.expect(tags.sequence, 'hashAlgorithm')) return null;
  const hash = reader.child('hashAlgorithm');
  if (!hash.expect(tags.objectIdentifier, 'hashAlgorithm')) return null;
  return knownHashes.find(hash.document.bytes, hash.contentStart, hash.contentEnd);
}
