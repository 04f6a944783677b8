// One stretch of octets, searched for everything that material begins with. The searches are native: what holds nothing
// costs little.
import type { DerShape } from './der-shapes.js';
import { derLength, judgeDer, maxDerOctets, tellingDerOctets } from './der-shapes.js';
import { decodeBase64, decodeHex, isBase64, isHexDigit, unfinishedText } from './encoded-der.js';
import { javaStoreOctets, judgeJavaStore } from './key-stores.js';
import { maxPemOctets, pemBegin, readPem, unfinishedPem } from './pem.js';

/** What was found in a stretch. */
export interface Found {
  /** Offset of its first octet in the stretch. */
  start: number;
  shape: DerShape;
  encoding: string;
  /** As decoded; lent. */
  bytes: Uint8Array;
  length: number;
}

/** Searched in between, so that nothing lent is kept. */
export const searchNothing: Uint8Array = new Uint8Array(0);

/** What a candidate turned out to be. */
type Verdict = Found | 'nothing' | 'unfinished';

/** A constant that something begins with, and where it was found next. */
class Marker {
  readonly octets: Buffer;
  readonly judge: (search: Search, at: number) => Verdict;
  at = -1;

  constructor(octets: Buffer, judge: (search: Search, at: number) => Verdict) {
    this.octets = octets;
    this.judge = judge;
  }
}

const longestMarker = pemBegin.length;

/**
 * Goes through a stretch: `begin`, then `next` until it gives null; then octets from `rest` on may be the beginning of
 * something, of which `needed` octets have to be there before it makes sense to search again.
 */
export class Search {
  bytes: Buffer = Buffer.alloc(0);
  final = true;
  rest = 0;
  needed = 0;
  /** Places that were looked at closely. */
  candidates = 0;
  #lent: Uint8Array = searchNothing;
  #start = 0;
  #at = 0;
  readonly #markers: readonly Marker[] = [
    new Marker(Buffer.from(pemBegin), judgePem),
    // base64 of `30 8x`, `30 77 02 01 01 04` (a small key of SEC1) and `30 2e 02 01 00 30` (a small one of PKCS#8).
    new Marker(Buffer.from('MI'), judgeBase64),
    new Marker(Buffer.from('MHcCAQEE'), judgeBase64),
    new Marker(Buffer.from('MC4CAQAw'), judgeBase64),
    new Marker(Buffer.of(0x30, 0x82), judgeRaw),
    new Marker(Buffer.of(0x30, 0x81), judgeRaw),
    new Marker(Buffer.of(0x30, 0x77, 0x02, 0x01, 0x01, 0x04), judgeRaw),
    new Marker(Buffer.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30), judgeRaw),
    new Marker(Buffer.from('3082'), judgeHex),
    new Marker(Buffer.from('308187020100'), judgeHex),
    new Marker(Buffer.from('30770201010420'), judgeHex),
    new Marker(Buffer.of(0xfe, 0xed, 0xfe, 0xed), judgeStore),
    new Marker(Buffer.of(0xce, 0xce, 0xce, 0xce), judgeStore),
    // base64 of the same two, with the zeros of the version.
    new Marker(Buffer.from('/u3+7QAAAA'), judgeStoreBase64),
    new Marker(Buffer.from('zs7OzgAAAA'), judgeStoreBase64),
  ];

  /** `final` = nothing follows the stretch. */
  begin(bytes: Uint8Array, start: number, end: number, final: boolean): void {
    this.#lent = bytes;
    this.#start = start;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    this.final = final;
    this.#at = 0;
    this.rest = end;
    this.needed = 0;
    this.candidates = 0;
    for (const marker of this.#markers) marker.at = this.bytes.indexOf(marker.octets);
  }

  /** The next thing found, lent until the next call. */
  next(): Found | null {
    for (;;) {
      const marker = this.#nearest();
      if (marker === null) {
        this.#keepTail();
        return null;
      }
      const at = marker.at;
      const verdict = marker.judge(this, at);
      if (verdict === 'unfinished' && !this.final) {
        this.rest = this.#start + at;
        this.needed += this.bytes.length - at;
        return null;
      }
      this.candidates++;
      if (typeof verdict === 'string') {
        this.#passOver(marker, at + 1);
        continue;
      }
      const end = verdict.start;
      verdict.start = this.#start + at;
      this.#at = end;
      for (const other of this.#markers) if (other.at >= 0 && other.at < end) this.#passOver(other, end);
      return verdict;
    }
  }

  #nearest(): Marker | null {
    let nearest: Marker | null = null;
    for (const marker of this.#markers) {
      if (marker.at >= 0 && (nearest === null || marker.at < nearest.at)) nearest = marker;
    }
    return nearest;
  }

  #passOver(marker: Marker, from: number): void {
    marker.at = this.bytes.indexOf(marker.octets, from);
  }

  /** The last octets may be the first of a marker. */
  #keepTail(): void {
    const { bytes } = this;
    const from = Math.max(this.#at, bytes.length - longestMarker + 1);
    for (let at = from; at < bytes.length; at++) {
      if (!this.#markers.some((marker) => beginsWithin(marker.octets, bytes, at))) continue;
      this.rest = this.#start + at;
      this.needed = bytes.length - at + 1;
      return;
    }
  }

  /** More octets are needed than there are: `octets` of them at least. */
  unfinished(octets: number): Verdict {
    this.needed = octets;
    return 'unfinished';
  }

  get lent(): Uint8Array {
    return this.#lent;
  }
}

function beginsWithin(marker: Buffer, bytes: Buffer, at: number): boolean {
  for (let offset = at; offset < bytes.length; offset++) if (marker[offset - at] !== bytes[offset]) return false;
  return true;
}

/** `start` of what the judges return is the offset after it: `next` puts it right. */
function found(end: number, shape: DerShape, encoding: string, bytes: Uint8Array): Found {
  return { start: end, shape, encoding, bytes, length: bytes.length };
}

function judgePem(search: Search, at: number): Verdict {
  const { bytes } = search;
  const pem = readPem(bytes, at, bytes.length);
  if (pem === null) return 'nothing';
  if (pem === unfinishedPem) {
    // Its end is searched for seldom, as it may come in pieces of an octet.
    return bytes.length - at > maxPemOctets ? 'nothing' : search.unfinished(1 + ((bytes.length - at) >> 3));
  }
  return found(pem.end, pem.shape, pem.encoding, pem.bytes);
}

function judgeRaw(search: Search, at: number): Verdict {
  const { bytes } = search;
  const length = derLength(bytes, at, bytes.length);
  if (length === 0) return 'nothing';
  if (length < 0) return search.unfinished(1);
  if (at + length > bytes.length) return search.unfinished(at + length - bytes.length);
  const shape = judgeDer(bytes, at, at + length);
  return shape === null ? 'nothing' : found(at + length, shape, 'DER', bytes.subarray(at, at + length));
}

/** In the middle of a longer text of base64 the same letters mean something else. */
function judgeBase64(search: Search, at: number): Verdict {
  const { bytes } = search;
  if (at > 0 && isBase64(bytes[at - 1]!) && !isEscape(bytes, at)) return 'nothing';
  return judgeText(search, at, decodeBase64, 'base64 DER', 4 / 3);
}

function judgeHex(search: Search, at: number): Verdict {
  // In the middle of more digits it is none of a structure's beginning.
  if (at > 0 && isHexDigit(search.bytes[at - 1]!)) return 'nothing';
  return judgeText(search, at, decodeHex, 'hexadecimal DER', 2);
}

function judgeText(
  search: Search,
  at: number,
  decode: typeof decodeBase64,
  encoding: string,
  expansion: number,
): Verdict {
  const { bytes } = search;
  const head = decode(bytes, at, bytes.length, tellingDerOctets);
  if (head === null) return 'nothing';
  if (head === unfinishedText) return search.unfinished(1);
  const length = derLength(head.bytes, 0, head.bytes.length);
  if (length <= 0 || length > maxDerOctets) return 'nothing';
  const missing = Math.ceil(length * expansion) - (bytes.length - at);
  if (missing > 0) return search.unfinished(missing);
  const whole = decode(bytes, at, bytes.length, length);
  if (whole === null) return 'nothing';
  if (whole === unfinishedText) return search.unfinished(1);
  const shape = judgeDer(whole.bytes, 0, length);
  if (shape === null) return 'nothing';
  return found(whole.end, shape, whole.isPercent ? `URL-encoded ${encoding}` : encoding, whole.bytes);
}

/** A line end before the text, as JSON or percent-encoding writes it: its last letter is none of the text. */
function isEscape(bytes: Uint8Array, at: number): boolean {
  if (at >= 2 && bytes[at - 2] === 0x5c) return true;
  return at >= 3 && bytes[at - 3] === 0x25;
}

/** A store has no length: its first octets stand for all. */
const storeOctets = 512;

function judgeStore(search: Search, at: number): Verdict {
  const { bytes } = search;
  if (bytes.length - at < javaStoreOctets) return search.unfinished(1);
  const shape = judgeJavaStore(bytes, at, bytes.length);
  if (shape === null) return 'nothing';
  const end = Math.min(at + storeOctets, bytes.length);
  if (end < at + storeOctets && !search.final) return search.unfinished(at + storeOctets - end);
  return found(end, shape, 'binary', bytes.subarray(at, end));
}

function judgeStoreBase64(search: Search, at: number): Verdict {
  const { bytes } = search;
  const head = decodeBase64(bytes, at, bytes.length, javaStoreOctets);
  if (head === null) return 'nothing';
  if (head === unfinishedText) return search.unfinished(1);
  const shape = judgeJavaStore(head.bytes, 0, javaStoreOctets);
  return shape === null ? 'nothing' : found(head.end, shape, 'base64', head.bytes);
}
