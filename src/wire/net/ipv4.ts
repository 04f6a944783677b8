import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';
import { next, type Step } from '../link/next.js';
import { stepOfIpProtocol } from './ip-protocol.js';

// RFC 791 §3.1 (Internet header):
//   version 4 bits, header length 4 (words) | service 1 | total length 2 | identification 2 | flags 3 bits, fragment
//   offset 13 (units of 8) | time to live 1 | protocol 1 | checksum 2 | source 4 | destination 4 | options

const minimumHeader = 20;

/**
 * Reads an IPv4 header: sets the network fields and ends the cursor's layer where the datagram ends, so that padding of
 * the link is left out. A total length of 0 is what segmentation offload leaves behind: the datagram then ends with
 * the frame. One that says more than the frame has is believed, as files lose the
 * original length and mirrors cut what they copy.
 */
export function decodeIpv4(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(minimumHeader)) return cursor.shortage(minimumHeader);
  const { at, words } = cursor;
  const first = words.getInt32(at);
  const headerLength = (first >>> 22) & 0x3c;
  if (first >>> 28 !== 4 || headerLength < minimumHeader) return decoded.malformed;
  const totalLength = first & 0xffff;
  if (totalLength === 0) {
    // Only a sender's own capture can have it; a guessed tunnel must do better.
    if (cursor.unproven) return decoded.malformed;
  } else {
    if (totalLength < headerLength) return decoded.malformed;
    if (cursor.unproven && at + totalLength > cursor.limit) return decoded.malformed;
    cursor.narrow(totalLength);
  }
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  cursor.unproven = false;

  const second = words.getInt32(at + 4);
  const third = words.getInt32(at + 8);
  const source = words.getInt32(at + 12);
  const destination = words.getInt32(at + 16);
  if (headerLength === minimumHeader && !sumsUp(first, second, third, source, destination)) cursor.badChecksums++;
  packet.family = 4;
  packet.source0 = source;
  packet.source1 = 0;
  packet.source2 = 0;
  packet.source3 = 0;
  packet.destination0 = destination;
  packet.destination1 = 0;
  packet.destination2 = 0;
  packet.destination3 = 0;
  packet.identification = second >>> 16;
  const protocol = (third >>> 16) & 0xff;
  packet.protocol = protocol;
  cursor.at = at + headerLength;

  // More fragments, or a fragment offset.
  if ((second & 0x3fff) !== 0) {
    cursor.nextHeader = protocol;
    cursor.fragmentOffset = (second & 0x1fff) << 3;
    cursor.fragmentMore = (second & 0x2000) !== 0;
    cursor.fragmentIdentification = second >>> 16;
    return next.fragment;
  }
  return stepOfIpProtocol(protocol);
}

/** RFC 1071 §1 over a header without options, whose words the caller has at hand. Options are rare: they go unchecked. */
function sumsUp(first: number, second: number, third: number, source: number, destination: number): boolean {
  let sum =
    (first >>> 16) +
    (first & 0xffff) +
    (second >>> 16) +
    (second & 0xffff) +
    (third >>> 16) +
    (third & 0xffff) +
    (source >>> 16) +
    (source & 0xffff) +
    (destination >>> 16) +
    (destination & 0xffff);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  return sum === 0xffff;
}
