import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import type { Step } from '../link/next.js';

// RFC 768:  source port 2 | destination port 2 | length 2 (header included) | checksum 2

const headerLength = 8;

/**
 * Reads a UDP header: sets the transport fields and leaves the cursor at the payload, for a tunnel in it. A length of 0
 * is a jumbogram's (RFC 2675 §4) or offload's: the datagram then ends with the packet.
 */
export function decodeUdp(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  const { at, words } = cursor;
  const length = words.getUint16(at + 4);
  if (length !== 0) {
    if (length < headerLength || at + length > cursor.limit) return decoded.malformed;
    cursor.narrow(length);
  }
  const ports = words.getInt32(at);
  packet.sourcePort = ports >>> 16;
  packet.destinationPort = ports & 0xffff;
  packet.transportStart = at;
  packet.sequence = 0;
  packet.acknowledgment = 0;
  packet.flags = 0;
  const payloadStart = at + headerLength;
  packet.payloadStart = payloadStart;
  packet.payloadEnd = cursor.end;
  packet.payloadLength = cursor.limit - payloadStart;
  cursor.at = payloadStart;
  return decoded.udp;
}
