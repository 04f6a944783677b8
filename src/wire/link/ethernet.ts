import { u16 } from '../../base/bytes.js';
import type { PacketView } from '../../model/packet.js';
import { firstEtherType } from '../../registry/ethertypes.js';
import type { Cursor } from './cursor.js';
import { stepOfEtherType } from './ether-type.js';
import { next, type Step } from './next.js';

// IEEE 802.3 §3.1.1 (MAC frame):  destination 6 | source 6 | type or length 2 | content

const headerLength = 14;

/** Reads an Ethernet header; a length in place of the type means LLC, and ends the content before the padding. */
export function decodeEthernet(cursor: Cursor): Step {
  if (cursor.lacks(headerLength)) return cursor.shortage(headerLength);
  const type = cursor.words.getUint16(cursor.at + 12);
  cursor.at += headerLength;
  return typeOrLength(type, cursor);
}

/** What a field that is either an EtherType or an IEEE 802.3 length announces. */
export function typeOrLength(type: number, cursor: Cursor): Step {
  if (type >= firstEtherType) return stepOfEtherType(type);
  cursor.narrow(type);
  return next.llc;
}

/** Reads an EtherType that stands alone. */
export function decodeEtherType(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(2)) return cursor.shortage(2);
  const type = u16(packet.bytes, cursor.at);
  cursor.at += 2;
  return stepOfEtherType(type);
}
