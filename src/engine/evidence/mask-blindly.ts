import { isText, maskText } from './mask-text.js';

const maskOctet = 0x78;

/**
 * Masks `bytes[start, end)` in place without knowing what they are: of lines of text words of protocols stay, of all else tabs and
 * ends of lines.
 */
export function maskBlindly(bytes: Uint8Array, start: number, end: number): void {
  let lineStart = start;
  for (let at = start; at <= end; at++) {
    if (at < end && bytes[at] !== 0x0a) continue;
    if (isText(bytes, lineStart, at)) maskText(bytes, lineStart, at);
    else maskOctets(bytes, lineStart, at);
    lineStart = at + 1;
  }
}

/**
 * Text stays text, and what is none becomes 0. What stays are numbers, as zeros beside them show, the lengths of texts, octets
 * that repeat, and 0xff: they say how a message is built, never what is in it.
 */
function maskOctets(bytes: Uint8Array, start: number, end: number): void {
  const plain = Uint8Array.from(bytes.subarray(start, end));
  for (let at = 0; at < plain.length; ) {
    const wideEnd = endOfWideText(plain, at);
    if (wideEnd > at) {
      for (; at < wideEnd; at++) if (plain[at] !== 0) bytes[start + at] = maskOctet;
      continue;
    }
    const textEnd = endOfText(plain, at);
    if (textEnd > at) {
      const isNumber = textEnd - at === 1 && isBesideZero(plain, at);
      const from = isNumber || isLengthOf(plain, at, textEnd) ? at + 1 : at;
      bytes.fill(maskOctet, start + from, start + textEnd);
      at = textEnd;
      continue;
    }
    if (!isStructure(plain, at)) bytes[start + at] = 0;
    at++;
  }
}

function isStructure(plain: Uint8Array, at: number): boolean {
  const octet = plain[at]!;
  // All ones is a mark in many protocols, as the end of a list or -1; of a key's octets one in 256 is.
  if (octet === 0x0d || octet === 0x09 || octet === 0xff || isBesideZero(plain, at) || isRepeated(plain, at))
    return true;
  return octet > 0 && endOfText(plain, at + 1) - at - 1 === octet;
}

/** Whether what looks like a letter behind a zero is the length of the text behind it, with or without its own four octets. */
function isLengthOf(plain: Uint8Array, at: number, textEnd: number): boolean {
  const rest = textEnd - at - 1;
  if (plain[at - 1] !== 0) return false;
  if (plain[at] === rest || plain[at] === rest + 4) return true;
  // Another message of letters may stand right behind the text.
  return plain[at - 2] === 0 && plain[at - 3] === 0 && plain[at]! <= rest;
}

/** Whether an octet is the low or the high one of a number that the others of which are 0: of a key's octets one in a hundred is. */
function isBesideZero(plain: Uint8Array, at: number): boolean {
  return plain[at - 1] === 0 || plain[at + 1] === 0;
}

/** Whether an octet is one of four that are the same: filling, or a marker. */
function isRepeated(plain: Uint8Array, at: number): boolean {
  let from = at;
  let to = at + 1;
  while (from > 0 && at - from < 3 && plain[from - 1] === plain[at]) from--;
  while (to < plain.length && to - at < 4 && plain[to] === plain[at]) to++;
  return to - from >= 4;
}

/** Where text in UTF-16 that begins here ends; `start` where there is none of two letters or more. */
function endOfWideText(plain: Uint8Array, start: number): number {
  const letter = isPrintable(plain[start] ?? 0) ? 0 : 1;
  let at = start;
  while (at + 1 < plain.length && isPrintable(plain[at + letter]!) && plain[at + 1 - letter] === 0) at += 2;
  return at - start >= 4 ? at : start;
}

function endOfText(plain: Uint8Array, start: number): number {
  let at = start;
  while (at < plain.length && isPrintable(plain[at]!)) at++;
  return at;
}

function isPrintable(octet: number): boolean {
  return octet >= 0x20 && octet < 0x7f;
}
