import { i32 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from '../tunnel/layers.js';
import { stepOfIpProtocol } from './ip-protocol.js';

// RFC 4302 §2:  next header 1 | length 1 (words, less 2) | reserved 2 | parameter index 4 | sequence 4 | check value

/** Reads an authentication header: what follows it is in the clear. */
export function decodeAuthentication(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(12)) return cursor.shortage(12);
  const { bytes } = packet;
  const { at } = cursor;
  const length = (bytes[at + 1]! + 2) << 2;
  if (length < 12) return decoded.malformed;
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.ah, i32(bytes, at + 4))) return decoded.malformed;
  packet.protocol = bytes[at]!;
  cursor.at = at + length;
  if (packet.family === 4) return stepOfIpProtocol(packet.protocol);
  cursor.nextHeader = packet.protocol;
  return next.ipv6Extension;
}
