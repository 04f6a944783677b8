// Capture files are written in the byte order of the machine that made them; base/bytes reads the big-endian ones.
import { u16, u32 } from '../base/bytes.js';

/** Unsigned 16-bit integer at `offset` in the file's byte order. */
export function fileU16(bytes: Uint8Array, offset: number, little: boolean): number {
  return little ? bytes[offset]! | (bytes[offset + 1]! << 8) : u16(bytes, offset);
}

/** Unsigned 32-bit integer at `offset` in the file's byte order. */
export function fileU32(bytes: Uint8Array, offset: number, little: boolean): number {
  if (!little) return u32(bytes, offset);
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/** Unsigned 64-bit integer at `offset` in the file's byte order; rounded above 2^53. */
export function fileU64(bytes: Uint8Array, offset: number, little: boolean): number {
  const first = fileU32(bytes, offset, little);
  const second = fileU32(bytes, offset + 4, little);
  return little ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
}
