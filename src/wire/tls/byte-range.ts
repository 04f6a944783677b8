import type { Reader } from '../../base/reader.js';

/** Where octets lie in the lent bytes that were parsed: absolute offsets, valid as long as the bytes are. */
export interface ByteRange {
  start: number;
  /** Exclusive. */
  end: number;
}

/** Steps over the next `length` octets and says where they lie; null where they are cut, which the reader's fault says. */
export function readRange(reader: Reader, length: number): ByteRange | null {
  const start = reader.skip(length);
  return start < 0 ? null : { start, end: start + length };
}

/** `readRange` behind an 8-bit length. */
export function readRange8(reader: Reader): ByteRange | null {
  return readRange(reader, reader.u8());
}

/** `readRange` behind a 16-bit length. */
export function readRange16(reader: Reader): ByteRange | null {
  return readRange(reader, reader.u16());
}

/** Like `readRange`, but of cut octets it gives those that are there; after an earlier fault, none. */
export function readPartialRange(reader: Reader, length: number): ByteRange {
  const start = reader.at;
  const available = reader.remaining;
  reader.skip(length);
  return { start, end: start + Math.min(length, available) };
}

/** The range, or null where it is empty. */
export function unlessEmpty(range: ByteRange | null): ByteRange | null {
  return range !== null && range.end > range.start ? range : null;
}
