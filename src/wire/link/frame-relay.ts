import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { firstEtherType } from '../../registry/ethertypes.js';
import type { Cursor } from './cursor.js';
import { stepOfEtherType } from './ether-type.js';
import { decodeSnap } from './llc.js';
import { next, type Step } from './next.js';

// ITU-T Q.922 Annex A: an address of 2 to 4 octets, the last one odd.
// RFC 2427 §3:  address | control 0x03 | [pad 0x00] | NLPID 1 | content.   Cisco:  address | EtherType 2 | content.

const unnumberedInformation = 0x03;

// ISO/IEC TR 9577, network layer protocol identifiers.
const nlpidSnap = 0x80;
const nlpidIpv6 = 0x8e;
const nlpidIpv4 = 0xcc;
const nlpidPpp = 0xcf;

/** Reads a Frame Relay header in either encapsulation. */
export function decodeFrameRelay(packet: PacketView, cursor: Cursor): Step {
  const { bytes } = packet;
  let length = 1;
  for (; length <= 4; length++) {
    if (cursor.lacks(length)) return cursor.shortage(length);
    if ((bytes[cursor.at + length - 1]! & 1) === 1) break;
  }
  if (length > 4 || length < 2) return decoded.malformed;
  cursor.at += length;
  if (cursor.lacks(2)) return cursor.shortage(2);
  const type = u16(bytes, cursor.at);
  if (bytes[cursor.at] !== unnumberedInformation) {
    cursor.at += 2;
    return type >= firstEtherType ? stepOfEtherType(type) : decoded.other;
  }
  cursor.at += 1;
  if (bytes[cursor.at] === 0) cursor.at += 1;
  if (cursor.lacks(1)) return cursor.shortage(1);
  const protocol = bytes[cursor.at]!;
  cursor.at += 1;
  switch (protocol) {
    case nlpidIpv4:
      return next.ipv4;
    case nlpidIpv6:
      return next.ipv6;
    case nlpidSnap:
      return decodeSnap(packet, cursor);
    case nlpidPpp:
      return next.ppp;
    default:
      return decoded.other;
  }
}
