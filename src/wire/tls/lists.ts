// Lists of numbers and names inside hellos: `<2..2^16-2>` vectors of 8- or 16-bit numbers, and ALPN's names.

import { latin1 } from '../../base/bytes.js';
import type { Reader } from '../../base/reader.js';
import { maxListNumbers, maxProtocolNames } from './limits.js';

/** An empty list that all who have none share. */
export const noNumbers: readonly number[] = Object.freeze([]);

/** Reads 16-bit numbers to the reader's end. Faults: malformed at an odd length, limit over `most`. */
export function readNumbers16(reader: Reader, most: number = maxListNumbers): number[] {
  const numbers: number[] = [];
  while (reader.remaining >= 2) {
    if (numbers.length === most) {
      reader.fail('limit');
      return numbers;
    }
    numbers.push(reader.u16());
  }
  if (reader.remaining > 0) reader.fail('malformed');
  return numbers;
}

/** Reads 8-bit numbers to the reader's end. Fault: limit over `most`. */
export function readNumbers8(reader: Reader, most: number = maxListNumbers): number[] {
  const numbers: number[] = [];
  while (reader.remaining > 0) {
    if (numbers.length === most) {
      reader.fail('limit');
      return numbers;
    }
    numbers.push(reader.u8());
  }
  return numbers;
}

/** Reads ALPN names (RFC 7301 §3.1) to the reader's end, one character an octet. Faults: truncated, limit. */
export function readProtocolNames(reader: Reader): string[] {
  const names: string[] = [];
  while (reader.remaining > 0) {
    if (names.length === maxProtocolNames) {
      reader.fail('limit');
      return names;
    }
    const name = reader.vector8('ProtocolName');
    if (reader.fault !== null) return names;
    names.push(latin1(name.bytes, name.start, name.end));
  }
  return names;
}
