import { decoded, type PacketView } from '../../model/packet.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// draft-massar-v6ops-ayiya §3:
//   identity length 4 bits (log2), identity type 4 | signature length 4 bits (words), hash 4 | authentication 4 bits,
//   operation 4 | next header 1 | epoch 4 | identity | signature

/** The operation that carries a packet. */
const forward = 1;

/** Reads an AYIYA header. */
export function decodeAyiya(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(8)) return cursor.shortage(8);
  const { bytes } = packet;
  const { at } = cursor;
  if ((bytes[at + 2]! & 0x0f) !== forward) return decoded.other;
  const length = 8 + (1 << (bytes[at]! >> 4)) + ((bytes[at + 1]! >> 4) << 2);
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.ayiya, 0)) return decoded.malformed;
  cursor.at = at + length;
  if (bytes[at + 3] === ipProtocols.ipv6) return next.ipv6;
  return bytes[at + 3] === ipProtocols.ipv4 ? next.ipv4 : decoded.other;
}
