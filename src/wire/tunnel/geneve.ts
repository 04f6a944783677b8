import { u16, u24 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { stepOfEtherType } from '../link/ether-type.js';
import type { Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 8926 §3.4:  version 2 bits, options 6 (words) | flags 1 | protocol 2 | network identifier 3 | reserved 1 | options

const headerLength = 8;

/** Reads a Geneve header and steps over its options. */
export function decodeGeneve(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  const { bytes } = packet;
  const { at } = cursor;
  if (bytes[at]! >> 6 !== 0) return decoded.malformed;
  const length = headerLength + ((bytes[at]! & 0x3f) << 2);
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.geneve, u24(bytes, at + 4))) return decoded.malformed;
  cursor.at = at + length;
  return stepOfEtherType(u16(bytes, at + 2));
}
