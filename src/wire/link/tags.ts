import { u16, u24 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { layer } from '../tunnel/layers.js';
import type { Cursor } from './cursor.js';
import { typeOrLength } from './ethernet.js';
import { next, type Step } from './next.js';

// Tags between the Ethernet addresses and the EtherType. The cursor stands behind the type that announced the tag.

/** IEEE 802.1Q §9.6 (tag control information): priority 3 bits, drop 1, VLAN identifier 12 | type 2. */
export function decodeVlan(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const { bytes } = packet;
  const { at } = cursor;
  if (!packet.pushLayer(layer.vlan, u16(bytes, at) & 0x0fff)) return decoded.malformed;
  cursor.at = at + 4;
  return typeOrLength(u16(bytes, at + 2), cursor);
}

/** IEEE 802.1Q §9.7 (backbone service instance tag): flags 1 | service identifier 3 | a whole Ethernet frame. */
export function decodeBackboneTag(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  if (!packet.pushLayer(layer.pbb, u24(packet.bytes, cursor.at + 1))) return decoded.malformed;
  cursor.at += 4;
  return next.ethernet;
}

/** Cisco VN-Tag: direction 1 bit, pointer 1, destination interface 14, loop 1, reserved 1, version 2, source interface 12 | type 2. */
export function decodeVnTag(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(6)) return cursor.shortage(6);
  const { bytes } = packet;
  const { at } = cursor;
  if (!packet.pushLayer(layer.vntag, u16(bytes, at) & 0x3fff)) return decoded.malformed;
  cursor.at = at + 6;
  return typeOrLength(u16(bytes, at + 4), cursor);
}

/** Cisco FabricPath: forwarding tag 10 bits, time to live 6 | a whole Ethernet frame. */
export function decodeFabricPath(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  if (!packet.pushLayer(layer.fabricpath, 0)) return decoded.malformed;
  cursor.at += 2;
  return next.ethernet;
}

/**
 * Cisco metadata:  version 1 | length 1, in words | option 2 and security group 2, a word each | type 2. Not a layer: it
 * separates no traffic. Every sender has one option, some with a length of 0.
 */
export function decodeCiscoMetadata(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  const { bytes } = packet;
  const { at } = cursor;
  const length = 2 + (bytes[at + 1] === 0 ? 4 : bytes[at + 1]! * 4);
  if (cursor.lacks(length + 2)) return cursor.shortage(length + 2);
  cursor.at = at + length + 2;
  return typeOrLength(u16(bytes, at + length), cursor);
}

/**
 * IEEE 802.1AE §9.3 (SecTAG): control 1 | short length 1 | packet number 4 | channel identifier 8 if SC | content | check
 * value. Only integrity protection (E and C clear) leaves the content readable.
 */
export function decodeSecTag(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(6)) return cursor.shortage(6);
  const { bytes } = packet;
  const { at } = cursor;
  const control = bytes[at]!;
  if ((control & 0x0c) !== 0) return decoded.unsupported;
  const length = (control & 0x20) === 0 ? 6 : 14;
  if (cursor.lacks(length + 2)) return cursor.shortage(length + 2);
  if (!packet.pushLayer(layer.macsec, control & 0x03)) return decoded.malformed;
  cursor.at = at + length + 2;
  return typeOrLength(u16(bytes, at + length), cursor);
}
