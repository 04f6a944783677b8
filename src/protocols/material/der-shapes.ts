// Which certificates, keys and key stores DER may be: a guess from its first octets, then a judgement of the whole structure.
import { sameBytes } from '../../base/bytes.js';
import type { MaterialRecord } from '../../model/content.js';
import { parseCertificate } from '../../wire/x509/certificate.js';
import { constructedTag, DerDocument, type DerReader, tags } from '../../wire/x509/der.js';

/** Octets after which `derLength` can tell. */
export const tellingDerOctets = 20;

/** Longest structure that is taken for material: a key store with some long chains. */
export const maxDerOctets = 65_536;

/** What a structure is. */
export interface DerShape {
  kind: MaterialRecord['kind'];
  /** As `MaterialRecord.form`. */
  form: string;
  subject: string | null;
}

const sequence = tags.sequence;
/** The smallest of all is an Ed25519 key, with 48 octets. */
const shortest = 40;
/** 1.2.840.113549.1: the arc of the PKCS standards, and what follows it in PBES1 and PBES2 (.5) and in PKCS#12 (.12). */
const pkcsArc = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01);
const encryptionArcs: readonly number[] = [0x05, 0x0c];
/** 1.2.840.113549.1.7: content types of PKCS#7, which a PKCS#12 store wraps its content in. */
const contentArc = 0x07;

/**
 * Octets of the structure, header included, that begins at `bytes[start, end)`, where its first octets are those of material;
 * 0 where they are not, -1 where there are too few to tell.
 */
export function derLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < tellingDerOctets) return -1;
  if (bytes[start] !== sequence) return 0;
  const first = bytes[start + 1]!;
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthOctets > 3) return 0;
  let length = first < 0x80 ? first : 0;
  for (let at = 0; at < lengthOctets; at++) length = length * 256 + bytes[start + 2 + at]!;
  const headerLength = 2 + lengthOctets;
  const whole = headerLength + length;
  if (whole < shortest || whole > maxDerOctets) return 0;
  return opensLikeMaterial(bytes, start + headerLength) ? whole : 0;
}

/** What `bytes[start, end)` is, as a whole; null where its structure is none of those known here. */
export function judgeDer(bytes: Uint8Array, start: number, end: number): DerShape | null {
  const document = new DerDocument(bytes, start, end);
  const outer = document.reader('structure');
  if (!outer.expect(sequence, 'structure') || outer.at !== end) return null;
  const inner = elements(outer.child('structure'));
  if (inner === null || document.fault !== null) return null;
  const [first, second, third] = inner;
  if (first === undefined || second === undefined) return null;
  if (first.tag === tags.integer) return judgeKey(bytes, inner);
  if (first.tag !== sequence) return null;
  if (second.tag === tags.octetString && inner.length === 2) {
    return isEncryption(bytes, first) ? { kind: 'encrypted-private-key', form: 'PKCS#8', subject: null } : null;
  }
  if (second.tag !== sequence || third?.tag !== tags.bitString || inner.length !== 3) return null;
  const { subject, parseError, notAfter } = parseCertificate(bytes, start, end);
  if (parseError === null && notAfter !== '') return { kind: 'certificate', form: 'X.509', subject };
  return isRequest(bytes, first) ? { kind: 'certificate-request', form: 'PKCS#10', subject: null } : null;
}

/** An element by its range. */
interface Element {
  tag: number;
  elementStart: number;
  start: number;
  end: number;
}

/** More elements than any of these structures has. */
const maxElements = 16;

/** The elements that a reader goes through; null where they don't fill it. */
function elements(reader: DerReader): Element[] | null {
  const found: Element[] = [];
  while (reader.next()) {
    if (found.length >= maxElements) return null;
    found.push({
      tag: reader.tag,
      elementStart: reader.elementStart,
      start: reader.contentStart,
      end: reader.contentEnd,
    });
  }
  return reader.document.fault === null ? found : null;
}

function elementsIn(bytes: Uint8Array, { elementStart, end }: Element): Element[] | null {
  const document = new DerDocument(bytes, elementStart, end);
  const reader = document.reader('inner structure');
  return reader.next() ? elements(reader.child('inner structure')) : null;
}

/** RFC 5208 and 5958 (PKCS#8), RFC 8017 A.1.2 (PKCS#1), RFC 5915 (SEC1), OpenSSL's DSA, RFC 7292 §4 (PKCS#12). */
function judgeKey(bytes: Uint8Array, inner: readonly Element[]): DerShape | null {
  const [version, second, third] = inner;
  if (version === undefined || second === undefined || version.end - version.start !== 1) return null;
  const number = bytes[version.start]!;
  if (number <= 1 && second.tag === sequence && third?.tag === tags.octetString && inner.length <= 5) {
    return elementsIn(bytes, second)?.[0]?.tag === tags.objectIdentifier ? privateKey('PKCS#8') : null;
  }
  if (number <= 1 && inner.length >= 9 && inner.slice(0, 9).every(({ tag }) => tag === tags.integer)) {
    return privateKey('PKCS#1');
  }
  if (number === 0 && inner.length === 6 && inner.every(({ tag }) => tag === tags.integer)) return privateKey('DSA');
  if (number === 1 && second.tag === tags.octetString && inner.length >= 2) {
    const octets = second.end - second.start;
    const rest = inner.slice(2).every(({ tag }) => tag === constructedTag(0) || tag === constructedTag(1));
    return octets >= 20 && octets <= 66 && rest && inner.length > 2 ? privateKey('SEC1') : null;
  }
  if (number === 3 && second.tag === sequence && inner.length <= 3) {
    const type = elementsIn(bytes, second)?.[0];
    return type !== undefined && isInArc(bytes, type, contentArc)
      ? { kind: 'key-store', form: 'PKCS#12', subject: null }
      : null;
  }
  return null;
}

function privateKey(form: string): DerShape {
  return { kind: 'private-key', form, subject: null };
}

function isEncryption(bytes: Uint8Array, algorithm: Element): boolean {
  const type = elementsIn(bytes, algorithm)?.[0];
  return type !== undefined && encryptionArcs.some((arc) => isInArc(bytes, type, arc));
}

function isInArc(bytes: Uint8Array, { tag, start, end }: Element, arc: number): boolean {
  return (
    tag === tags.objectIdentifier &&
    end - start > pkcsArc.length &&
    sameBytes(bytes, start, pkcsArc, 0, pkcsArc.length) &&
    bytes[start + pkcsArc.length] === arc
  );
}

/** RFC 2986 §4.1: version 0, subject, key, [0] attributes. */
function isRequest(bytes: Uint8Array, info: Element): boolean {
  const [version, subject, key, attributes] = elementsIn(bytes, info) ?? [];
  return (
    version?.tag === tags.integer &&
    bytes[version.start] === 0 &&
    subject?.tag === sequence &&
    key?.tag === sequence &&
    (attributes === undefined || attributes.tag === constructedTag(0))
  );
}

/** Whether what follows the outer header is how a certificate, request, key or store begins. */
function opensLikeMaterial(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at]!;
  if (first === tags.integer) {
    const version = bytes[at + 2]!;
    const next = bytes[at + 3]!;
    if (bytes[at + 1] !== 1) return false;
    if (version === 0) return next === sequence || next === tags.integer;
    if (version === 1) return next === sequence || next === tags.octetString || next === tags.integer;
    return version === 3 && next === sequence;
  }
  if (first !== sequence) return false;
  const lengthOctets = bytes[at + 1]! < 0x80 ? 0 : bytes[at + 1]! & 0x7f;
  if (lengthOctets > 3) return false;
  const content = at + 2 + lengthOctets;
  const tag = bytes[content]!;
  if (tag === tags.objectIdentifier) return sameBytes(bytes, content + 2, pkcsArc, 0, pkcsArc.length);
  // [0] EXPLICIT version, or in version 1 the serial at once; a request has its version.
  return tag === constructedTag(0) ? bytes[content + 1] === 3 && bytes[content + 2] === 2 : tag === tags.integer;
}
