// Names of addresses in the answers of DNS (RFC 1035 §4.1), for reports: which name an address was looked up by.
import { formatIpv4, formatIpv6 } from '../base/address.js';

/** Receives a name of an address, as text. */
export type NameTold = (ip: string, name: string) => void;

const headerLength = 12;
const recordTypes = { a: 1, cname: 5, aaaa: 28 } as const;
const internet = 1;

/** Records of one message that are read: answers with hundreds of addresses are rare, and name one name. */
const maxRecords = 64;
/** Labels and pointers of one name: a name has at most 127 labels (255 octets). */
const maxSteps = 160;
const maxNameCharacters = 255;

/**
 * Tells the addresses that the answer in `bytes[start, end)` gives, by the name that was asked for; where nothing is asked
 * (multicast DNS) by the record's own. What is no answer, or damaged, tells nothing more.
 */
export function readDnsAnswers(bytes: Uint8Array, start: number, end: number, told: NameTold): void {
  if (end - start < headerLength) return;
  const flags = u16(bytes, start + 2);
  // A response to a standard query, without an error.
  if ((flags & 0xf80f) !== 0x8000) return;
  const questions = u16(bytes, start + 4);
  const answers = Math.min(u16(bytes, start + 6), maxRecords);
  if (questions > 1 || answers === 0) return;
  let at = start + headerLength;
  let asked: string | null = null;
  if (questions === 1) {
    asked = nameAt(bytes, start, at, end);
    at = skipName(bytes, at, end) + 4;
    if (asked === null) return;
  }
  // The names that lead from what was asked to the addresses.
  const aliases = new Set<string>(asked === null ? [] : [asked.toLowerCase()]);
  for (let record = 0; record < answers; record++) {
    const owner = nameAt(bytes, start, at, end);
    at = skipName(bytes, at, end);
    if (owner === null || at + 10 > end) return;
    const type = u16(bytes, at);
    // Multicast DNS sets the top bit of the class (RFC 6762 §10.2).
    const isInternet = (u16(bytes, at + 2) & 0x7fff) === internet;
    const length = u16(bytes, at + 8);
    const data = at + 10;
    at = data + length;
    if (at > end) return;
    if (!isInternet || (asked !== null && !aliases.has(owner.toLowerCase()))) continue;
    const name = asked ?? owner;
    if (type === recordTypes.cname) {
      const target = nameAt(bytes, start, data, end);
      if (target !== null) aliases.add(target.toLowerCase());
    } else if (type === recordTypes.a && length === 4) told(formatIpv4(i32(bytes, data)), name);
    else if (type === recordTypes.aaaa && length === 16) {
      told(formatIpv6(i32(bytes, data), i32(bytes, data + 4), i32(bytes, data + 8), i32(bytes, data + 12)), name);
    }
  }
}

/** Behind the name at `from`: its root label or its first pointer. May lie behind `end`. */
function skipName(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const length = bytes[at]!;
    if (length >= 0xc0) return at + 2;
    if (length === 0) return at + 1;
    at += 1 + length;
  }
  return end + 1;
}

/** The name at `from` without a dot at its end; pointers (RFC 1035 §4.1.4) only lead back. Null where it is none, or the root. */
function nameAt(bytes: Uint8Array, start: number, from: number, end: number): string | null {
  let name = '';
  let at = from;
  let lowest = from;
  for (let step = 0; step < maxSteps; step++) {
    if (at >= end) return null;
    const length = bytes[at]!;
    if (length === 0) return name === '' ? null : name;
    if (length >= 0xc0) {
      if (at + 2 > end) return null;
      const target = start + (u16(bytes, at) & 0x3fff);
      if (target >= lowest) return null;
      lowest = target;
      at = target;
      continue;
    }
    if (length > 63 || at + 1 + length > end) return null;
    name += (name === '' ? '' : '.') + label(bytes, at + 1, at + 1 + length);
    if (name.length > maxNameCharacters) return null;
    at += 1 + length;
  }
  return null;
}

/** A label in the form of RFC 1035 §5.1: a dot or backslash in it is escaped, and what does not print is '\ddd'. */
function label(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) {
    const octet = bytes[at]!;
    if (octet === 0x2e || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`;
    else if (octet > 0x20 && octet < 0x7f) text += String.fromCharCode(octet);
    else text += `\\${String(octet).padStart(3, '0')}`;
  }
  return text;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function i32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
