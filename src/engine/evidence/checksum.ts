// RFC 1071: the one's complement sum of 16-bit words.

/** Adds `bytes[start, end)`, an odd last octet as the high one; `sum` stays below 2^53 for any packet. */
export function addOctets(sum: number, bytes: Uint8Array, start: number, end: number): number {
  let total = sum;
  let at = start;
  for (; at + 1 < end; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  return at < end ? total + (bytes[at]! << 8) : total;
}

/** Adds a 32-bit word of a pseudo header. */
export function addWord(sum: number, word: number): number {
  return sum + (word >>> 16) + (word & 0xffff);
}

/** The checksum that goes into a header. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = Math.floor(folded / 0x10000) + (folded & 0xffff);
  return ~folded & 0xffff;
}
