import { i32, u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { etherTypes } from '../../registry/ethertypes.js';
import { layer } from '../tunnel/layers.js';
import type { Cursor } from './cursor.js';
import { next, type Step } from './next.js';

// RFC 3032 §2.1 (label stack entry):  label 20 bits | traffic class 3 | bottom of stack 1 | time to live 8

/**
 * Reads one label. Below the bottom nothing names the content: the first nibble tells IP (RFC 4928 §2), and what is
 * neither may be an Ethernet pseudowire, with or without its control word (RFC 4448 §4.6).
 */
export function decodeMpls(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const { bytes } = packet;
  const entry = i32(bytes, cursor.at);
  if (!packet.pushLayer(layer.mpls, entry >>> 12)) return decoded.malformed;
  cursor.at += 4;
  if ((entry & 0x100) === 0) return next.mpls;
  if (cursor.lacks(1)) return cursor.shortage(1);
  const nibble = bytes[cursor.at]! >> 4;
  if (nibble === 4) return next.ipv4;
  if (nibble === 6) return next.ipv6;
  if (nibble === 0 && isEthernet(packet, cursor, 4)) cursor.at += 4;
  else if (!isEthernet(packet, cursor, 0)) return decoded.other;
  return next.ethernet;
}

/** Whether an Ethernet header with a type that leads to IP stands `skip` octets ahead. */
function isEthernet(packet: PacketView, cursor: Cursor, skip: number): boolean {
  if (cursor.lacks(skip + 14)) return false;
  const type = u16(packet.bytes, cursor.at + skip + 12);
  return (
    type === etherTypes.ipv4 || type === etherTypes.ipv6 || type === etherTypes.vlan || type === etherTypes.serviceVlan
  );
}
