// RFC 6960 §4.2.1:  OCSPResponse      ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] SEQUENCE { type, OCTET STRING } }
//                   BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs [0] OPTIONAL }
//                   ResponseData      ::= SEQUENCE { version [0], responderID, producedAt, responses, extensions [1] }
import { hashAlgorithms } from '../../registry/oids.js';
import { serialText } from './certificate-list.js';
import type { Range } from './certificate-ranges.js';
import { constructedTag, contextTag, DerDocument, type DerReader, tags } from './der.js';
import { ObjectIdentifierTable } from './object-identifier.js';
import { hexText } from './text.js';
import { readTime } from './time.js';

const knownHashes = new ObjectIdentifierTable<string>(hashAlgorithms);

/** What a responder says of one certificate. */
export interface SingleResponse {
  /** 'sha1', 'sha256', …; null for a hash that isn't known. */
  hash: string | null;
  /** Hashes in hexadecimal of the issuer's name and key. */
  issuerNameHash: string;
  issuerKeyHash: string;
  /** As certificate records write it. */
  serial: string;
  status: 'good' | 'revoked' | 'unknown';
  /** RFC 3339; '' where unreadable or absent. */
  revocationTime: string;
  thisUpdate: string;
  nextUpdate: string;
  /** CRLReason; null where none is given. */
  reason: number | null;
}

/** A BasicOCSPResponse; ranges are absolute offsets into the octets that were read. */
export interface OcspResponseValue {
  tbsResponseData: Range;
  signatureAlgorithm: Range;
  signature: Range;
  responses: SingleResponse[];
  /** Certificates that came with it: the responder's own, usually. */
  certificates: Range[];
}

// A stapled answer is about one certificate.
const maxResponses = 64;
const maxCertificates = 8;

/** Reads the OCSPResponse in `bytes[start, end)`; null where it is none, is cut, or says that there is no answer. */
export function readOcspResponse(bytes: Uint8Array, start: number, end: number): OcspResponseValue | null {
  const document = new DerDocument(bytes, start, end);
  const whole = document.reader('OCSPResponse');
  if (!whole.expect(tags.sequence, 'OCSPResponse')) return null;
  const response = whole.child('OCSPResponse');
  if (!response.expect(enumeratedTag, 'responseStatus') || !response.expect(constructedTag(0), 'responseBytes'))
    return null;
  const wrapped = response.child('responseBytes');
  if (!wrapped.expect(tags.sequence, 'responseBytes')) return null;
  const typed = wrapped.child('responseBytes');
  if (!typed.expect(tags.objectIdentifier, 'responseType') || !typed.expect(tags.octetString, 'response')) return null;
  const outer = typed.inside('BasicOCSPResponse');
  if (!outer.expect(tags.sequence, 'BasicOCSPResponse')) return null;
  const basic = outer.child('BasicOCSPResponse');
  if (!basic.expect(tags.sequence, 'tbsResponseData')) return null;
  const tbsResponseData = element(basic);
  const responses = readResponses(basic.child('tbsResponseData'));
  if (!basic.expect(tags.sequence, 'signatureAlgorithm')) return null;
  const signatureAlgorithm = element(basic);
  if (!basic.expect(tags.bitString, 'signature') || bytes[basic.contentStart] !== 0) return null;
  const signature = { start: Math.min(basic.contentStart + 1, basic.contentEnd), end: basic.contentEnd };
  const certificates: Range[] = [];
  if (basic.sees(constructedTag(0)) && basic.next()) {
    const list = basic.child('certs');
    if (list.expect(tags.sequence, 'certs')) {
      const certs = list.child('certs');
      while (certs.next() && certificates.length < maxCertificates) certificates.push(element(certs));
    }
  }
  return document.fault === null ? { tbsResponseData, signatureAlgorithm, signature, responses, certificates } : null;
}

const enumeratedTag = 0x0a;

function readResponses(data: DerReader): SingleResponse[] {
  const responses: SingleResponse[] = [];
  if (data.sees(constructedTag(0))) data.next();
  // responderID is [1] or [2]; producedAt says less than thisUpdate.
  if (!data.next('responderID') || !data.expect(tags.generalizedTime, 'producedAt')) return responses;
  if (!data.expect(tags.sequence, 'responses')) return responses;
  const list = data.child('responses');
  while (list.next() && responses.length < maxResponses) {
    const single = readSingle(list.child('SingleResponse'));
    if (single !== null) responses.push(single);
  }
  return responses;
}

/** SingleResponse ::= SEQUENCE { certID, certStatus CHOICE, thisUpdate, nextUpdate [0] OPTIONAL, … } */
function readSingle(single: DerReader): SingleResponse | null {
  const { document } = single;
  if (!single.expect(tags.sequence, 'certID')) return null;
  const id = single.child('certID');
  if (!id.expect(tags.sequence, 'hashAlgorithm')) return null;
  const algorithm = id.child('hashAlgorithm');
  if (!algorithm.expect(tags.objectIdentifier, 'hashAlgorithm')) return null;
  const hash = knownHashes.find(document.bytes, algorithm.contentStart, algorithm.contentEnd);
  if (!id.expect(tags.octetString, 'issuerNameHash')) return null;
  const issuerNameHash = hexText(document, id.contentStart, id.contentEnd);
  if (!id.expect(tags.octetString, 'issuerKeyHash')) return null;
  const issuerKeyHash = hexText(document, id.contentStart, id.contentEnd);
  if (!id.expect(tags.integer, 'serialNumber')) return null;
  const serial = serialText(document, id);
  if (!single.next('certStatus')) return null;
  const response: SingleResponse = {
    hash,
    issuerNameHash,
    issuerKeyHash,
    serial,
    status: single.tag === contextTag(0) ? 'good' : single.tag === constructedTag(1) ? 'revoked' : 'unknown',
    revocationTime: '',
    thisUpdate: '',
    nextUpdate: '',
    reason: null,
  };
  if (response.status === 'revoked') readRevokedInfo(single.child('RevokedInfo'), response);
  if (!single.next('thisUpdate')) return null;
  response.thisUpdate = readTime(single, 'thisUpdate');
  if (single.sees(constructedTag(0)) && single.next()) {
    const next = single.child('nextUpdate');
    if (next.next()) response.nextUpdate = readTime(next, 'nextUpdate');
  }
  return response;
}

/** RevokedInfo ::= SEQUENCE { revocationTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL } */
function readRevokedInfo(info: DerReader, response: SingleResponse): void {
  if (!info.next('revocationTime')) return;
  response.revocationTime = readTime(info, 'revocationTime');
  if (!info.sees(constructedTag(0)) || !info.next()) return;
  const reason = info.child('revocationReason');
  if (reason.expect(enumeratedTag, 'revocationReason'))
    response.reason = info.document.bytes[reason.contentStart] ?? null;
}

function element(reader: DerReader): Range {
  return { start: reader.elementStart, end: Math.min(reader.at, reader.document.end) };
}
