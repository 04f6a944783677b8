import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 2661 §3.1 (L2TP version 2):
//   T L x x S x O P x x x x bits, version 4 bits | [length 2 if L] | tunnel 2 | session 2 | [Ns 2, Nr 2 if S]
//   | [offset size 2, padding if O] | PPP

const control = 0x8000;
const lengthPresent = 0x4000;
const sequencePresent = 0x0800;
const offsetPresent = 0x0200;
const version = 2;

/**
 * Reads an L2TP data message. Control messages are `other`. Version 3 (RFC 3931) is `unsupported`: what its cookies and
 * sublayers look like is agreed in a control connection that need not be in the capture.
 */
export function decodeL2tp(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(6)) return cursor.shortage(6);
  const { bytes } = packet;
  const { at } = cursor;
  const flags = u16(bytes, at);
  if ((flags & 0x0f) !== version) return decoded.unsupported;
  if ((flags & control) !== 0) return decoded.other;
  let offset = 2;
  if ((flags & lengthPresent) !== 0) {
    const length = u16(bytes, at + 2);
    if (length < 8 || at + length > cursor.limit) return decoded.malformed;
    cursor.narrow(length);
    offset = 4;
  }
  const identifiersAt = offset;
  offset += (flags & sequencePresent) === 0 ? 4 : 8;
  if ((flags & offsetPresent) !== 0) {
    if (cursor.lacks(offset + 2)) return cursor.shortage(offset + 2);
    offset += 2 + u16(bytes, at + offset);
  }
  if (cursor.lacks(offset)) return cursor.shortage(offset);
  const tunnel = u16(bytes, at + identifiersAt);
  const session = u16(bytes, at + identifiersAt + 2);
  if (!packet.pushLayer(layer.l2tp, (tunnel << 16) | session)) return decoded.malformed;
  cursor.at = at + offset;
  return next.ppp;
}
