// RFC 9000 §17.2 (long header packets), RFC 9369 §3.2 (the types of version 2), RFC 9000 §16 (variable-length integers).
import { Reader } from '../../base/reader.js';
import type { ByteRange } from './byte-range.js';
import { parseQuicLongHeader, quicPacketTypes } from './quic.js';

/** Octets before the destination connection id: flags, version, its length. */
const idsOffset = 6;

/** A long header packet. Ranges are lent and absolute. */
export interface QuicLongPacketValue {
  version: number;
  /** One of `quicPacketTypes`, whatever number the version gives it. */
  type: number;
  destinationId: ByteRange;
  sourceId: ByteRange;
  /** The packet number, still protected; of a Retry the token. */
  numberAt: number;
  /** One past the packet; more packets may follow in the datagram. */
  end: number;
}

/**
 * Whether the packet at `at` has a short header: 1-RTT, which lasts to the end of its datagram. The bit that is fixed elsewhere
 * may have any value once its sender knows that the peer bears it (RFC 9287), so within a known connection nobody looks at it.
 */
export function isQuicShortHeader(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0x80) === 0;
}

/**
 * Parses the long header packet at `start`. Null for another packet, an unknown version, impossible lengths, or one that is
 * cut: without its end it can't be opened.
 */
export function parseQuicLongPacket(bytes: Uint8Array, start: number, end: number): QuicLongPacketValue | null {
  const header = parseQuicLongHeader(bytes, start, end);
  if (header === null) return null;
  const { version, type, destinationIdLength } = header;
  const destinationAt = start + idsOffset;
  const sourceAt = destinationAt + destinationIdLength + 1;
  const destinationId = { start: destinationAt, end: destinationAt + destinationIdLength };
  const sourceId = { start: sourceAt, end: sourceAt + header.sourceIdLength };
  if (sourceId.end > end) return null;
  const reader = new Reader(bytes, sourceId.end, end, 'QUIC packet');
  if (type === quicPacketTypes.retry) {
    return { version, type, destinationId, sourceId, numberAt: reader.at, end };
  }
  if (type === quicPacketTypes.initial) reader.skip(readVarint(reader));
  const length = readVarint(reader);
  const numberAt = reader.at;
  if (reader.fault !== null || length < 20 || numberAt + length > end) return null;
  return { version, type, destinationId, sourceId, numberAt, end: numberAt + length };
}

/**
 * A variable-length integer: the first two bits say whether it has 1, 2, 4 or 8 octets. One beyond 2^53 is no offset or length
 * of anything here, and is a fault.
 */
export function readVarint(reader: Reader): number {
  const first = reader.u8();
  switch (first >> 6) {
    case 0:
      return first;
    case 1:
      return (first & 0x3f) * 0x100 + reader.u8();
    case 2:
      return (first & 0x3f) * 0x100_0000 + reader.u24();
    default: {
      const high = (first & 0x3f) * 0x100_0000 + reader.u24();
      const low = reader.u32();
      if (high >= 0x20_0000) reader.fail('malformed');
      return high * 0x1_0000_0000 + low;
    }
  }
}
