import { u16 } from '../../base/bytes.js';
import { decoded, type PacketView } from '../../model/packet.js';
import { firstEtherType } from '../../registry/ethertypes.js';
import type { Cursor } from './cursor.js';
import { stepOfEtherType } from './ether-type.js';
import { next, type Step } from './next.js';

// LINKTYPE_LINUX_SLL:   packet type 2 | ARPHRD 2 | address length 2 | address 8 | protocol 2 | content
// LINKTYPE_LINUX_SLL2:  protocol 2 | reserved 2 | interface 4 | ARPHRD 2 | packet type 1 | address length 1 | address 8

// ARPHRD values (linux/if_arp.h) whose protocol field is no EtherType.
const arphrdWlan = 801;
const arphrdWlanRadio = 803;
const arphrdNetlink = 824;
const arphrdFrameRelay = 770;

/** ETH_P_802_2 (linux/if_ether.h): an LLC header follows. */
const protocolLlc = 0x0004;

/** Reads a Linux cooked header. */
export function decodeLinuxCooked(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(16)) return cursor.shortage(16);
  const { at } = cursor;
  cursor.at = at + 16;
  return stepOfCooked(u16(packet.bytes, at + 2), u16(packet.bytes, at + 14));
}

/** Reads a Linux cooked header of the second version. */
export function decodeLinuxCooked2(packet: PacketView, cursor: Cursor): Step {
  if (cursor.lacks(20)) return cursor.shortage(20);
  const { at } = cursor;
  cursor.at = at + 20;
  return stepOfCooked(u16(packet.bytes, at + 8), u16(packet.bytes, at));
}

function stepOfCooked(hardware: number, protocol: number): Step {
  if (hardware === arphrdNetlink) return decoded.other;
  if (hardware === arphrdWlan) return next.wlan;
  if (hardware === arphrdWlanRadio) return next.wlanRadio;
  if (hardware === arphrdFrameRelay) return next.frameRelay;
  if (protocol === protocolLlc) return next.llc;
  return protocol >= firstEtherType ? stepOfEtherType(protocol) : decoded.other;
}
