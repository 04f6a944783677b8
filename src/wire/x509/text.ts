// Strings of certificates. Decoded whole and flat by Node's converters: a certificate's record lives as long as the run.

import type { DerDocument } from './der.js';
import { tags } from './der.js';

/** Lower-case hexadecimal of the octets `[start, end)`, as a flat string. */
export function hexText(document: DerDocument, start: number, end: number): string {
  return document.text.toString('hex', start, end);
}

/**
 * The text of a string type's content, or null when `tag` is no string type. Control characters stay in it: the report makes
 * text harmless. Octets that a type does not allow are read as UTF-8 when they are that, else as ISO 8859-1, and noted.
 */
export function decodeText(document: DerDocument, tag: number, start: number, end: number): string | null {
  switch (tag) {
    case tags.utf8String:
      return isAscii(document.bytes, start, end) ? latin1(document, start, end) : utf8(document, start, end);
    case tags.printableString:
    case tags.ia5String:
    case tags.numericString:
    case tags.visibleString:
      return asciiText(document, start, end);
    // T.61 was never implemented as written: issuers put ISO 8859-1 there, and so does every verifier read it.
    case tags.teletexString:
    case tags.generalString:
    case tags.graphicString:
      return latin1(document, start, end);
    case tags.bmpString:
      return wideText(document, start, end, 2);
    case tags.universalString:
      return wideText(document, start, end, 4);
    default:
      return null;
  }
}

/** Text that should be ASCII (IA5String and its kin, general names). */
export function asciiText(document: DerDocument, start: number, end: number): string {
  if (isAscii(document.bytes, start, end)) return latin1(document, start, end);
  document.note('octets above 0x7f in an ASCII string');
  return utf8(document, start, end);
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}

function latin1(document: DerDocument, start: number, end: number): string {
  const text = document.text.toString('latin1', start, end);
  // A name that one reader ends at the NUL and another does not is how certificates for others' hosts were once obtained.
  if (text.includes('\0')) document.note('NUL in text');
  return text;
}

function utf8(document: DerDocument, start: number, end: number): string {
  const text = document.text.toString('utf8', start, end);
  // What is no UTF-8 becomes U+FFFD, and that is written otherwise. A decoder that throws costs a request of a thousand such names
  // some milliseconds.
  if (!text.includes('\ufffd') || Buffer.from(text).equals(document.bytes.subarray(start, end))) return text;
  document.note('text that is not UTF-8');
  return latin1(document, start, end);
}

/** BMPString (two octets a character, UTF-16 tolerated) and UniversalString (four): big-endian. */
function wideText(document: DerDocument, start: number, end: number, width: 2 | 4): string {
  if ((end - start) % width !== 0) document.note('wide string of broken length');
  const { bytes } = document;
  const characters: string[] = [];
  for (let at = start; at + width <= end; at += width) {
    let code = (bytes[at]! << 8) | bytes[at + 1]!;
    if (width === 4) code = code * 0x10000 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    characters.push(code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
  }
  return characters.join('');
}
