import { u16, u24 } from '../../base/bytes.js';

// RFC 9846 (8446) §4.1.2: type 1, length 3, version 2, random 32, session id 1+, suites 2+, compressions 1+, extensions 2+, each of
// them type 2, length 2. A ServerHello (§4.1.3) names nobody.

const clientHello = 1;
const serverHello = 2;
const handshakeHeader = 4;
const fixedOctets = 2 + 32;
const serverNameType = 0x0000;
const preSharedKeyType = 0x0029;

/** Extensions that hold numbers, keys and names of protocols, and nobody's name. */
const harmlessExtensions: ReadonlySet<number> = new Set([
  0x0001, 0x0005, 0x000a, 0x000b, 0x000d, 0x0010, 0x0012, 0x0015, 0x0016, 0x0017, 0x001b, 0x001c, 0x0022, 0x0023,
  0x002a, 0x002b, 0x002c, 0x002d, 0x0031, 0x0032, 0x0033, 0x0039, 0x3374, 0x4469, 0x44cd, 0xfe0d, 0xff01,
]);

/**
 * Where names stand in the handshake message that fills `bytes[start, end)`; null = it is no hello, is not whole, or holds more than
 * is known here.
 */
export function namesInHello(bytes: Uint8Array, start: number, end: number): [number, number][] | null {
  if (end - start < handshakeHeader + fixedOctets || u24(bytes, start + 1) !== end - start - handshakeHeader)
    return null;
  if (bytes[start] === serverHello) return [];
  if (bytes[start] !== clientHello) return null;
  let at = start + handshakeHeader + fixedOctets;
  at += 1 + bytes[at]!;
  if (at + 2 > end) return null;
  at += 2 + u16(bytes, at);
  if (at + 1 > end) return null;
  at += 1 + bytes[at]!;
  if (at === end) return [];
  if (at + 2 > end || at + 2 + u16(bytes, at) !== end) return null;
  return namesInExtensions(bytes, at + 2, end);
}

function namesInExtensions(bytes: Uint8Array, start: number, end: number): [number, number][] | null {
  const names: [number, number][] = [];
  for (let at = start; at < end; ) {
    if (at + 4 > end) return null;
    const type = u16(bytes, at);
    const from = at + 4;
    const to = from + u16(bytes, at + 2);
    if (to > end) return null;
    // List length 2, name type 1, name length 2: what follows may name somebody.
    if (type === serverNameType) names.push([Math.min(from + 5, to), to]);
    else if (type === preSharedKeyType) identities(bytes, from, to, names);
    else if (!harmlessExtensions.has(type) && !isGrease(type)) return null;
    at = to;
  }
  return names;
}

/** RFC 9846 (8446) §4.2.11: list length 2, then of each identity its length 2, itself, age 4. */
function identities(bytes: Uint8Array, start: number, end: number, names: [number, number][]): void {
  const listEnd = start + 2 <= end ? Math.min(start + 2 + u16(bytes, start), end) : end;
  for (let at = start + 2; at + 2 <= listEnd; ) {
    const to = Math.min(at + 2 + u16(bytes, at), listEnd);
    names.push([at + 2, to]);
    at = to + 4;
  }
}

/** RFC 8701 §2. */
function isGrease(type: number): boolean {
  return (type & 0x0f0f) === 0x0a0a && type >> 8 === (type & 0xff);
}
