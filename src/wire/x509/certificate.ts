// A certificate's DER as the report tells it. RFC 5280 §4.1, X.509 versions 1 and 2 too.
import { hex, sameBytes } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import type { CertificateContent } from '../../model/certificate.js';
import { type CertificateRanges, locateParts, type Range } from './certificate-ranges.js';
import { DerDocument, tags } from './der.js';
import { readName } from './distinguished-name.js';
import { ExtensionContent, readExtensions } from './extensions.js';
import { type PublicKeyContent, readPublicKey, smallInteger } from './public-key.js';
import { readSignatureAlgorithm } from './signature-algorithm.js';
import { hexText } from './text.js';
import { readTime } from './time.js';

/**
 * What the certificate in `bytes[start, end)` says, as owned plain data. Never throws: `parseError` names the first fault
 * (what was read beside it stays, the rest is at its default), `oddities` what is unusual and was read all the same.
 */
export function parseCertificate(bytes: Uint8Array, start: number, end: number): CertificateContent {
  const document = new DerDocument(bytes, start, end);
  const ranges = locateParts(document);
  const version = readVersion(document, ranges);
  const serial = readSerial(document, ranges.serialNumber);
  const signatureAlgorithm = readSignature(document, ranges);
  const issuer = readNameAt(document, ranges.issuer, 'issuer');
  const subject = readNameAt(document, ranges.subject, 'subject');
  const validity = readValidity(document, ranges.validity);
  const key = readKey(document, ranges.subjectPublicKeyInfo);
  const extensions = new ExtensionContent();
  if (ranges.extensions !== null) {
    if (version !== null && version < 3) document.note(`extensions in a version ${version} certificate`);
    readExtensions(document.reader('extensions', ranges.extensions.start, ranges.extensions.end), extensions);
  }
  return {
    subject,
    issuer,
    serial,
    notBefore: validity.notBefore,
    notAfter: validity.notAfter,
    subjectAltNames: extensions.subjectAltNames,
    spiffeId: spiffeIdOf(document, extensions.subjectAltNames),
    keyType: key.keyType,
    keyBits: key.keyBits,
    curve: key.curve,
    signatureAlgorithm,
    selfSigned: isSelfSigned(bytes, ranges, extensions),
    isCa: extensions.isCa,
    pathLength: extensions.pathLength,
    keyUsage: extensions.keyUsage,
    extendedKeyUsage: extensions.extendedKeyUsage,
    subjectKeyId: extensions.subjectKeyId,
    authorityKeyId: extensions.authorityKeyId,
    crlUrls: extensions.crlUrls,
    ocspUrls: extensions.ocspUrls,
    version,
    parseError: document.fault === null ? null : describeFault(document.fault),
    oddities: document.oddities,
  };
}

function readVersion(document: DerDocument, ranges: CertificateRanges): number | null {
  const { version } = ranges;
  if (version === null) return ranges.serialNumber === null ? null : 1;
  const encoded = smallInteger(document.bytes, version.start, version.end);
  if (encoded === null || encoded > 2) document.note(`unknown version`);
  return encoded === null ? null : encoded + 1;
}

/** §4.1.2.2: a positive INTEGER of at most 20 octets; anything else occurs too. */
function readSerial(document: DerDocument, range: Range | null): string {
  if (range === null) return '';
  const { bytes } = document;
  const { start, end } = range;
  if (start === end) {
    document.note('empty serial');
    return '0';
  }
  if (end - start > 21 || (end - start === 21 && bytes[start] !== 0)) document.note('serial over 20 octets');
  if (bytes[start]! >= 0x80) {
    document.note('negative serial');
    return `-${withoutLeadingZeros(hex(negated(bytes, start, end)))}`;
  }
  const serial = withoutLeadingZeros(hexText(document, start, end));
  if (serial === '0') document.note('serial 0');
  return serial;
}

/** Two's complement magnitude of a negative INTEGER. */
function negated(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const magnitude = bytes.slice(start, end);
  let carry = 1;
  for (let at = magnitude.length - 1; at >= 0; at--) {
    const octet = (magnitude[at]! ^ 0xff) + carry;
    magnitude[at] = octet;
    carry = octet >> 8;
  }
  return magnitude;
}

function withoutLeadingZeros(digits: string): string {
  let at = 0;
  while (at < digits.length - 1 && digits[at] === '0') at++;
  return at === 0 ? digits : digits.slice(at);
}

function readSignature(document: DerDocument, ranges: CertificateRanges): string {
  const { signatureAlgorithm: outer, innerSignatureAlgorithm: inner } = ranges;
  // §4.1.1.2: both must be the same. A verifier goes by the outer one, which the signature does not cover.
  if (outer !== null && inner !== null && !sameRange(document.bytes, outer, inner)) {
    document.note('signature algorithm differs inside and outside');
  }
  const range = outer ?? inner;
  return range === null ? '' : readSignatureAlgorithm(document.reader('signatureAlgorithm', range.start, range.end));
}

function readNameAt(document: DerDocument, range: Range | null, where: string): string {
  if (range === null) return '';
  const reader = document.reader(where, range.start, range.end);
  if (!reader.expect(tags.sequence, where)) return '';
  const name = readName(reader.child(where), where);
  if (name === '' && where === 'issuer') document.note('empty issuer');
  return name;
}

function readValidity(document: DerDocument, range: Range | null): { notBefore: string; notAfter: string } {
  const validity = { notBefore: '', notAfter: '' };
  if (range === null) return validity;
  const reader = document.reader('validity', range.start, range.end);
  if (!reader.expect(tags.sequence, 'validity')) return validity;
  const times = reader.child('validity');
  if (!times.next('notBefore')) return validity;
  validity.notBefore = readTime(times, 'notBefore');
  if (!times.next('notAfter')) return validity;
  validity.notAfter = readTime(times, 'notAfter');
  // §4.1.2.5: this moment means that the certificate has no good expiry date.
  if (validity.notAfter === '9999-12-31T23:59:59Z') document.note('indefinite time');
  else if (validity.notAfter !== '' && validity.notAfter < validity.notBefore)
    document.note('notAfter before notBefore');
  return validity;
}

function readKey(document: DerDocument, range: Range | null): PublicKeyContent {
  if (range === null) return { keyType: '', keyBits: null, curve: null };
  return readPublicKey(document.reader('subjectPublicKeyInfo', range.start, range.end));
}

/** The SPIFFE ID where there is exactly one (SPIFFE X.509-SVID §2: one URI name, which is the identity). */
function spiffeIdOf(document: DerDocument, names: readonly string[]): string | null {
  let spiffeId: string | null = null;
  let spiffeNames = 0;
  let uriNames = 0;
  for (const name of names) {
    if (!name.startsWith('URI:')) continue;
    uriNames++;
    if (name.slice(4, 13).toLowerCase() !== 'spiffe://') continue;
    spiffeNames++;
    spiffeId = name.slice(4);
  }
  if (spiffeNames > 1) document.note('several SPIFFE IDs');
  else if (spiffeNames === 1 && uriNames > 1) document.note('SPIFFE ID beside other URIs');
  return spiffeNames === 1 ? spiffeId : null;
}

function isSelfSigned(bytes: Uint8Array, ranges: CertificateRanges, extensions: ExtensionContent): boolean {
  const { issuer, subject } = ranges;
  if (issuer === null || subject === null || !sameRange(bytes, issuer, subject)) return false;
  const { subjectKeyId, authorityKeyId } = extensions;
  return subjectKeyId === null || authorityKeyId === null || subjectKeyId === authorityKeyId;
}

function sameRange(bytes: Uint8Array, a: Range, b: Range): boolean {
  return a.end - a.start === b.end - b.start && sameBytes(bytes, a.start, bytes, b.start, a.end - a.start);
}

function describeFault(fault: Fault): string {
  const place = `${fault.where} at octet ${fault.offset}`;
  switch (fault.kind) {
    case 'truncated':
      return `cut inside ${place}, ${fault.missing} octets missing`;
    case 'malformed':
      return `malformed ${place}`;
    case 'unsupported':
      return `${place} is encoded in pieces, which is not read here`;
    case 'limit':
      return `more entries in ${place} than are kept`;
  }
}
