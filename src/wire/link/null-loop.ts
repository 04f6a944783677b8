import { u32 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from './cursor.js';
import { stepOfEtherType } from './ether-type.js';
import { next, type Step } from './next.js';

/** AF_INET, alike everywhere. */
const inet = 2;

/**
 * LINKTYPE_NULL and LINKTYPE_LOOP:  address family 4 | content. NULL writes the family in the capturing host's order and
 * LOOP in network order; both orders are taken for both, as files were rewritten between hosts.
 */
export function decodeNullLoop(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const value = u32(packet.bytes, cursor.at);
  cursor.at += 4;
  const family = value > 0xffff ? swapped(value) : value;
  if (family === inet) return next.ipv4;
  if (isInet6(family)) return next.ipv6;
  // Some tools write an EtherType here.
  const step = stepOfEtherType(family);
  return step === next.ipv4 || step === next.ipv6 ? step : decoded.other;
}

/** AF_INET6 is 10 on Linux, 23 on Windows, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS. */
function isInet6(family: number): boolean {
  return family === 10 || family === 23 || family === 24 || family === 28 || family === 30;
}

/** LINKTYPE_RAW:  an IP header, whose version tells which. */
export function decodeRawIp(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(1)) return cursor.shortage(1);
  const version = packet.bytes[cursor.at]! >> 4;
  if (version === 4) return next.ipv4;
  if (version === 6) return next.ipv6;
  return decoded.malformed;
}

function swapped(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}
