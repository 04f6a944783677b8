// Whether a certificate was revoked when it was shown: by the lists that `--crl` names, and by the answer stapled to it.

import { digestHex } from '../base/hash.js';
import { secondsOf } from '../base/time.js';
import { canonicalName } from '../wire/x509/canonical-name.js';
import { type CertificateListValue, type RevokedEntry, readCertificateList } from '../wire/x509/certificate-list.js';
import { DerDocument, tags } from '../wire/x509/der.js';
import type { SingleResponse } from '../wire/x509/ocsp-response.js';
import { readSignatureParameters } from '../wire/x509/signature-parameters.js';
import type { OcspResponse } from './ocsp-response.js';
import { readPem } from './pem.js';
import { type SignatureOutcome, verifySignature } from './signature.js';
import type { SignatureWork } from './signature-work.js';
import type { ImportedKeys, StoredCertificate } from './stored-certificate.js';
import type { JudgementTime } from './validity.js';

/** A list that was given, and by whose key its signature was found good. */
interface KnownList {
  der: Uint8Array;
  value: CertificateListValue;
  outcomes: Map<StoredCertificate, SignatureOutcome>;
}

/** The revocation lists of a run, by issuer. */
export class RevocationLists {
  readonly #byIssuer: Map<string, KnownList[]> = new Map();
  /** How many were read. */
  size = 0;

  /** Adds the lists in a file's octets (PEM, any number, or one in DER); returns how many were found. */
  add(file: Uint8Array): number {
    let added = 0;
    for (const der of file[0] === 0x30 ? [file] : readPem(file, ['X509 CRL'])) {
      const value = readCertificateList(der);
      if (value === null) continue;
      const issuer = canonicalName(der, value.issuer.start, value.issuer.end);
      const known = this.#byIssuer.get(issuer) ?? [];
      known.push({ der, value, outcomes: new Map() });
      this.#byIssuer.set(issuer, known);
      added++;
    }
    this.size += added;
    return added;
  }

  /** The lists of an issuer, by the canonical form of its name. */
  of(issuer: string): readonly KnownList[] {
    return this.#byIssuer.get(issuer) ?? none;
  }
}

const none: readonly KnownList[] = [];

/** What verifying revocation needs. */
export interface RevocationSources {
  lists: RevocationLists | null;
  keys: ImportedKeys;
  work: SignatureWork;
}

/**
 * Why `certificate`, issued by `issuer`, counts as revoked at `time`; null where nothing says so. What speaks of it but can't be
 * used is told in `notes`.
 */
export function revocationProblem(
  certificate: StoredCertificate,
  issuer: StoredCertificate,
  staple: OcspResponse | null,
  time: JudgementTime,
  sources: RevocationSources,
  notes: string[],
): string | null {
  const listed = sources.lists === null ? null : onLists(certificate, issuer, time, sources, notes);
  return listed ?? (staple === null ? null : inStaple(certificate, issuer, staple, time, sources, notes));
}

function onLists(
  certificate: StoredCertificate,
  issuer: StoredCertificate,
  time: JudgementTime,
  sources: RevocationSources,
  notes: string[],
): string | null {
  const { facts } = certificate;
  if (facts === null) return null;
  let problem: string | null = null;
  for (const list of sources.lists!.of(facts.issuer)) {
    const { value } = list;
    const unusable = whyUnusable(list, issuer, time, sources);
    if (unusable !== null) {
      note(notes, `A revocation list of ${certificate.record.issuer.slice(0, 200)} was not used: ${unusable}.`);
      continue;
    }
    const entry = value.revoked.get(certificate.record.serial);
    if (entry === undefined) continue;
    problem ??= revokedBy(entry, time);
  }
  return problem;
}

/** §6.3.3, as far as lists of one issuer for its own certificates go. */
function whyUnusable(
  list: KnownList,
  issuer: StoredCertificate,
  time: JudgementTime,
  { keys, work }: RevocationSources,
): string | null {
  const { value } = list;
  if (value.limitedBecause !== null) return value.limitedBecause;
  if (!isCurrent(value, time)) {
    return `it is for ${value.thisUpdate || '?'} to ${value.nextUpdate || 'open end'}, and the packets are not of then`;
  }
  if (issuer.facts?.hasKeyUsage === true && !issuer.record.keyUsage.includes('cRLSign'))
    return "its issuer's certificate is not for signing lists";
  let outcome = list.outcomes.get(issuer);
  if (outcome === undefined) {
    outcome = verifyList(list, issuer, keys, work);
    if (outcome.result !== 'not-checked') list.outcomes.set(issuer, outcome);
  }
  return outcome.result === 'valid' ? null : (outcome.because ?? 'its signature was not checked');
}

function verifyList(
  { der, value }: KnownList,
  issuer: StoredCertificate,
  keys: ImportedKeys,
  work: SignatureWork,
): SignatureOutcome {
  const { signatureAlgorithm: algorithm, tbsCertList: tbs, signature } = value;
  const reader = new DerDocument(der, 0, der.length).reader('signatureAlgorithm', algorithm.start, algorithm.end);
  const data = der.subarray(tbs.start, tbs.end);
  const how = readSignatureParameters(reader);
  return verifySignature(issuer.key(keys, work), how, data, der.subarray(signature.start, signature.end), work);
}

function inStaple(
  certificate: StoredCertificate,
  issuer: StoredCertificate,
  staple: OcspResponse,
  time: JudgementTime,
  sources: RevocationSources,
  notes: string[],
): string | null {
  const single = staple.value.responses.find((one) => isAbout(one, certificate, issuer));
  if (single === undefined || single.status !== 'revoked') return null;
  if (!isCurrent(single, time)) {
    note(notes, 'The stapled OCSP answer says revoked, and is not of the time of the packets.');
    return null;
  }
  const outcome = staple.signedFor(issuer, time.seconds, sources.keys, sources.work);
  if (outcome.result !== 'valid') {
    note(
      notes,
      `The stapled OCSP answer says revoked, and its signature was not found good: ${outcome.because ?? ''}.`,
    );
    return null;
  }
  const revoked = revokedBy({ revocationDate: single.revocationTime, reason: single.reason }, time);
  return revoked === null ? null : `${revoked}, as the stapled OCSP answer says`;
}

/** RFC 6960 §4.1.1 (CertID): hashes of the issuer's name and key beside the serial number. */
function isAbout(single: SingleResponse, certificate: StoredCertificate, issuer: StoredCertificate): boolean {
  if (single.serial !== certificate.record.serial || certificate.facts === null || issuer.facts === null) return false;
  const { hash } = single;
  if (hash !== 'sha1' && hash !== 'sha256' && hash !== 'sha384' && hash !== 'sha512') return false;
  const { issuer: name } = certificate.facts.ranges;
  const key = keyOctets(issuer);
  if (name === null || key === null) return false;
  return (
    digestHex(hash, certificate.facts.octets(name)) === single.issuerNameHash &&
    digestHex(hash, key) === single.issuerKeyHash
  );
}

/** Content of the issuer's subjectPublicKey without the octet of unused bits. */
function keyOctets({ facts }: StoredCertificate): Uint8Array | null {
  const range = facts?.ranges.subjectPublicKeyInfo ?? null;
  if (facts === null || range === null) return null;
  const reader = new DerDocument(facts.der, range.start, range.end).reader('subjectPublicKeyInfo');
  if (!reader.expect(tags.sequence, 'subjectPublicKeyInfo')) return null;
  const info = reader.child('subjectPublicKeyInfo');
  if (!info.expect(tags.sequence, 'algorithm') || !info.expect(tags.bitString, 'subjectPublicKey')) return null;
  return facts.der.subarray(info.contentStart + 1, info.contentEnd);
}

function isCurrent(
  { thisUpdate, nextUpdate }: { thisUpdate: string; nextUpdate: string },
  time: JudgementTime,
): boolean {
  const from = secondsOf(thisUpdate);
  const to = secondsOf(nextUpdate);
  if (Number.isNaN(from) || !time.reached(from)) return false;
  return Number.isNaN(to) || !time.reached(to + 1);
}

/** §5.3.1. */
const reasons: readonly (string | null)[] = [
  null,
  'key compromise',
  'CA compromise',
  'affiliation changed',
  'superseded',
  'cessation of operation',
  'certificate hold',
  null,
  null,
  'privilege withdrawn',
  'AA compromise',
];
const removeFromList = 8;

function revokedBy({ revocationDate, reason }: RevokedEntry, time: JudgementTime): string | null {
  const revoked = secondsOf(revocationDate);
  if (reason === removeFromList || (!Number.isNaN(revoked) && !time.reached(revoked))) return null;
  const why = reason === null ? null : reasons[reason];
  return `was revoked at ${revocationDate || 'an unreadable time'}${why ? ` (${why})` : ''}`;
}

function note(notes: string[], text: string): void {
  if (!notes.includes(text)) notes.push(text);
}
