import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from './cursor.js';
import { next, type Step } from './next.js';

/** How a link type's frames begin: octets to step over, and what stands behind them. */
interface LinkStart {
  skip: number;
  first: Step;
}

/** By LINKTYPE_ number (the tcpdump group's registry, 2026-11; BSD's and old libpcap's own numbers where files have them). */
const linkStarts: ReadonlyMap<number, LinkStart> = new Map([
  [0, { skip: 0, first: next.nullLoop }], // NULL
  [1, { skip: 0, first: next.ethernet }], // ETHERNET
  [9, { skip: 0, first: next.pppHdlc }], // PPP
  [10, { skip: 13, first: next.llc }], // FDDI: frame control 1, addresses 6 and 6
  [11, { skip: 0, first: next.llc }], // ATM_RFC1483, BSD's number
  [12, { skip: 0, first: next.rawIp }], // RAW, most systems' number
  [14, { skip: 0, first: next.rawIp }], // RAW, OpenBSD's number
  [50, { skip: 0, first: next.pppHdlc }], // PPP_HDLC
  [51, { skip: 0, first: next.pppoe }], // PPP_ETHER
  [100, { skip: 0, first: next.llc }], // ATM_RFC1483
  [101, { skip: 0, first: next.rawIp }], // RAW
  [104, { skip: 0, first: next.pppHdlc }], // C_HDLC, in practice either
  [105, { skip: 0, first: next.wlan }], // IEEE802_11
  [107, { skip: 0, first: next.frameRelay }], // FRELAY
  [108, { skip: 0, first: next.nullLoop }], // LOOP
  [109, { skip: 12, first: next.rawIp }], // ENC: family 4, security parameter index 4, flags 4
  [113, { skip: 0, first: next.linuxCooked }], // LINUX_SLL
  [119, { skip: 144, first: next.wlan }], // IEEE802_11_PRISM
  [127, { skip: 0, first: next.wlanRadio }], // IEEE802_11_RADIOTAP
  [138, { skip: 16, first: next.etherType }], // APPLE_IP_OVER_IEEE1394: two addresses of 8, then an EtherType
  [163, { skip: 64, first: next.wlan }], // IEEE802_11_AVS
  [166, { skip: 2, first: next.ppp }], // PPP_PPPD: direction where 0xff 0x03 would be
  [204, { skip: 1, first: next.pppHdlc }], // PPP_WITH_DIR
  [205, { skip: 1, first: next.pppHdlc }], // C_HDLC_WITH_DIR
  [206, { skip: 1, first: next.frameRelay }], // FRELAY_WITH_DIR
  [219, { skip: 0, first: next.mpls }], // MPLS
  [228, { skip: 0, first: next.ipv4 }], // IPV4
  [229, { skip: 0, first: next.ipv6 }], // IPV6
  [239, { skip: 0, first: next.nflog }], // NFLOG
  [240, { skip: 4, first: next.ethernet }], // NETANALYZER
  [241, { skip: 12, first: next.ethernet }], // NETANALYZER_TRANSPARENT: with preamble 8
  [274, { skip: 8, first: next.ethernet }], // ETHERNET_MPACKET: preamble and start delimiter
  [276, { skip: 0, first: next.linuxCooked2 }], // LINUX_SLL2
]);

const unknownStart: LinkStart = { skip: 0, first: decoded.unsupported };

/** The start of a link type's frames; of an unknown one, `unsupported`. */
export function linkStart(linkType: number): Readonly<LinkStart> {
  return linkStarts.get(linkType) ?? unknownStart;
}

/** Whether frames of this link type are decoded here. */
export function isKnownLinkType(linkType: number): boolean {
  return linkStarts.has(linkType);
}

/**
 * Longest frame that is believed to have been on a wire: libpcap's largest snap length. Damaged files claim gigabytes, which
 * would become payload where a header leaves its length open.
 */
const maxFrameLength = 0x40000;

/** Sets the cursor to a frame's first octet behind what its link type has in front. */
export function enterFrame(packet: PacketView, cursor: Cursor, start: Readonly<LinkStart>): Step {
  cursor.readFrom(packet.bytes);
  const captured = packet.end - packet.start;
  cursor.at = packet.start;
  cursor.end = packet.end;
  // Some writers leave the original length smaller than what they captured, or zero.
  const original = packet.originalLength < maxFrameLength ? packet.originalLength : maxFrameLength;
  cursor.limit = packet.start + (original > captured ? original : captured);
  cursor.unproven = false;
  if (start.skip > 0) {
    if (cursor.lacks(start.skip)) return cursor.shortage(start.skip);
    cursor.at += start.skip;
  }
  return start.first;
}
