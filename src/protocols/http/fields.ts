// Names and values in bodies and queries: forms, JSON, multipart. Read as a whole; secrets are handed on by their octets.
import { latin1 } from '../../base/bytes.js';
import type { LentOctets } from '../../model/content-sink.js';
import { maxFieldName } from './limits.js';
import { secretKind } from './secret-names.js';

/** Hears a field; the value is lent. */
export type FieldSink = (name: string, value: LentOctets) => void;

/**
 * `name=value` pairs between ampersands (WHATWG URL, application/x-www-form-urlencoded). Only those whose name may be a secret's are
 * told: most are not, and decoding them costs more than all else.
 */
export function readFormFields(bytes: Uint8Array, start: number, end: number, sink: FieldSink): void {
  let at = start;
  while (at < end) {
    const next = indexBefore(bytes, 0x26, at, end);
    const equals = indexBefore(bytes, 0x3d, at, next);
    if (equals < next && equals - at <= maxFieldName) {
      const name = decodedText(bytes, at, equals);
      if (secretKind(name) !== null) sink(name, lent(percentDecoded(bytes, equals + 1, next)));
    }
    at = next + 1;
  }
}

/** String members of all objects in JSON text, in their order, and the end of each object as a field without a name. */
export function readJsonFields(bytes: Uint8Array, start: number, end: number, sink: FieldSink): void {
  let at = start;
  while (at < end) {
    const octet = bytes[at]!;
    if (octet === 0x7d) sink('', { bytes, start: at, end: at });
    if (octet !== 0x22) {
      at++;
      continue;
    }
    const nameEnd = stringEnd(bytes, at + 1, end);
    const colon = skipBlanks(bytes, nameEnd + 1, end);
    if (colon >= end || bytes[colon] !== 0x3a) {
      at = nameEnd + 1;
      continue;
    }
    const value = skipBlanks(bytes, colon + 1, end);
    if (value >= end || bytes[value] !== 0x22) {
      at = value;
      continue;
    }
    const valueEnd = stringEnd(bytes, value + 1, end);
    if (nameEnd - at - 1 <= maxFieldName) {
      sink(latin1(bytes, at + 1, nameEnd), { bytes, start: value + 1, end: valueEnd });
    }
    at = valueEnd + 1;
  }
}

/** Fields of multipart/form-data without a file (RFC 7578 §4.2). */
export function readMultipartFields(bytes: Uint8Array, start: number, end: number, sink: FieldSink): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  let at = view.indexOf(disposition);
  while (at >= 0) {
    const headersEnd = view.indexOf('\r\n\r\n', at);
    if (headersEnd < 0) return;
    const headers = view.toString('latin1', at, Math.min(headersEnd, at + maxPartHeaders));
    const name = /;\s*name="([^"]{1,128})"/.exec(headers)?.[1];
    const valueEnd = view.indexOf('\r\n--', headersEnd + 4);
    const partEnd = valueEnd < 0 ? view.length : valueEnd;
    if (name !== undefined && !/;\s*filename\*?=/.test(headers)) {
      sink(name, { bytes, start: start + headersEnd + 4, end: start + partEnd });
    }
    at = view.indexOf(disposition, partEnd);
  }
}

const disposition = 'ontent-Disposition: form-data';
const maxPartHeaders = 1_024;

/** The octets that `bytes[start, end)` stand for in percent-encoding, a plus sign for a blank. */
export function percentDecoded(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(decodedText(bytes, start, end), 'latin1');
}

function decodedText(bytes: Uint8Array, start: number, end: number): string {
  const text = latin1(bytes, start, end).replaceAll('+', ' ');
  return text.includes('%')
    ? text.replace(/%([0-9a-fA-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;
}

function lent(bytes: Uint8Array): LentOctets {
  return { bytes, start: 0, end: bytes.length };
}

function indexBefore(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== wanted) at++;
  return at;
}

function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return Math.min(at, to);
}

function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at;
}
