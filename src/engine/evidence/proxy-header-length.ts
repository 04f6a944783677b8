import { u16 } from '../../base/bytes.js';

// PROXY protocol §2.1: 'PROXY ', addresses and ports as text, up to CR LF. §2.2: a signature of 12 octets, version and command 1,
// family 1, length of the rest 2.

/** Longest header of version 1, its CR LF included. */
const longestText = 107;
const fixedOctets = 16;
const text = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20];
const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

/** Octets of the PROXY header that `bytes[start, end)` opens with, as far as they are there; 0 = there is none. */
export function proxyHeaderLength(bytes: Uint8Array, start: number, end: number): number {
  if (opensWith(text, bytes, start, end)) {
    for (let at = start; at + 1 < end && at + 1 < start + longestText; at++) {
      if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) return at + 2 - start;
    }
    return 0;
  }
  if (!opensWith(signature, bytes, start, end) || end - start < fixedOctets) return 0;
  return Math.min(fixedOctets + u16(bytes, start + 14), end - start);
}

function opensWith(expected: readonly number[], bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < expected.length) return false;
  return expected.every((octet, at) => bytes[start + at] === octet);
}
