import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { layer } from '../tunnel/layers.js';
import type { Cursor } from './cursor.js';
import { next, type Step } from './next.js';

// IEEE 802.11 §9.2.3 (general frame format), little-endian:
//   frame control 2 | duration 2 | address1 6 | address2 6 | address3 6 | sequence 2 | [address4 6] | [QoS 2] | [HT 4] | body

const typeData = 2;
const subtypeQos = 0x8;
const subtypeNoData = 0x4;
const toAndFromDistribution = 0x03;
const protectedFrame = 0x40;
const moreFragments = 0x04;
const order = 0x80;
const aggregate = 0x80;
/** An A-MSDU subframe: destination 6 | source 6 | length 2. */
const subframeHeaderLength = 14;

/**
 * Reads an 802.11 data frame in the clear. Encrypted frames, management and control are `other`; fragments of a frame
 * (rare since aggregation) are `unsupported`. Of an aggregate (A-MSDU) only the first subframe is followed.
 */
export function decodeWlan(packet: PacketView, cursor: Cursor): Step {
  return decodeWlanFrame(packet, cursor, 0, false);
}

/** The same with the two frame control octets swapped where that makes sense of them, as some access points tunnel it. */
export function decodeSwappedWlan(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  const swapped = !isDataFrame(packet.bytes[cursor.at]!) && isDataFrame(packet.bytes[cursor.at + 1]!);
  return decodeWlanFrame(packet, cursor, swapped ? 1 : 0, false);
}

function isDataFrame(control: number): boolean {
  return (control & 0x0f) === typeData << 2;
}

/**
 * LINKTYPE_IEEE802_11_RADIOTAP:  version 1 | pad 1 | length 2 | present 4 … | fields, little-endian. Of the fields only the
 * flags matter: whether the body is aligned by padding.
 */
export function decodeWlanRadio(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(8)) return cursor.shortage(8);
  const { bytes } = packet;
  const { at } = cursor;
  const length = bytes[at + 2]! | (bytes[at + 3]! << 8);
  if (length < 8) return decoded.malformed;
  if (cursor.lacks(length)) return cursor.shortage(length);
  const padded = hasAlignedBody(bytes, at, at + length);
  cursor.at = at + length;
  return decodeWlanFrame(packet, cursor, 0, padded);
}

/** Whether a radiotap header's flags field says that the 802.11 header is padded to 32 bits. */
function hasAlignedBody(bytes: Uint8Array, start: number, end: number): boolean {
  const present = bytes[start + 4]!;
  let at = start + 8;
  // Bit 31 of each word says that another word follows.
  let more = bytes[start + 7]! & 0x80;
  while (more !== 0 && at + 4 <= end) {
    more = bytes[at + 3]! & 0x80;
    at += 4;
  }
  if ((present & 0x02) === 0) return false;
  if ((present & 0x01) !== 0) at = start + ((at - start + 7) & ~7) + 8; // the timer, aligned to 8
  return at < end && (bytes[at]! & 0x20) !== 0;
}

function decodeWlanFrame(packet: PacketView, cursor: Cursor, swap: 0 | 1, padded: boolean): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  const { bytes } = packet;
  const { at } = cursor;
  const control = bytes[at + swap]!;
  const flags = bytes[at + 1 - swap]!;
  if (!isDataFrame(control)) return decoded.other;
  const subtype = control >> 4;
  if ((subtype & subtypeNoData) !== 0 || (flags & protectedFrame) !== 0) return decoded.other;

  let length = 24;
  if ((flags & toAndFromDistribution) === toAndFromDistribution) length += 6;
  const qosAt = length;
  const isQos = (subtype & subtypeQos) !== 0;
  if (isQos) length += (flags & order) === 0 ? 2 : 6;
  const aligned = padded ? (length + 3) & ~3 : length;
  if (cursor.lacks(aligned)) return cursor.shortage(aligned);
  // Access points that swap frame control leave other things in the sequence field too: there it tells no fragment.
  const isFragment = (flags & moreFragments) !== 0 || (bytes[at + 22]! & 0x0f) !== 0;
  if (isFragment && swap === 0) return decoded.unsupported;
  if (!packet.pushLayer(layer.wlan, 0)) return decoded.malformed;
  cursor.at = at + aligned;
  return isQos && (bytes[at + qosAt]! & aggregate) !== 0 ? enterFirstSubframe(packet, cursor) : next.llc;
}

function enterFirstSubframe(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(subframeHeaderLength)) return cursor.shortage(subframeHeaderLength);
  const length = u16(packet.bytes, cursor.at + 12);
  cursor.at += subframeHeaderLength;
  cursor.narrow(length);
  return next.llc;
}
