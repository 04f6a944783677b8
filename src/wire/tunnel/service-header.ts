import { i32 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import type { Step } from '../link/next.js';
import { layer } from './layers.js';
import { stepOfNextProtocol } from './vxlan.js';

// RFC 8300 §2 (NSH):  version 2 bits, O 1, unassigned 1, time to live 6, length 6 (words), unassigned 4, type 4 | next
//   protocol 1 | path 3 | index 1 | metadata

/** Reads a network service header; the layer's identifier is the service path. */
export function decodeServiceHeader(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(8)) return cursor.shortage(8);
  const { bytes } = packet;
  const { at } = cursor;
  const length = (bytes[at + 1]! & 0x3f) << 2;
  if (bytes[at]! >> 6 !== 0 || length < 8) return decoded.malformed;
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.nsh, i32(bytes, at + 4) >>> 8)) return decoded.malformed;
  cursor.at = at + length;
  return stepOfNextProtocol(bytes[at + 3]!);
}
