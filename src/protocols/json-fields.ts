import type { LentOctets } from '../model/content-sink.js';

/** A JSON object's members as far as protocols that greet in JSON need them: a flag or a string by its name, without parsing. */
interface JsonField {
  /** `true`, `false` and numbers as text; null for a string, whose octets are in the range. */
  word: string | null;
  start: number;
  end: number;
}

/** The value of the member `name` of the object in `octets`, at any depth; null where there is none. Escapes stay as they are. */
export function jsonField({ bytes, start, end }: LentOctets, name: string): JsonField | null {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0x22) continue;
    const close = stringEnd(bytes, at + 1, end);
    if (close < 0) return null;
    const value = valueStart(bytes, close + 1, end);
    if (value >= 0 && isText(bytes, at + 1, close, name)) return valueAt(bytes, value, end);
    // A string that is a value is stepped over: quotation marks in it are no names.
    at = close;
  }
  return null;
}

/** Offset behind a colon and blanks, or -1 where no colon follows. */
function valueStart(bytes: Uint8Array, from: number, end: number): number {
  let at = skipBlanks(bytes, from, end);
  if (at >= end || bytes[at] !== 0x3a) return -1;
  at = skipBlanks(bytes, at + 1, end);
  return at < end ? at : -1;
}

function valueAt(bytes: Uint8Array, start: number, end: number): JsonField | null {
  if (bytes[start] === 0x22) {
    const close = stringEnd(bytes, start + 1, end);
    return close < 0 ? null : { word: null, start: start + 1, end: close };
  }
  let at = start;
  let word = '';
  while (at < end && word.length < 24 && isWord(bytes[at]!)) word += String.fromCharCode(bytes[at++]!);
  return { word, start, end: at };
}

function stringEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] === 0x5c) at++;
    else if (bytes[at] === 0x22) return at;
  }
  return -1;
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! <= 0x20) at++;
  return at;
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

function isWord(octet: number): boolean {
  const isDigit = octet >= 0x30 && octet <= 0x39;
  return (octet >= 0x61 && octet <= 0x7a) || isDigit || octet === 0x2b || octet === 0x2d || octet === 0x2e;
}
