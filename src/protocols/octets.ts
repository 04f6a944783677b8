// Reads and comparisons inside an opening. `offset` counts from the opening's start; the numeric reads don't check it.
import type { Opening } from '../model/protocol.js';
import { type Evidence, evidence } from './judge.js';

/** Octet at `offset`. */
export function octetAt(opening: Opening, offset: number): number {
  return opening.bytes[opening.start + offset]!;
}

/** Unsigned 16-bit big-endian integer at `offset`. */
export function u16At(opening: Opening, offset: number): number {
  const at = opening.start + offset;
  return (opening.bytes[at]! << 8) | opening.bytes[at + 1]!;
}

/** Unsigned 24-bit big-endian integer at `offset`. */
export function u24At(opening: Opening, offset: number): number {
  const at = opening.start + offset;
  return (opening.bytes[at]! << 16) | (opening.bytes[at + 1]! << 8) | opening.bytes[at + 2]!;
}

/** Unsigned 32-bit big-endian integer at `offset`. */
export function u32At(opening: Opening, offset: number): number {
  return u16At(opening, offset) * 0x10000 + u16At(opening, offset + 2);
}

/** Unsigned 16-bit little-endian integer at `offset`. */
export function little16At(opening: Opening, offset: number): number {
  const at = opening.start + offset;
  return opening.bytes[at]! | (opening.bytes[at + 1]! << 8);
}

/** Unsigned 24-bit little-endian integer at `offset`. */
export function little24At(opening: Opening, offset: number): number {
  return little16At(opening, offset) | (octetAt(opening, offset + 2) << 16);
}

/** Unsigned 32-bit little-endian integer at `offset`. */
export function little32At(opening: Opening, offset: number): number {
  return little16At(opening, offset) + little16At(opening, offset + 2) * 0x10000;
}

/** Whether `count` octets from `offset` on are there and zero. */
export function zerosAt(opening: Opening, offset: number, count: number): boolean {
  if (offset + count > opening.length) return false;
  for (let at = 0; at < count; at++) if (octetAt(opening, offset + at) !== 0) return false;
  return true;
}

/** A constant to compare with, from text of one octet a character. */
export function pattern(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) octets[at] = text.charCodeAt(at);
  return octets;
}

/** Several constants. */
export function patterns(...texts: string[]): readonly Uint8Array[] {
  return texts.map(pattern);
}

/** Compares the octets at `offset` with `wanted`: `yes`, `no`, or `more` where the opening ends within an equal prefix. */
export function matchAt(opening: Opening, offset: number, wanted: Uint8Array): Evidence {
  const length = opening.length;
  for (let at = 0; at < wanted.length; at++) {
    if (offset + at >= length) return evidence.more;
    if (octetAt(opening, offset + at) !== wanted[at]) return evidence.no;
  }
  return evidence.yes;
}

/** The best that `matchAt` says for one of `wanted`. */
export function matchAnyAt(opening: Opening, offset: number, wanted: readonly Uint8Array[]): Evidence {
  let best: Evidence = evidence.no;
  for (let at = 0; at < wanted.length; at++) {
    const match = matchAt(opening, offset, wanted[at]!);
    if (match === evidence.yes) return match;
    if (match > best) best = match;
  }
  return best;
}

/** `matchAnyAt` for upper-case `wanted`, letters of the opening in either case. */
export function matchAnyCaseAt(opening: Opening, offset: number, wanted: readonly Uint8Array[]): Evidence {
  let best: Evidence = evidence.no;
  for (let at = 0; at < wanted.length; at++) {
    const match = matchCaseAt(opening, offset, wanted[at]!);
    if (match === evidence.yes) return match;
    if (match > best) best = match;
  }
  return best;
}

/** Whether upper-case `wanted` occurs wholly within `[from, to)`, letters in either case. */
export function occursIn(opening: Opening, from: number, to: number, wanted: Uint8Array): boolean {
  for (let at = from; at + wanted.length <= to; at++)
    if (matchCaseAt(opening, at, wanted) === evidence.yes) return true;
  return false;
}

/** Offset of the first `wanted` octet at or after `from`, or -1. */
export function findOctet(opening: Opening, from: number, wanted: number): number {
  for (let at = from; at < opening.length; at++) if (octetAt(opening, at) === wanted) return at;
  return -1;
}

/** Whether `[from, to)` is printable ASCII only. */
export function printableIn(opening: Opening, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const octet = octetAt(opening, at);
    if (octet < 0x20 || octet > 0x7e) return false;
  }
  return true;
}

/** Offset of the first octet at or after `from` that is no ASCII digit. */
export function skipDigits(opening: Opening, from: number): number {
  let at = from;
  while (at < opening.length && isDigit(octetAt(opening, at))) at++;
  return at;
}

/** Whether `octet` is an ASCII digit. */
export function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** Whether `octet` is an upper-case ASCII letter. */
export function isUpper(octet: number): boolean {
  return octet >= 0x41 && octet <= 0x5a;
}

/**
 * Whether a datagram whose header says that it has `declared` octets may be this one: as long, or longer than what openings
 * are cut to.
 */
export function fillsDatagram(opening: Opening, declared: number): boolean {
  return declared === opening.length || (declared > opening.length && opening.length >= shortestCutOpening);
}

/** Openings are never cut to fewer octets than this. */
const shortestCutOpening = 512;

function matchCaseAt(opening: Opening, offset: number, wanted: Uint8Array): Evidence {
  const length = opening.length;
  for (let at = 0; at < wanted.length; at++) {
    if (offset + at >= length) return evidence.more;
    const octet = octetAt(opening, offset + at);
    const upper = octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
    if (upper !== wanted[at]) return evidence.no;
  }
  return evidence.yes;
}
