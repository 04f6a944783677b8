import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 4380 §5.1.1:
//   [0x0001 | client identifier length 1 | authentication length 1 | both | nonce 8 | confirmation 1]
//   [0x0000 | obscured port 2 | obscured address 4] | IPv6

const authentication = 0x0001;
const origin = 0x0000;

/** Reads Teredo's indications, in the only order that is allowed, and expects IPv6 behind them. */
export function decodeTeredo(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const { bytes } = packet;
  let { at } = cursor;
  if (u16(bytes, at) === authentication) {
    const length = 13 + bytes[at + 2]! + bytes[at + 3]!;
    if (cursor.lacks(length + 2)) return cursor.shortage(length + 2);
    at += length;
  }
  if (u16(bytes, at) === origin) at += 8;
  cursor.at = at;
  return packet.pushLayer(layer.teredo, 0) ? next.ipv6 : decoded.malformed;
}
