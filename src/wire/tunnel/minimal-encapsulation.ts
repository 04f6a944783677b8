import { i32 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import type { Step } from '../link/next.js';
import { stepOfIpProtocol } from '../net/ip-protocol.js';
import { layer } from './layers.js';

// RFC 2004 §3.1:  protocol 1 | S bit, reserved 1 | checksum 2 | original destination 4 | original source 4 if S

/** Reads a minimal encapsulation header: it replaces the addresses and the protocol of the IP header before it. */
export function decodeMinimalEncapsulation(packet: PacketView, cursor: Cursor): Step {
  const { bytes } = packet;
  const { at } = cursor;
  if (packet.family !== 4) return decoded.malformed;
  if (cursor.lacks(8)) return cursor.shortage(8);
  const hasSource = (bytes[at + 1]! & 0x80) !== 0;
  const length = hasSource ? 12 : 8;
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.minenc, 0)) return decoded.malformed;
  packet.protocol = bytes[at]!;
  packet.destination0 = i32(bytes, at + 4);
  if (hasSource) packet.source0 = i32(bytes, at + 8);
  cursor.at = at + length;
  return stepOfIpProtocol(packet.protocol);
}
