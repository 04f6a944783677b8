import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// Cisco's remote port mirroring behind GRE. Mirrored frames are not the mirror's own traffic: the layer says so.

/** ERSPAN type I: nothing but GRE before the mirrored frame. */
export function decodeErspan1(packet: PacketView): Step {
  return packet.pushLayer(layer.erspan, 0) ? next.ethernet : decoded.malformed;
}

/** ERSPAN type II:  version 4 bits, VLAN 12 | class 3 bits, encapsulation 2, truncated 1, session 10 | reserved, index 4. */
export function decodeErspan2(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(8)) return cursor.shortage(8);
  const { bytes } = packet;
  const { at } = cursor;
  if (bytes[at]! >> 4 !== 1) return decoded.unsupported;
  if (!packet.pushLayer(layer.erspan, u16(bytes, at + 2) & 0x03ff)) return decoded.malformed;
  cursor.at = at + 8;
  return next.ethernet;
}

/**
 * ERSPAN type III:  version 4 bits, VLAN 12 | class 3 bits, errors 2, truncated 1, session 10 | timestamp 4 | security group 2
 * | Ethernet 1 bit, frame type 5, hardware 6, direction 1, granularity 2, O 1 | [platform header 8 if O].
 */
export function decodeErspan3(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(12)) return cursor.shortage(12);
  const { bytes } = packet;
  const { at } = cursor;
  if (bytes[at]! >> 4 !== 2) return decoded.unsupported;
  const tail = u16(bytes, at + 10);
  const length = (tail & 1) === 0 ? 12 : 20;
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.erspan, u16(bytes, at + 2) & 0x03ff)) return decoded.malformed;
  cursor.at = at + length;
  const frameType = (tail >> 10) & 0x1f;
  if (frameType === 0) return next.ethernet;
  return frameType === 2 ? next.rawIp : decoded.unsupported;
}
