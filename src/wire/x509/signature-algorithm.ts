// RFC 5280 §4.1.1.2:  AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
// RFC 4055 §3.1:      RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] DEFAULT sha1, maskGenAlgorithm [1], … }
import { hashAlgorithms, type SignatureAlgorithm, signatureAlgorithms } from '../../registry/oids.js';
import { constructedTag, type DerReader, tags } from './der.js';
import { formatObjectIdentifier, ObjectIdentifierTable } from './object-identifier.js';

const knownSignatures = new ObjectIdentifierTable<SignatureAlgorithm>(signatureAlgorithms);
const knownHashes = new ObjectIdentifierTable<string>(hashAlgorithms);

/**
 * The report's name of the AlgorithmIdentifier that comes next: 'sha256WithRSAEncryption', 'rsassaPss-sha256' (completed from
 * its parameters), or the dotted identifier; '' where it can't be read.
 */
export function readSignatureAlgorithm(reader: DerReader): string {
  const where = 'signatureAlgorithm';
  if (!reader.expect(tags.sequence, where)) return '';
  const algorithm = reader.child(where);
  if (!algorithm.expect(tags.objectIdentifier, where)) return '';
  const { bytes } = reader.document;
  const known = knownSignatures.find(bytes, algorithm.contentStart, algorithm.contentEnd);
  if (known === null) return formatObjectIdentifier(bytes, algorithm.contentStart, algorithm.contentEnd);
  return known.name === 'rsassaPss' ? `rsassaPss-${probabilisticHash(algorithm)}` : known.name;
}

function probabilisticHash(algorithm: DerReader): string {
  const where = 'RSASSA-PSS-params';
  if (!algorithm.next(where) || algorithm.tag !== tags.sequence) return 'sha1';
  const parameters = algorithm.child(where);
  if (!parameters.next(where) || parameters.tag !== constructedTag(0)) return 'sha1';
  const wrapped = parameters.child(where);
  if (!wrapped.expect(tags.sequence, where)) return 'unknown';
  const hash = wrapped.child(where);
  if (!hash.expect(tags.objectIdentifier, where)) return 'unknown';
  const { bytes } = algorithm.document;
  const { contentStart, contentEnd } = hash;
  return knownHashes.find(bytes, contentStart, contentEnd) ?? formatObjectIdentifier(bytes, contentStart, contentEnd);
}
