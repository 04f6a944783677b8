import { i32, u16, u32 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { stepOfIpProtocol } from './ip-protocol.js';

// RFC 8200 §3 (header):     version 4 bits, class 8, flow 20 | payload length 2 | next header 1 | hop limit 1 | source 16
//                           | destination 16
// RFC 8200 §4.3 (options):  next header 1 | length 1 (units of 8, the first not counted) | content
// RFC 8200 §4.5 (fragment): next header 1 | reserved 1 | offset 13 bits (units of 8), reserved 2, more 1 | identification 4

const headerLength = 40;

/** RFC 8200 §4.1 foresees seven; twice that is no longer anybody's traffic, and hostile chains end here. */
const maxExtensionHeaders = 14;

/** RFC 2675 §2: the hop-by-hop option with the length of a payload beyond 65,535 octets. */
const jumboOption = 0xc2;

/**
 * Reads an IPv6 header and its extension headers: sets the network fields. A payload length of 0 is a jumbogram (when the
 * hop-by-hop option says so) or segmentation offload: the packet then ends with the frame.
 */
export function decodeIpv6(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  const { bytes } = packet;
  const { at, words } = cursor;
  if (bytes[at]! >> 4 !== 6) return decoded.malformed;
  const payloadLength = words.getUint16(at + 4);
  const nextHeader = bytes[at + 6]!;
  if (payloadLength !== 0) {
    const length = headerLength + payloadLength;
    if (cursor.unproven && at + length > cursor.limit) return decoded.malformed;
    cursor.narrow(length);
  } else if (cursor.unproven && nextHeader !== ipProtocols.noNext) return decoded.malformed;
  cursor.unproven = false;

  packet.family = 6;
  packet.source0 = words.getInt32(at + 8);
  packet.source1 = words.getInt32(at + 12);
  packet.source2 = words.getInt32(at + 16);
  packet.source3 = words.getInt32(at + 20);
  packet.destination0 = words.getInt32(at + 24);
  packet.destination1 = words.getInt32(at + 28);
  packet.destination2 = words.getInt32(at + 32);
  packet.destination3 = words.getInt32(at + 36);
  packet.identification = 0;
  packet.protocol = nextHeader;
  cursor.at = at + headerLength;
  if (nextHeader === ipProtocols.tcp) return next.tcp;
  if (nextHeader === ipProtocols.udp) return next.udp;
  cursor.nextHeader = nextHeader;
  return decodeIpv6Extensions(packet, cursor);
}

/** Reads extension headers from the one that `cursor.nextHeader` names, up to what is none. */
export function decodeIpv6Extensions(packet: PacketView, cursor: Cursor): Step {
  const { bytes } = packet;
  for (let count = 0; count < maxExtensionHeaders; count++) {
    const { nextHeader, at } = cursor;
    switch (nextHeader) {
      case ipProtocols.hopByHop:
      case ipProtocols.routing:
      case ipProtocols.destinationOptions:
      case ipProtocols.mobility:
      case ipProtocols.hostIdentity:
      case ipProtocols.shim6: {
        if (cursor.lacks(8)) return cursor.shortage(8);
        const length = (bytes[at + 1]! + 1) << 3;
        if (cursor.lacks(length)) return cursor.shortage(length);
        if (nextHeader === ipProtocols.hopByHop) applyJumboLength(bytes, cursor, length);
        cursor.nextHeader = bytes[at]!;
        cursor.at = at + length;
        break;
      }
      case ipProtocols.fragment: {
        if (cursor.lacks(8)) return cursor.shortage(8);
        const field = u16(bytes, at + 2);
        cursor.nextHeader = bytes[at]!;
        cursor.at = at + 8;
        // RFC 6946: an atomic fragment is a whole datagram.
        if ((field & 0xfff9) === 0) break;
        packet.protocol = cursor.nextHeader;
        cursor.fragmentOffset = field & 0xfff8;
        cursor.fragmentMore = (field & 1) !== 0;
        cursor.fragmentIdentification = i32(bytes, at + 4);
        return next.fragment;
      }
      default:
        packet.protocol = nextHeader;
        return stepOfIpProtocol(nextHeader);
    }
  }
  return decoded.malformed;
}

/** RFC 2675 §3: where the option stands first, as every sender puts it, its length replaces the header's 0, up to the frame's. */
function applyJumboLength(bytes: Uint8Array, cursor: Cursor, optionsLength: number): void {
  const { at } = cursor;
  if (optionsLength !== 8 || bytes[at + 2] !== jumboOption || bytes[at + 3] !== 4) return;
  const length = u32(bytes, at + 4);
  if (length > 0xffff && at + length < cursor.limit) cursor.narrow(length);
}
