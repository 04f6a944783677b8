// DER as it is written in text: base64 (RFC 4648 §4 and §5, folded, escaped or percent-encoded) and hexadecimal.

/** DER taken out of text. */
export interface DecodedText {
  bytes: Uint8Array;
  /** Offset in the text after what was taken. */
  end: number;
  /** The text stands in percent-encoding. */
  isPercent: boolean;
}

/** What `decodeBase64` returns where the text may go on. */
export const unfinishedText = 'unfinished';

/** Value of each octet in base64, both alphabets; -1 = none. */
const base64Values = new Int8Array(256).fill(-1);
for (let value = 0; value < 62; value++) {
  const octet = value < 26 ? 0x41 + value : value < 52 ? 0x61 + value - 26 : 0x30 + value - 52;
  base64Values[octet] = value;
}
base64Values[0x2b] = 62;
base64Values[0x2d] = 62;
base64Values[0x2f] = 63;
base64Values[0x5f] = 63;

/** Whether an octet belongs to base64 text. */
export function isBase64(octet: number): boolean {
  return base64Values[octet]! >= 0;
}

/**
 * Decodes base64 from `bytes[start, end)` on until `octets` are there. Line ends and blanks are passed over, also as JSON or
 * percent-encoding writes them. Null where something else stands before the end.
 */
export function decodeBase64(
  bytes: Uint8Array,
  start: number,
  end: number,
  octets: number,
): DecodedText | typeof unfinishedText | null {
  const out = new Uint8Array(octets);
  let length = 0;
  let bits = 0;
  let count = 0;
  let isPercent = false;
  let at = start;
  while (length < octets) {
    if (at >= end) return unfinishedText;
    let octet = bytes[at]!;
    let taken = 1;
    if (octet === 0x25) {
      if (at + 2 >= end) return unfinishedText;
      const value = hexPair(bytes, at + 1);
      if (value < 0) return null;
      octet = value;
      taken = 3;
      isPercent = true;
    } else if (octet === 0x5c) {
      // \n, \r, \t and \/ as JSON writes them; one more backslash where JSON stands in JSON.
      if (at + 1 >= end) return unfinishedText;
      const escaped = bytes[at + 1]!;
      taken = escaped === 0x5c ? 1 : 2;
      octet = escaped === 0x2f ? 0x2f : escaped === 0x5c || isEscapedBlank(escaped) ? 0x20 : 0;
    }
    at += taken;
    const value = base64Values[octet]!;
    if (value < 0) {
      if (octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09) continue;
      return null;
    }
    bits = (bits << 6) | value;
    if (++count < 4) {
      // The last group may be short.
      const ready = count === 2 ? 1 : count === 3 ? 2 : 0;
      if (ready > 0 && length + ready >= octets) {
        const all = bits << (6 * (4 - count));
        out[length++] = all >>> 16;
        if (length < octets) out[length++] = (all >>> 8) & 0xff;
      }
      continue;
    }
    out[length++] = bits >>> 16;
    if (length < octets) out[length++] = (bits >>> 8) & 0xff;
    if (length < octets) out[length++] = bits & 0xff;
    bits = 0;
    count = 0;
  }
  return { bytes: out, end: at, isPercent };
}

/** Octets that base64 text comes to, as far as it goes. */
export interface Base64Run {
  bytes: Buffer;
  /** Offset in the text after it. */
  end: number;
  /** It goes to the end of what there is. */
  open: boolean;
}

/** Decodes base64 from `bytes[start, end)` on until something else stands there; escapes and blanks as in `decodeBase64`. */
export function readBase64Run(bytes: Uint8Array, start: number, end: number): Base64Run {
  const letters = Buffer.alloc(end - start);
  let length = 0;
  let at = start;
  while (at < end) {
    const octet = bytes[at]!;
    if (base64Values[octet]! >= 0) {
      letters[length++] = octet;
      at++;
    } else if (octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09) at++;
    else if (octet === 0x25) {
      if (at + 2 >= end) break;
      const value = hexPair(bytes, at + 1);
      if (value >= 0 && base64Values[value]! >= 0) letters[length++] = value;
      else if (value !== 0x0a && value !== 0x0d && value !== 0x20) break;
      at += 3;
    } else if (octet === 0x5c) {
      if (at + 1 >= end) break;
      const escaped = bytes[at + 1]!;
      if (escaped === 0x2f) letters[length++] = escaped;
      else if (escaped !== 0x5c && !isEscapedBlank(escaped)) break;
      at += escaped === 0x5c ? 1 : 2;
    } else break;
  }
  // An escape that is cut is no end.
  const isCut = at + 2 >= end && (bytes[at] === 0x25 || bytes[at] === 0x5c);
  return { bytes: Buffer.from(letters.toString('latin1', 0, length), 'base64'), end: at, open: at >= end || isCut };
}

/** The same of hexadecimal digits without separators. */
export function decodeHex(
  bytes: Uint8Array,
  start: number,
  end: number,
  octets: number,
): DecodedText | typeof unfinishedText | null {
  const available = Math.min(octets, (end - start) >> 1);
  const out = new Uint8Array(octets);
  for (let at = 0; at < available; at++) {
    const value = hexPair(bytes, start + 2 * at);
    if (value < 0) return null;
    out[at] = value;
  }
  return available < octets ? unfinishedText : { bytes: out, end: start + 2 * octets, isPercent: false };
}

/** The octet that two hexadecimal digits at `at` write; -1 where they are none. */
function hexPair(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at]!);
  const low = hexDigit(bytes[at + 1]!);
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

/** Whether an octet is a hexadecimal digit. */
export function isHexDigit(octet: number): boolean {
  return hexDigit(octet) >= 0;
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function isEscapedBlank(octet: number): boolean {
  return octet === 0x6e || octet === 0x72 || octet === 0x74;
}
