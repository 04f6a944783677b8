// Big-endian reads without bounds checks beyond the array's own: callers check lengths once, then read freely.

/** Unsigned 16-bit big-endian integer at `offset`. */
export function u16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** Unsigned 24-bit big-endian integer at `offset`. */
export function u24(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
}

/** Unsigned 32-bit big-endian integer at `offset`. */
export function u32(bytes: Uint8Array, offset: number): number {
  return i32(bytes, offset) >>> 0;
}

/** The same 32 bits as an int32: what keys and sequence numbers are kept as. */
export function i32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
}

const hexDigits = '0123456789abcdef';
const hexOctets: readonly string[] = Array.from(
  { length: 256 },
  (_, octet) => `${hexDigits[octet >> 4]}${hexDigits[octet & 15]}`,
);

/** Lower-case hexadecimal of `bytes[start, end)`. */
export function hex(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at++) text += hexOctets[bytes[at]!];
  return text;
}

/** Whether `length` octets of `a` at `aOffset` equal those of `b` at `bOffset`. */
export function sameBytes(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number, length: number): boolean {
  let at = 0;
  // By eights: V8 looks at both arrays anew in each turn of a loop, which costs more than the comparison.
  for (; at + 8 <= length; at += 8) {
    const left = aOffset + at;
    const right = bOffset + at;
    const differs =
      (a[left]! ^ b[right]!) |
      (a[left + 1]! ^ b[right + 1]!) |
      (a[left + 2]! ^ b[right + 2]!) |
      (a[left + 3]! ^ b[right + 3]!) |
      (a[left + 4]! ^ b[right + 4]!) |
      (a[left + 5]! ^ b[right + 5]!) |
      (a[left + 6]! ^ b[right + 6]!) |
      (a[left + 7]! ^ b[right + 7]!);
    if (differs !== 0) return false;
  }
  for (; at < length; at++) if (a[aOffset + at] !== b[bOffset + at]) return false;
  return true;
}

/** `bytes[start, end)` as text, one character an octet (ISO 8859-1). Hostile: make it harmless before printing. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

const utf8Decoder = new TextDecoder('utf-8');

/** `bytes[start, end)` as UTF-8 text, U+FFFD for what is not. Hostile: make it harmless before printing. */
export function utf8(bytes: Uint8Array, start: number, end: number): string {
  return utf8Decoder.decode(bytes.subarray(start, end));
}

/** A copy of `bytes[start, end)` that outlives the call that lent them. */
export function ownBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.slice(start, end);
}
