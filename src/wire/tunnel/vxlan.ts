import { u24 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 7348 §5 (VXLAN):  flags 1 | reserved 3 (group policy: identifier in the last 2) | network identifier 3 | reserved 1
// draft-ietf-nvo3-vxlan-gpe §3 (VXLAN-GPE):  flags 1 | reserved 2 | next protocol 1 | network identifier 3 | reserved 1

const headerLength = 8;
const identifierValid = 0x08;
const groupPolicy = 0x80;
const nextProtocolPresent = 0x04;

/** Reads a VXLAN header. Flags that VXLAN does not know prove that it is something else: `malformed`. */
export function decodeVxlan(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  const { bytes } = packet;
  const { at } = cursor;
  if ((bytes[at]! & ~groupPolicy) !== identifierValid) return decoded.malformed;
  if (!packet.pushLayer(layer.vxlan, u24(bytes, at + 4))) return decoded.malformed;
  cursor.at = at + headerLength;
  return next.ethernet;
}

/** Reads a VXLAN-GPE header, whose content need not be Ethernet. */
export function decodeVxlanGpe(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  const { bytes } = packet;
  const { at } = cursor;
  const flags = bytes[at]!;
  if ((flags & identifierValid) === 0 || flags >> 4 !== 0) return decoded.malformed;
  if (!packet.pushLayer(layer.vxlan, u24(bytes, at + 4))) return decoded.malformed;
  cursor.at = at + headerLength;
  return (flags & nextProtocolPresent) === 0 ? next.ethernet : stepOfNextProtocol(bytes[at + 3]!);
}

/** IANA "NSH Next Protocol" numbers (RFC 8300 §9.1.4), which VXLAN-GPE shares. */
export function stepOfNextProtocol(protocol: number): Step {
  switch (protocol) {
    case 1:
      return next.ipv4;
    case 2:
      return next.ipv6;
    case 3:
      return next.ethernet;
    case 4:
      return next.serviceHeader;
    case 5:
      return next.mpls;
    default:
      return decoded.other;
  }
}
