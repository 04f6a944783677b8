// The one door to hash functions. Digests come from node:crypto, which is deterministic and has no side effect; a
// fingerprint in plain JavaScript would be slower and one more thing to trust.
import { createHash, hash as digestAtOnce } from 'node:crypto';

/** MD5 of ASCII text as lower-case hexadecimal: JA3 is defined by it. */
export function md5Hex(text: string): string {
  return digestAtOnce('md5', text);
}

/** SHA-256 of text or bytes as lower-case hexadecimal. */
export function sha256Hex(content: string | Uint8Array): string {
  return digestAtOnce('sha256', content);
}

/** A digest of bytes as lower-case hexadecimal, where the bytes themselves say by which function. */
export function digestHex(hash: 'sha1' | 'sha256' | 'sha384' | 'sha512', bytes: Uint8Array): string {
  return digestAtOnce(hash, bytes);
}

/** SHA-1 of bytes in base64: the Community ID is defined by it. */
export function sha1Base64(bytes: Uint8Array): string {
  return digestAtOnce('sha1', bytes, 'base64');
}

/** A digest of the octets of `parts`, one behind the other. */
export function concatDigest(hash: 'sha256' | 'sha384', parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash(hash);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/**
 * A fast 32-bit hash of `bytes[start, end)` for our own tables; `seed` is drawn per run, so collisions can't be aimed.
 * Not a fingerprint: whoever looks up by it compares the bytes too.
 */
export function quickHash(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  let at = start;
  // By sixteens: V8 looks at the array anew in each turn of a loop.
  for (; at + 16 <= end; at += 16) {
    const first = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    const second = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
    const third = bytes[at + 8]! | (bytes[at + 9]! << 8) | (bytes[at + 10]! << 16) | (bytes[at + 11]! << 24);
    const fourth = bytes[at + 12]! | (bytes[at + 13]! << 8) | (bytes[at + 14]! << 16) | (bytes[at + 15]! << 24);
    hash = mixWord(mixWord(mixWord(mixWord(hash, first), second), third), fourth);
  }
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = mixWord(hash, word);
  }
  let tail = 0;
  for (let shift = 0; at < end; at++, shift += 8) tail |= bytes[at]! << shift;
  return finishHash(mixWord(hash, tail));
}

/**
 * One round: folds a 32-bit word into `hash`. The word meets what went before, and so the seed, ahead of the first
 * multiplication, and the second carries the high bits down: a round in the manner of murmur3, which multiplies the word alone,
 * lets the next word take any difference back whatever the seed is, and has collisions by the million.
 */
export function mixWord(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x9e3779b1) + 0x165667b1;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
  return mixed ^ (mixed >>> 13);
}

/** The final avalanche: every input bit reaches every output bit. An int32. */
export function finishHash(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
