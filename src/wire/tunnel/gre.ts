import { i32, u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { etherTypes } from '../../registry/ethertypes.js';
import type { Cursor } from '../link/cursor.js';
import { stepOfEtherType } from '../link/ether-type.js';
import { next, type Step } from '../link/next.js';
import { layer } from './layers.js';

// RFC 2784 §2, RFC 2890 §2, RFC 1701 (routing), RFC 2637 §4.1 (version 1):
//   C R K S s bits, recursion 3 bits, [A 1 bit], reserved, version 3 bits | protocol 2 | [checksum 2, offset 2 if C or R]
//   | [key 4 if K] | [sequence 4 if S] | [acknowledgment 4 if A] | [routing if R]

const checksumPresent = 0x8000;
const routingPresent = 0x4000;
const keyPresent = 0x2000;
const sequencePresent = 0x1000;
const acknowledgmentPresent = 0x0080;
const versionMask = 0x0007;
/** RFC 1701: no source route seen in the wild comes near it. */
const maxRouteEntries = 16;

/** Aruba's controllers tunnel 802.11 frames under these protocol types, one for each traffic class. */
const firstArubaType = 0x8200;
const lastArubaType = 0x82ff;
const laterArubaType = 0x9000;

/** Reads a GRE header and notes its key; NVGRE (RFC 7637) and ERSPAN get layers of their own. */
export function decodeGre(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const { bytes } = packet;
  const { at } = cursor;
  const flags = u16(bytes, at);
  const protocol = u16(bytes, at + 2);
  const version = flags & versionMask;
  if (version > 1) return decoded.unsupported;
  let length = 4;
  if ((flags & (checksumPresent | routingPresent)) !== 0) length += 4;
  const keyAt = length;
  if ((flags & keyPresent) !== 0) length += 4;
  if ((flags & sequencePresent) !== 0) length += 4;
  if (version === 1 && (flags & acknowledgmentPresent) !== 0) length += 4;
  if (cursor.lacks(length)) return cursor.shortage(length);
  const key = (flags & keyPresent) === 0 ? 0 : i32(bytes, at + keyAt);
  cursor.at = at + length;
  if ((flags & routingPresent) !== 0) {
    const step = skipRoutes(packet, cursor);
    if (step !== decoded.other) return step;
  }

  if (version === 1) {
    // RFC 2637 §4.1: the key is payload length and call; without a sequence number it only acknowledges.
    if ((flags & sequencePresent) === 0) return decoded.other;
    cursor.narrow(key >>> 16);
    return packet.pushLayer(layer.gre, key & 0xffff) ? next.ppp : decoded.malformed;
  }
  if (protocol === etherTypes.erspan2) return (flags & sequencePresent) === 0 ? next.erspan1 : next.erspan2;
  if (protocol === etherTypes.erspan3) return next.erspan3;
  const isVirtualNetwork = protocol === etherTypes.transparentEthernet && (flags & 0xf000) === keyPresent;
  // RFC 7637 §3.2: the key is a network identifier of 24 bits and a flow hash of 8.
  if (!packet.pushLayer(isVirtualNetwork ? layer.nvgre : layer.gre, isVirtualNetwork ? key >>> 8 : key)) {
    return decoded.malformed;
  }
  return stepOfGreProtocol(packet, cursor, protocol);
}

function stepOfGreProtocol(packet: PacketView, cursor: Cursor, protocol: number): Step {
  if (protocol === etherTypes.wccp) {
    // WCCPv2 puts a redirect header of 4 octets before the packet; version 1 does not, and IP begins with 4.
    if (!cursor.lacks(1) && packet.bytes[cursor.at]! >> 4 !== 4) cursor.at += 4;
    return next.ipv4;
  }
  if ((protocol >= firstArubaType && protocol <= lastArubaType) || protocol === laterArubaType) return next.wlan;
  return stepOfEtherType(protocol);
}

/** Steps over RFC 1701's source routes: family 2 | offset 1 | length 1 | content, ended by zeros. `other` = go on. */
function skipRoutes(packet: PacketView, cursor: Cursor): Step {
  for (let entry = 0; entry < maxRouteEntries; entry++) {
    if (cursor.lacks(4)) return cursor.shortage(4);
    const length = packet.bytes[cursor.at + 3]!;
    const isLast = length === 0 && u16(packet.bytes, cursor.at) === 0;
    cursor.at += 4 + length;
    if (isLast) return decoded.other;
  }
  return decoded.malformed;
}
