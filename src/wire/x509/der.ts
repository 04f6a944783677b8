// X.690: a tag-length-value reader for DER that lets BER pass where it occurs (indefinite and non-minimal lengths), because
// an observer wants to read what the peers accepted. Values are ranges of the lent bytes; nothing is copied.
import type { Fault, FaultKind } from '../../base/fault.js';

/** Identifier octets (X.690 §8.1.2, universal class; constructed where the type always is). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  graphicString: 0x19,
  visibleString: 0x1a,
  generalString: 0x1b,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of a primitive context-specific tag. */
export const contextTag = (number: number): number => 0x80 | number;

/** Identifier octet of a constructed context-specific tag. */
export const constructedTag = (number: number): number => 0xa0 | number;

const constructedBit = 0x20;

// Certificates nest about ten deep; deeper indefinite lengths only serve to make a reader scan.
const maxIndefiniteNesting = 32;

// A TLS message holds less than 2^24 octets; a length beyond this is noise, not a certificate cut short.
const maxLength = 0xffffffff;

// One oddity may be found hundreds of times in a hostile certificate; a person reads a handful.
const maxOddities = 24;

/** The lent bytes of one structure with what was noticed while reading them. Valid as long as the bytes are. */
export class DerDocument {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The same bytes with Node's string conversions, whose results are flat: strings built from characters keep 32 octets each. */
  readonly text: Buffer;
  /** The first fault, or null. Reading goes on past it where an outer length says how. */
  fault: Fault | null = null;
  /** What is odd but readable, each once. */
  readonly oddities: string[] = [];

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = Math.min(end, bytes.length);
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Records a fault unless there is one; `at` is an absolute offset. */
  fail(kind: FaultKind, where: string, at: number, missing = 0): void {
    this.fault ??= { kind, where, offset: at - this.start, missing };
  }

  /** Notes an oddity once. */
  note(oddity: string): void {
    if (this.oddities.length < maxOddities && !this.oddities.includes(oddity)) this.oddities.push(oddity);
  }

  /** A reader of the whole document, or of one range of it that ends with an element. */
  reader(where: string, start: number = this.start, end: number = this.end): DerReader {
    return new DerReader(this, start, end, where, end === this.end);
  }
}

/**
 * Walks the elements of one constructed value. `next` steps to an element and sets `tag` and its ranges (absolute offsets);
 * a child reader can't see past the element. An element cut by the end of the bytes is still entered when it is constructed,
 * and left out when it is primitive: part of a value is not a value.
 *
 * Faults go to the document: *truncated* (the bytes end first), *malformed* (an element leaves its parent, a reserved length),
 * *unsupported* (a string in pieces).
 */
export class DerReader {
  readonly document: DerDocument;
  readonly end: number;
  /** Offset of the next unread element. */
  at: number;
  /** Identifier octet of the element in hand. */
  tag = 0;
  /** First octet of the element in hand, its header included. */
  elementStart = 0;
  contentStart = 0;
  contentEnd = 0;
  readonly #where: string;
  /** Whether `end` is where the bytes stop rather than where a length says. */
  readonly #open: boolean;
  #cut = false;

  constructor(document: DerDocument, start: number, end: number, where: string, open: boolean) {
    this.document = document;
    this.at = start;
    this.end = end;
    this.#where = where;
    this.#open = open;
  }

  /** Steps to the next element; false at the end, or where no element can be read. */
  next(where: string = this.#where): boolean {
    const { end } = this;
    let at = this.at;
    if (at >= end) return false;
    const { bytes } = this.document;
    this.elementStart = at;
    this.#cut = false;
    const identifier = bytes[at++]!;
    this.tag = identifier;
    // X.690 §8.1.2.4: tag numbers above 30 follow in groups of seven bits. No certificate field has one: stepped over.
    if ((identifier & 0x1f) === 0x1f) while (at < end && bytes[at++]! >= 0x80);
    if (at >= end) return this.#stop(where, at, 1);
    let length = bytes[at++]!;
    if (length === 0x80) return this.#indefinite(where, at);
    if (length > 0x80) {
      if (length === 0xff) return this.#malformed(where, at);
      const lengthEnd = at + (length & 0x7f);
      if (lengthEnd > end) return this.#stop(where, at, lengthEnd - end);
      const padded = bytes[at] === 0;
      length = 0;
      while (at < lengthEnd) length = length * 256 + bytes[at++]!;
      if (length > maxLength) return this.#malformed(where, this.elementStart);
      if (padded || length < 0x80) this.document.note('non-minimal length');
    }
    this.contentStart = at;
    this.contentEnd = at + length;
    this.at = this.contentEnd;
    if (this.contentEnd <= end) return true;
    this.#stop(where, this.elementStart, this.contentEnd - end);
    this.contentEnd = end;
    this.#cut = true;
    return (identifier & constructedBit) !== 0;
  }

  /** Steps to the next element, which must have `tag`; otherwise a fault is recorded and nothing more can be read. */
  expect(tag: number, where: string): boolean {
    if (this.at >= this.end) return this.#stop(where, this.end, 1);
    const found = this.document.bytes[this.at]!;
    if (found === tag) return this.next(where);
    this.document.fail(found === (tag | constructedBit) ? 'unsupported' : 'malformed', where, this.at);
    this.at = this.end;
    return false;
  }

  /** Whether the next element has `tag`, without stepping to it. */
  sees(tag: number): boolean {
    return this.at < this.end && this.document.bytes[this.at] === tag;
  }

  /** A reader of the content of the element in hand. */
  child(where: string): DerReader {
    return new DerReader(this.document, this.contentStart, this.contentEnd, where, this.#cut && this.#open);
  }

  /** A reader of DER that a string in hand holds, from its octet `offset` on. */
  inside(where: string, offset = 0): DerReader {
    const start = Math.min(this.contentStart + offset, this.contentEnd);
    return new DerReader(this.document, start, this.contentEnd, where, false);
  }

  #indefinite(where: string, at: number): boolean {
    if ((this.tag & constructedBit) === 0) return this.#malformed(where, at);
    this.document.note('indefinite length');
    const contentEnd = findEndOfContents(this.document.bytes, at, this.end);
    this.contentStart = at;
    this.contentEnd = contentEnd < 0 ? this.end : contentEnd;
    this.at = contentEnd < 0 ? this.end : contentEnd + 2;
    if (contentEnd < 0) {
      this.#stop(where, this.elementStart, 2);
      this.#cut = true;
    }
    return true;
  }

  #stop(where: string, at: number, missing: number): false {
    this.document.fail(this.#open ? 'truncated' : 'malformed', where, at, this.#open ? missing : 0);
    this.at = this.end;
    return false;
  }

  #malformed(where: string, at: number): false {
    this.document.fail('malformed', where, at);
    this.at = this.end;
    return false;
  }
}

/** Offset of the end-of-contents octets (X.690 §8.1.5) that close the content at `at`; -1 if they are not there. */
function findEndOfContents(bytes: Uint8Array, at: number, end: number): number {
  let depth = 1;
  while (at + 2 <= end) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      if (--depth === 0) return at;
      at += 2;
      continue;
    }
    if ((bytes[at++]! & 0x1f) === 0x1f) while (at < end && bytes[at++]! >= 0x80);
    if (at >= end) return -1;
    let length = bytes[at++]!;
    if (length === 0x80) {
      if (++depth > maxIndefiniteNesting) return -1;
      continue;
    }
    if (length > 0x80) {
      const lengthEnd = at + (length & 0x7f);
      if (lengthEnd > end) return -1;
      length = 0;
      while (at < lengthEnd) length = length * 256 + bytes[at++]!;
    }
    at += length;
  }
  return -1;
}
