// Certificates in a dialogue: they are no secret, the report names them, and they are worth nothing in pieces.

import { u16 } from '../../base/bytes.js';
import { sha256Hex } from '../../base/hash.js';

/** What is known of one: SHA-256 of its DER, in hexadecimal, and its length. */
export interface KnownCertificate {
  sha256: string;
  length: number;
}

/** DER: SEQUENCE with a length of two octets, which the shortest certificate needs. */
const sequence = 0x30;
const longLength = 0x82;
/** What DER begins with in base64 when its first octets are those. */
const base64Beginning = /MI[I-L]/g;
/** Base64 as it stands in a dialogue: broken into lines, escaped for JSON or a header, percent-encoded. */
const notBase64 = /[^A-Za-z0-9+/=]/g;
const longestEncoded = 65_536;

/** Where certificates that an analysis found stand in `octets[start, end)`: from the first to the last octet of each, as encoded. */
export function findCertificates(
  octets: Uint8Array,
  start: number,
  end: number,
  known: readonly KnownCertificate[],
): [number, number][] {
  const lengths = new Map(known.map(({ length }) => [length, true]));
  const wanted = new Set(known.map(({ sha256 }) => sha256));
  const found = inDer(octets, start, end, lengths, wanted);
  const text = Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('latin1');
  for (const { index } of text.matchAll(base64Beginning)) {
    for (const length of lengths.keys()) {
      const to = endOfBase64(text, index, length, wanted);
      if (to === null) continue;
      found.push([start + index, start + to]);
      break;
    }
  }
  return found;
}

function inDer(
  octets: Uint8Array,
  start: number,
  end: number,
  lengths: ReadonlyMap<number, boolean>,
  wanted: ReadonlySet<string>,
): [number, number][] {
  const found: [number, number][] = [];
  for (let at = start; at + 4 < end; at++) {
    if (octets[at] !== sequence || octets[at + 1] !== longLength) continue;
    const length = u16(octets, at + 2) + 4;
    if (!lengths.has(length) || at + length > end) continue;
    if (wanted.has(sha256Hex(octets.subarray(at, at + length)))) found.push([at, at + length]);
  }
  return found;
}

/** Where `length` octets in base64 that begin at `from` end, if they are a certificate that is looked for. */
function endOfBase64(text: string, from: number, length: number, wanted: ReadonlySet<string>): number | null {
  const letters = Math.ceil((length * 4) / 3);
  let seen = 0;
  let plain = '';
  for (let at = from; at < text.length && at < from + longestEncoded; ) {
    // '%2B', '%0A', '\n': what stands for something else.
    const percent = text[at] === '%' ? Number.parseInt(text.slice(at + 1, at + 3), 16) : Number.NaN;
    const isEscape = text[at] === '\\' && /[nrt]/.test(text[at + 1] ?? '');
    const letter = isEscape ? '' : Number.isNaN(percent) ? text[at]! : String.fromCharCode(percent);
    const kept = letter.replace(notBase64, '');
    plain += kept;
    if (kept !== '' && kept !== '=') seen++;
    at += isEscape ? 2 : Number.isNaN(percent) ? 1 : 3;
    if (seen < letters) continue;
    return wanted.has(sha256Hex(Buffer.from(plain, 'base64').subarray(0, length))) ? at : null;
  }
  return null;
}
