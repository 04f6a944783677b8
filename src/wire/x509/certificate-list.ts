// RFC 5280 §5.1:  CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }
//                 TBSCertList     ::= SEQUENCE { version OPTIONAL, signature, issuer, thisUpdate, nextUpdate OPTIONAL,
//                                     revokedCertificates OPTIONAL, crlExtensions [0] OPTIONAL }
import { sameBytes } from '../../base/bytes.js';
import type { Range } from './certificate-ranges.js';
import { constructedTag, DerDocument, type DerReader, tags } from './der.js';
import { hexText } from './text.js';
import { readTime } from './time.js';
import { walkExtensions } from './walk-extensions.js';

/** An entry of a revocation list. */
export interface RevokedEntry {
  /** RFC 3339; '' where unreadable. */
  revocationDate: string;
  /** CRLReason (§5.3.1); null where none is given. */
  reason: number | null;
}

/** A certificate revocation list; ranges are absolute offsets into the octets that were read. */
export interface CertificateListValue {
  tbsCertList: Range;
  issuer: Range;
  signatureAlgorithm: Range;
  signature: Range;
  /** RFC 3339; '' where unreadable or absent. */
  thisUpdate: string;
  nextUpdate: string;
  /** By serial number in lower-case hexadecimal without leading zeros. */
  revoked: Map<string, RevokedEntry>;
  /** Why it does not speak for all certificates of its issuer (indirect, delta, for some only); null where it does. */
  limitedBecause: string | null;
}

// The largest public lists have some millions; a list names what a person gave us, so it is read whole up to here.
const maxRevoked = 8_000_000;

/** Reads the list that `bytes` begin with; null where it is none, or is cut. */
export function readCertificateList(bytes: Uint8Array): CertificateListValue | null {
  const document = new DerDocument(bytes, 0, bytes.length);
  const whole = document.reader('CertificateList');
  if (!whole.expect(tags.sequence, 'CertificateList')) return null;
  const list = whole.child('CertificateList');
  if (!list.expect(tags.sequence, 'tbsCertList')) return null;
  const tbsCertList = element(list);
  const tbs = list.child('tbsCertList');
  if (!list.expect(tags.sequence, 'signatureAlgorithm')) return null;
  const signatureAlgorithm = element(list);
  if (!list.expect(tags.bitString, 'signatureValue')) return null;
  const signature = { start: Math.min(list.contentStart + 1, list.contentEnd), end: list.contentEnd };
  if (tbs.sees(tags.integer) && !tbs.next()) return null;
  if (!tbs.expect(tags.sequence, 'signature')) return null;
  // §5.1.1.2: the algorithm beside the signature is the one that the signature covers; and signatures are whole octets.
  if (!sameOctets(bytes, element(tbs), signatureAlgorithm) || bytes[signature.start - 1] !== 0) return null;
  if (!tbs.expect(tags.sequence, 'issuer')) return null;
  const value: CertificateListValue = {
    tbsCertList,
    issuer: element(tbs),
    signatureAlgorithm,
    signature,
    thisUpdate: '',
    nextUpdate: '',
    revoked: new Map(),
    limitedBecause: null,
  };
  if (!tbs.next('thisUpdate')) return null;
  value.thisUpdate = readTime(tbs, 'thisUpdate');
  if ((tbs.sees(tags.utcTime) || tbs.sees(tags.generalizedTime)) && tbs.next()) {
    value.nextUpdate = readTime(tbs, 'nextUpdate');
  }
  if (tbs.sees(tags.sequence) && tbs.next()) readRevoked(tbs.child('revokedCertificates'), value);
  if (tbs.sees(constructedTag(0)) && tbs.next()) readListExtensions(tbs, value);
  return document.fault === null ? value : null;
}

function readRevoked(entries: DerReader, value: CertificateListValue): void {
  const { document } = entries;
  while (entries.next() && value.revoked.size < maxRevoked) {
    const entry = entries.child('revokedCertificate');
    if (!entry.expect(tags.integer, 'userCertificate')) continue;
    const serial = serialText(document, entry);
    if (!entry.next('revocationDate')) continue;
    const revoked: RevokedEntry = { revocationDate: readTime(entry, 'revocationDate'), reason: null };
    if (entry.sees(tags.sequence) && entry.next()) {
      for (const extension of walkExtensions(document.bytes, element(entry))) {
        // certificateIssuer (§5.3.3) makes this and the following entries those of another authority.
        if (extension.name === '2.5.29.29') value.limitedBecause ??= 'it is an indirect one, which is not read here';
        else if (extension.name === '2.5.29.21') revoked.reason = enumerated(document.bytes, extension);
        else if (extension.critical) value.limitedBecause ??= unknownCritical;
      }
    }
    value.revoked.set(serial, revoked);
  }
}

function readListExtensions(tbs: DerReader, value: CertificateListValue): void {
  const extensions = tbs.child('crlExtensions');
  if (!extensions.expect(tags.sequence, 'crlExtensions')) return;
  for (const extension of walkExtensions(tbs.document.bytes, element(extensions))) {
    if (extension.name === '2.5.29.27') value.limitedBecause ??= 'it is a delta list, which is not read here';
    // issuingDistributionPoint: only some certificates or reasons are in it; those that are in it are revoked all the same.
    else if (extension.name === '2.5.29.28') noteScope(tbs.document.bytes, extension, value);
    // What the registry knows of certificates means nothing in a list but for the key that signed it (§5.2).
    else if (extension.critical && extension.name !== 'authorityKeyIdentifier')
      value.limitedBecause ??= unknownCritical;
  }
}

/** §5.2, §5.3: whoever can't process a critical extension must not use the list. */
const unknownCritical = 'it has a critical extension that is not processed here';

/** §5.2.5: indirectCRL is [4] BOOLEAN, onlyContainsAttributeCerts is [5]: serial numbers of another kind. */
function noteScope(bytes: Uint8Array, range: Range, value: CertificateListValue): void {
  const reader = new DerDocument(bytes, range.start, range.end).reader('issuingDistributionPoint');
  if (!reader.expect(tags.sequence, 'issuingDistributionPoint')) return;
  const fields = reader.child('issuingDistributionPoint');
  while (fields.next()) {
    if (fields.tag === 0x84 && bytes[fields.contentStart] !== 0) {
      value.limitedBecause ??= 'it is an indirect one, which is not read here';
    } else if (fields.tag === 0x85 && bytes[fields.contentStart] !== 0) {
      value.limitedBecause ??= 'it is for attribute certificates';
    }
  }
}

/** The INTEGER in hand as certificate records write serial numbers. */
export function serialText(document: DerDocument, reader: DerReader): string {
  return hexText(document, reader.contentStart, reader.contentEnd).replace(/^0+(?=.)/, '');
}

/** An ENUMERATED of one octet (X.690 §8.4). */
function enumerated(bytes: Uint8Array, { start, end }: Range): number | null {
  return end - start === 3 && bytes[start] === 0x0a && bytes[start + 1] === 1 ? bytes[start + 2]! : null;
}

function sameOctets(bytes: Uint8Array, a: Range, b: Range): boolean {
  return a.end - a.start === b.end - b.start && sameBytes(bytes, a.start, bytes, b.start, a.end - a.start);
}

function element(reader: DerReader): Range {
  return { start: reader.elementStart, end: Math.min(reader.at, reader.document.end) };
}
