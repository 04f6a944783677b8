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

/** What a long header packet carries, by the numbers of version 1. */
export const quicPacketTypes = { initial: 0, zeroRtt: 1, handshake: 2, retry: 3 } as const;

/** What any long header says. */
export interface QuicLongHeaderValue extends QuicInitialValue {
  /** One of `quicPacketTypes`, whatever number the version gives it. */
  type: number;
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
  const header = hasFixedBit(bytes, start) ? parseQuicLongHeader(bytes, start, end) : null;
  if (header === null || header.type !== quicPacketTypes.initial) return null;
  const { version, destinationIdLength, sourceIdLength } = header;
  return { version, destinationIdLength, sourceIdLength };
}

/**
 * The long header at `start`: form, version, and two connection ids of at most 20 octets behind their lengths. Null for a short
 * header, an unknown version or impossible lengths. The source id itself may be cut.
 */
export function parseQuicLongHeader(bytes: Uint8Array, start: number, end: number): QuicLongHeaderValue | null {
  const last = Math.min(end, bytes.length);
  if (last - start < 7) return null;
  const flags = bytes[start]!;
  const version = u32(bytes, start + 1);
  if ((flags & 0x80) === 0 || !isQuicVersion(version)) return null;
  const destinationIdLength = bytes[start + 5]!;
  const sourceAt = start + 6 + destinationIdLength;
  if (destinationIdLength > 20 || sourceAt >= last) return null;
  const sourceIdLength = bytes[sourceAt]!;
  if (sourceIdLength > 20) return null;
  const written = (flags >>> 4) & 3;
  // RFC 9369 §3.2: version 2 numbers the packet types differently.
  const type = version === quicVersions.v2 ? (written + 3) & 3 : written;
  return { version, type, destinationIdLength, sourceIdLength };
}

/** Whether the bit is set that tells QUIC from other protocols, before its sender knows that the peer does without (RFC 9287). */
export function hasFixedBit(bytes: Uint8Array, start: number): boolean {
  return (bytes[start]! & 0x40) !== 0;
}

/** Whether a version is one of QUIC's that TLS is inside of: 1, 2, or a draft. */
export function isQuicVersion(version: number): boolean {
  return version === quicVersions.v1 || version === quicVersions.v2 || version >>> 8 === 0xff0000;
}
