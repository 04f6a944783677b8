import { u16, u24 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from './cursor.js';
import { stepOfEtherType } from './ether-type.js';
import { next, type Step } from './next.js';

// IEEE 802.2 §3.2 (LLC PDU):  DSAP 1 | SSAP 1 | control 1 or 2 | content
// IEEE 802 §9.2 (SNAP), when both SAPs are 0xaa:  organisation 3 | protocol 2 | content

const snap = 0xaa;
/** IEEE 802.2 service access point of IP itself (RFC 1042). */
const ipSap = 0x06;
/** Control octet of an unnumbered information PDU. */
const unnumberedInformation = 0x03;

/** Organisation of encapsulated EtherTypes (RFC 1042). */
const etherTypeOrganisation = 0x000000;
/** The same through bridges, 802.1H. */
const bridgeTunnelOrganisation = 0x0000f8;
/** Organisation of bridged frames over ATM and Frame Relay (RFC 2684 §5.2, RFC 2427 §4.2). */
const bridgedOrganisation = 0x0080c2;

/** Reads LLC and SNAP. Anything but IP inside is `other`. */
export function decodeLlc(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(3)) return cursor.shortage(3);
  const { bytes } = packet;
  const { at } = cursor;
  if (bytes[at + 2] !== unnumberedInformation) return decoded.other;
  if (bytes[at] === ipSap) {
    cursor.at = at + 3;
    return next.rawIp;
  }
  if (bytes[at] !== snap || bytes[at + 1] !== snap) return decoded.other;
  cursor.at = at + 3;
  return decodeSnap(packet, cursor);
}

/** Reads a SNAP header: an organisation and its protocol. */
export function decodeSnap(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(5)) return cursor.shortage(5);
  const { bytes } = packet;
  const { at } = cursor;
  const organisation = u24(bytes, at);
  const protocol = u16(bytes, at + 3);
  cursor.at = at + 5;
  if (organisation === etherTypeOrganisation || organisation === bridgeTunnelOrganisation) {
    return stepOfEtherType(protocol);
  }
  // RFC 2684 §5.2: 0x0001 and 0x0007 are Ethernet with and without its checksum, after two octets of padding.
  if (organisation === bridgedOrganisation && (protocol === 0x0001 || protocol === 0x0007)) {
    cursor.at = at + 7;
    return next.ethernet;
  }
  return decoded.other;
}
