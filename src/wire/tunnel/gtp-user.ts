import { i32, u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// 3GPP TS 29.281 §5.1 (GTP-U):
//   version 3 bits (1), PT 1 (1), reserved 1, E 1, S 1, PN 1 | message type 1 | length 2 | tunnel endpoint 4
//   | [sequence 2, N-PDU 1, next extension 1, if any of E S PN]
// §5.2.1 (extension header):  length 1 (words) | content | next extension 1

/** Version 1 and protocol type GTP; the rest of the octet are flags. */
const versionAndType = 0x30;
const optionalFields = 0x07;
const extensionPresent = 0x04;
/** G-PDU: a user's packet inside. Everything else is signalling. */
const userPacket = 255;
/** TS 29.281 §5.2.2 defines six; a chain longer than this is made to cost time. */
const maxExtensions = 8;

/** Reads a GTP-U header with its extension headers. */
export function decodeGtpUser(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(8)) return cursor.shortage(8);
  const { bytes } = packet;
  const { at } = cursor;
  const flags = bytes[at]!;
  if ((flags & 0xf0) !== versionAndType || bytes[at + 1] !== userPacket) return decoded.other;
  const length = 8 + u16(bytes, at + 2);
  if (at + length > cursor.limit) return decoded.malformed;
  cursor.narrow(length);
  let offset = 8;
  if ((flags & optionalFields) !== 0) {
    if (cursor.lacks(12)) return cursor.shortage(12);
    offset = 12;
    let extension = (flags & extensionPresent) === 0 ? 0 : bytes[at + 11]!;
    for (let count = 0; extension !== 0; count++) {
      if (count === maxExtensions) return decoded.malformed;
      if (cursor.lacks(offset + 4)) return cursor.shortage(offset + 4);
      const words = bytes[at + offset]!;
      if (words === 0) return decoded.malformed;
      offset += words << 2;
      if (cursor.lacks(offset)) return cursor.shortage(offset);
      extension = bytes[at + offset - 1]!;
    }
  }
  if (!packet.pushLayer(layer['gtp-u'], i32(bytes, at + 4))) return decoded.malformed;
  cursor.at = at + offset;
  return next.rawIp;
}
