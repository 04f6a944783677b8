import { decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from './cursor.js';
import { next, type Step } from './next.js';

// LINKTYPE_NFLOG:  address family 1 | version 1 | resource 2 | TLVs: length 2, type 2, in the capturing host's order

const versionKnown = 0;
/** NFULA_PAYLOAD (linux/netfilter/nfnetlink_log.h): the packet, from its IP header on. */
const payloadType = 9;
/** Real messages have about ten attributes; more would only be a way to spend our time. */
const maxAttributes = 64;

/** Finds the packet among a netfilter log message's attributes. */
export function decodeNflog(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(4)) return cursor.shortage(4);
  const { bytes } = packet;
  if (bytes[cursor.at + 1] !== versionKnown) return decoded.unsupported;
  cursor.at += 4;
  for (let attribute = 0; attribute < maxAttributes; attribute++) {
    if (cursor.at >= cursor.limit) return decoded.other;
    if (cursor.lacks(4)) return cursor.shortage(4);
    const { at } = cursor;
    // A type is a small number: which of its octets is zero tells the byte order.
    const little = bytes[at + 3] === 0;
    const length = little ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
    const type = little ? bytes[at + 2]! : bytes[at + 3]!;
    if (length < 4) return decoded.malformed;
    if (type === payloadType) {
      cursor.narrow(length);
      cursor.at = at + 4;
      return next.rawIp;
    }
    cursor.at = at + ((length + 3) & ~3);
  }
  return decoded.other;
}
