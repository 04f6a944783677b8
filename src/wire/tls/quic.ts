// RFC 8999 §5.1 (long header: flags 1, version 4, two connection ids behind 8-bit lengths), RFC 9000 §17.2.2 and RFC 9369
// (Initial packets of versions 1 and 2). Only recognised by content: what is inside is encrypted.

import { u32 } from '../../base/bytes.js';
import { type Looks, looks } from './record.js';

/** QUIC versions. IANA "QUIC Versions" registry, as of 2026-08-11; drafts are 0xff0000XX. */
export const quicVersions = { negotiation: 0x00000000, v1: 0x00000001, v2: 0x6b3343cf } as const;

/** What an Initial packet's header says. */
export interface QuicInitialValue {
  version: number;
  /** Octets of the destination and source connection ids. */
  destinationIdLength: number;
  sourceIdLength: number;
}

/** A client fills the datagram of its first Initial to this many octets (RFC 9000 §14.1). */
const leastInitialDatagram = 1200;

/**
 * Whether a UDP payload is a client's first Initial packet. `end` may lie before the datagram's own end in a cut capture:
 * `wireLength` is its real length.
 */
export function looksLikeQuicInitial(bytes: Uint8Array, start: number, end: number, wireLength: number): Looks {
  if (end - start < 7) return wireLength >= leastInitialDatagram ? looks.more : looks.no;
  if (wireLength < leastInitialDatagram) return looks.no;
  const initial = parseQuicInitial(bytes, start, end);
  // A client chooses at least 8 octets for the server (RFC 9000 §7.2).
  return initial !== null && initial.destinationIdLength >= 8 ? looks.yes : looks.no;
}

/** The header of an Initial packet, or null for another packet, an unknown version or impossible lengths. */
export function parseQuicInitial(bytes: Uint8Array, start: number, end: number): QuicInitialValue | null {
  const last = Math.min(end, bytes.length);
  if (last - start < 7) return null;
  const flags = bytes[start]!;
  const version = u32(bytes, start + 1);
  if ((flags & 0xc0) !== 0xc0 || !isQuicVersion(version)) return null;
  // RFC 9369 §3.2: version 2 numbers the packet types differently.
  if (((flags >>> 4) & 3) !== (version === quicVersions.v2 ? 1 : 0)) return null;
  const destinationIdLength = bytes[start + 5]!;
  const sourceAt = start + 6 + destinationIdLength;
  if (destinationIdLength > 20 || sourceAt >= last) return null;
  const sourceIdLength = bytes[sourceAt]!;
  return sourceIdLength > 20 ? null : { version, destinationIdLength, sourceIdLength };
}

/** Whether a version is one of QUIC's that TLS is inside of: 1, 2, or a draft. */
export function isQuicVersion(version: number): boolean {
  return version === quicVersions.v1 || version === quicVersions.v2 || version >>> 8 === 0xff0000;
}
