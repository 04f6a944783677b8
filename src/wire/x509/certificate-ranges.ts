// RFC 5280 §4.1:  Certificate     ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
//                 TBSCertificate  ::= SEQUENCE { version [0] DEFAULT v1, serialNumber, signature, issuer, validity, subject,
//                                     subjectPublicKeyInfo, issuerUniqueID [1], subjectUniqueID [2], extensions [3] }
import { constructedTag, contextTag, DerDocument, type DerReader, tags } from './der.js';

/** Octets `[start, end)` of the bytes that were parsed: absolute offsets. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Where the parts of a certificate lie; null where a part was not reached. Unless said otherwise a range holds the whole
 * element, header included, as signatures, key pins and name comparisons want it.
 */
export interface CertificateRanges {
  /** What the signature covers. */
  tbsCertificate: Range | null;
  /** Content octets of the INTEGERs. */
  version: Range | null;
  serialNumber: Range | null;
  /** The AlgorithmIdentifier inside tbsCertificate. */
  innerSignatureAlgorithm: Range | null;
  issuer: Range | null;
  validity: Range | null;
  subject: Range | null;
  subjectPublicKeyInfo: Range | null;
  /** The SEQUENCE OF Extension. */
  extensions: Range | null;
  /** The AlgorithmIdentifier beside the signature. */
  signatureAlgorithm: Range | null;
  /** Content of the signature's BIT STRING without its first octet. */
  signature: Range | null;
}

/**
 * Finds the parts of the certificate in `bytes[start, end)` without reading them. The ranges hold as long as the bytes; parts
 * after a fault are null, and a part that the end of the bytes cuts is there up to the cut.
 */
export function locateCertificate(bytes: Uint8Array, start: number, end: number): CertificateRanges {
  return locateParts(new DerDocument(bytes, start, end));
}

/** The same over a document, which keeps the fault. */
export function locateParts(document: DerDocument): CertificateRanges {
  const ranges: CertificateRanges = {
    tbsCertificate: null,
    version: null,
    serialNumber: null,
    innerSignatureAlgorithm: null,
    issuer: null,
    validity: null,
    subject: null,
    subjectPublicKeyInfo: null,
    extensions: null,
    signatureAlgorithm: null,
    signature: null,
  };
  const whole = document.reader('Certificate');
  if (!whole.expect(tags.sequence, 'Certificate')) return ranges;
  if (whole.at < document.end) document.note('octets after the certificate');
  const certificate = whole.child('Certificate');
  if (!certificate.expect(tags.sequence, 'tbsCertificate')) return ranges;
  ranges.tbsCertificate = element(certificate);
  locateToBeSigned(certificate.child('tbsCertificate'), ranges);
  if (!certificate.expect(tags.sequence, 'signatureAlgorithm')) return ranges;
  ranges.signatureAlgorithm = element(certificate);
  if (!certificate.expect(tags.bitString, 'signatureValue')) return ranges;
  const { contentStart, contentEnd } = certificate;
  ranges.signature = { start: Math.min(contentStart + 1, contentEnd), end: contentEnd };
  if (certificate.at < certificate.end) document.note('more than a signature after tbsCertificate');
  return ranges;
}

function locateToBeSigned(tbs: DerReader, ranges: CertificateRanges): void {
  if (tbs.sees(constructedTag(0))) {
    if (!tbs.next('version')) return;
    const version = tbs.child('version');
    if (version.expect(tags.integer, 'version')) ranges.version = content(version);
  }
  if (!tbs.expect(tags.integer, 'serialNumber')) return;
  ranges.serialNumber = content(tbs);
  if (!tbs.expect(tags.sequence, 'signature')) return;
  ranges.innerSignatureAlgorithm = element(tbs);
  if (!tbs.expect(tags.sequence, 'issuer')) return;
  ranges.issuer = element(tbs);
  if (!tbs.expect(tags.sequence, 'validity')) return;
  ranges.validity = element(tbs);
  if (!tbs.expect(tags.sequence, 'subject')) return;
  ranges.subject = element(tbs);
  if (!tbs.expect(tags.sequence, 'subjectPublicKeyInfo')) return;
  ranges.subjectPublicKeyInfo = element(tbs);
  while (tbs.next('tbsCertificate')) {
    if (tbs.tag === constructedTag(3)) {
      const extensions = tbs.child('extensions');
      if (extensions.expect(tags.sequence, 'extensions')) ranges.extensions = element(extensions);
    } else if (!isUniqueIdentifier(tbs.tag)) {
      tbs.document.fail('malformed', 'tbsCertificate', tbs.elementStart);
      return;
    }
  }
}

/** issuerUniqueID [1] and subjectUniqueID [2], in pieces too: version 2 fields that say nothing to us. */
function isUniqueIdentifier(tag: number): boolean {
  return tag === contextTag(1) || tag === contextTag(2) || tag === constructedTag(1) || tag === constructedTag(2);
}

function element(reader: DerReader): Range {
  return { start: reader.elementStart, end: Math.min(reader.at, reader.document.end) };
}

function content(reader: DerReader): Range {
  return { start: reader.contentStart, end: reader.contentEnd };
}
