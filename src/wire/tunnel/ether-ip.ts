import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 3378 §3:  version 4 bits (3), reserved 12 | Ethernet

/** Reads an EtherIP header. */
export function decodeEtherIp(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  if (packet.bytes[cursor.at]! >> 4 !== 3) return decoded.malformed;
  if (!packet.pushLayer(layer.etherip, 0)) return decoded.malformed;
  cursor.at += 2;
  return next.ethernet;
}
