import { u24 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 5415 §4.3 (CAPWAP header):
//   version 4 bits (0), type 4 (0 = in the clear) | header length 5 bits (words), radio 5, binding 5, T F L W M K 1 each,
//   flags 3 | fragment 2 | offset 13 bits, reserved 3 | [radio address] | [wireless information]

// Bits of the three octets behind the first.
const nativeFrame = 0x000100;
const fragmented = 0x000080;
const keepAlive = 0x000008;
/** Binding 1: IEEE 802.11 (RFC 5416). */
const wlanBinding = 1;

/** Reads a CAPWAP data header. DTLS, keep-alives and CAPWAP's own fragments are left alone. */
export function decodeCapwap(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(8)) return cursor.shortage(8);
  const { bytes } = packet;
  const { at } = cursor;
  const fields = u24(bytes, at + 1);
  if (bytes[at] !== 0 || (fields & (fragmented | keepAlive)) !== 0) return decoded.other;
  const length = (fields >>> 19) << 2;
  if (length < 8) return decoded.malformed;
  if (cursor.lacks(length)) return cursor.shortage(length);
  if (!packet.pushLayer(layer.capwap, 0)) return decoded.malformed;
  cursor.at = at + length;
  if ((fields & nativeFrame) === 0) return next.ethernet;
  return ((fields >>> 9) & 0x1f) === wlanBinding ? next.swappedWlan : decoded.other;
}
