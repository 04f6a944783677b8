import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { pppProtocols } from '../../registry/ppp-protocols.js';
import { layer } from '../tunnel/layers.js';
import type { Cursor } from './cursor.js';
import { stepOfEtherType } from './ether-type.js';
import { next, type Step } from './next.js';

/**
 * RFC 1661 §2 (PPP):  [address 0xff | control 0x03] | protocol 1 or 2 | content. Address and control may have been
 * negotiated away, and so may the protocol's first octet (§6.5 and §6.6): an odd first octet is the whole protocol.
 */
export function decodePpp(packet: PacketView, cursor: Cursor): Step {
  const { bytes } = packet;
  if (cursor.lacks(2)) return cursor.shortage(2);
  if (bytes[cursor.at] === 0xff && bytes[cursor.at + 1] === 0x03) cursor.at += 2;
  if (cursor.lacks(2)) return cursor.shortage(2);
  const first = bytes[cursor.at]!;
  if ((first & 1) === 1) {
    cursor.at += 1;
    return stepOfPppProtocol(first);
  }
  const protocol = u16(bytes, cursor.at);
  cursor.at += 2;
  return stepOfPppProtocol(protocol);
}

/** PPP in HDLC-like framing, or Cisco HDLC, told apart by the address octet (RFC 1662 §3.1: 0xff is PPP's only one). */
export function decodePppHdlc(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  const address = packet.bytes[cursor.at]!;
  return address === 0x0f || address === 0x8f ? decodeCiscoHdlc(packet, cursor) : decodePpp(packet, cursor);
}

/** Cisco HDLC:  address 1 | control 1 | EtherType 2 | content. */
function decodeCiscoHdlc(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const type = u16(packet.bytes, cursor.at + 2);
  cursor.at += 4;
  return stepOfEtherType(type);
}

/** RFC 2516 §4 (PPPoE):  version and type 0x11 | code 1 | session 2 | length 2 | PPP. Only code 0 is a session's data. */
export function decodePppoe(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(6)) return cursor.shortage(6);
  const { bytes } = packet;
  const { at } = cursor;
  if (bytes[at] !== 0x11) return decoded.malformed;
  if (bytes[at + 1] !== 0) return decoded.other;
  if (!packet.pushLayer(layer.pppoe, u16(bytes, at + 2))) return decoded.malformed;
  cursor.at = at + 6;
  cursor.narrow(u16(bytes, at + 4));
  return next.ppp;
}

function stepOfPppProtocol(protocol: number): Step {
  switch (protocol) {
    case pppProtocols.ipv4:
      return next.ipv4;
    case pppProtocols.ipv6:
      return next.ipv6;
    case pppProtocols.mpls:
    case pppProtocols.mplsMulticast:
      return next.mpls;
    case pppProtocols.multilink:
    case pppProtocols.compressed:
    case pppProtocols.singleLinkCompression:
      return decoded.unsupported;
    default:
      return decoded.other;
  }
}
