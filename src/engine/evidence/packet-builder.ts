// Packets as they go into evidence: the captured ones cut short or masked, or new ones around the same transport header.

import { type Address, addressOctets } from '../../base/parsed-address.js';
import type { PacketView } from '../../model/packet.js';
import { etherTypes } from '../../registry/ethertypes.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import { addOctets, addWord, checksumOf } from './checksum.js';

const ethernetHeader = 14;
const ipv4Header = 20;
const ipv6Header = 40;
const udpHeader = 8;
const timeToLive = 64;
const maxLengthField = 0xffff;
/** IPv4 flag: don't fragment. What was in fragments is whole now. */
const dontFragment = 0x4000;

/** Where the checksum stands in the transport header. */
const checksumAt: Readonly<Record<number, number>> = { [ipProtocols.tcp]: 16, [ipProtocols.udp]: 6 };

/** TCP options (RFC 9293 §3.1 and the registry) that name nobody: end, no operation, sizes, scale, SACK, time stamps. */
const harmlessOptions: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 8]);
const noOperation = 1;

/** A packet to be written. */
export interface BuiltPacket {
  octets: Uint8Array;
  originalLength: number;
}

/** Changes `bytes[start, end)` in place. */
export type Mask = (bytes: Uint8Array, start: number, end: number) => void;

/** Who speaks in a rebuilt packet. */
export interface Ends {
  source: Address;
  destination: Address;
  sourceHardware: Uint8Array;
  destinationHardware: Uint8Array;
}

/** The octets of a decoded packet's transport header: all of it that was captured. */
function transportHeader(packet: PacketView): Uint8Array {
  return Uint8Array.from(packet.bytes.subarray(packet.transportStart, packet.payloadStart));
}

/** Length of the transport header as it says itself; more than was captured where the snap length cut it. */
function transportHeaderLength(packet: PacketView): number {
  return packet.protocol === ipProtocols.udp ? udpHeader : (packet.bytes[packet.transportStart + 12]! >> 4) << 2;
}

/**
 * Ethernet, IP without options or extensions, and the transport header with the first `kept` octets of the payload. Lengths are
 * those of the whole packet; the checksums are right for a payload that goes on in zeros, so that they tell nothing of what was
 * cut. `mask` changes the payload that is kept; `clean` blanks TCP options that may name somebody.
 */
export function rebuildPacket(
  packet: PacketView,
  ends: Ends,
  kept: number,
  mask: Mask | null,
  clean: boolean,
): BuiltPacket {
  const header = transportHeader(packet);
  if (clean && packet.protocol === ipProtocols.tcp) cleanOptions(header);
  const length = transportHeaderLength(packet) + packet.payloadLength;
  const network = packet.family === 4 ? ipv4(packet, ends, length) : ipv6(packet, ends, length);
  // A header that was cut has no payload behind it.
  const payload = packet.bytes.subarray(packet.payloadStart, packet.payloadStart + kept);
  const octets = new Uint8Array(ethernetHeader + network.length + header.length + payload.length);
  octets.set(ends.destinationHardware, 0);
  octets.set(ends.sourceHardware, 6);
  const type = packet.family === 4 ? etherTypes.ipv4 : etherTypes.ipv6;
  octets.set([type >> 8, type & 0xff], 12);
  octets.set(network, ethernetHeader);
  const transport = ethernetHeader + network.length;
  octets.set(header, transport);
  octets.set(payload, transport + header.length);
  mask?.(octets, transport + header.length, octets.length);
  seal(octets, transport, packet.protocol, ends.source, ends.destination, length);
  return { octets, originalLength: ethernetHeader + network.length + length };
}

/**
 * The captured frame up to `kept` octets of payload. Without a `mask` its octets stay as they are; with one (it may do nothing)
 * the checksum is made anew, so that it tells nothing of what is missing.
 */
export function cutPacket(packet: PacketView, ends: Ends, kept: number, mask: Mask | null): BuiltPacket {
  const end = packet.payloadStart + kept;
  const isWhole = end === packet.payloadEnd;
  const octets = Uint8Array.from(packet.bytes.subarray(packet.start, isWhole && isPadding(packet) ? packet.end : end));
  const originalLength = Math.max(packet.originalLength, octets.length);
  if (mask === null) return { octets, originalLength };
  mask(octets, packet.payloadStart - packet.start, end - packet.start);
  const length = transportHeaderLength(packet) + packet.payloadLength;
  const transport = packet.transportStart - packet.start;
  seal(octets.subarray(0, end - packet.start), transport, packet.protocol, ends.source, ends.destination, length);
  return { octets, originalLength };
}

/** Whether what stands behind the payload is filling: drivers were seen to fill with what lay in their memory. */
function isPadding({ bytes, payloadEnd, end }: PacketView): boolean {
  for (let at = payloadEnd; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Writes the transport checksum over `octets` from `start` on, which lack nothing but zeros; UDP without one stays so. */
function seal(
  octets: Uint8Array,
  start: number,
  protocol: number,
  source: Address,
  destination: Address,
  length: number,
): void {
  const at = start + checksumAt[protocol]!;
  if (at + 2 > octets.length) return;
  if (protocol === ipProtocols.udp && octets[at] === 0 && octets[at + 1] === 0) return;
  octets[at] = 0;
  octets[at + 1] = 0;
  let sum = addWord(length, protocol);
  for (const word of [...source.words, ...destination.words]) sum = addWord(sum, word);
  const checksum = checksumOf(addOctets(sum, octets, start, octets.length));
  // RFC 768: 0 would say that there is none.
  const said = checksum === 0 && protocol === ipProtocols.udp ? 0xffff : checksum;
  octets[at] = said >> 8;
  octets[at + 1] = said & 0xff;
}

function ipv4(packet: PacketView, { source, destination }: Ends, length: number): Uint8Array {
  const header = new Uint8Array(ipv4Header);
  const view = new DataView(header.buffer);
  const total = ipv4Header + length;
  header[0] = 0x45;
  // Longer than the field can say: 0, as segmentation offload writes it.
  view.setUint16(2, total > maxLengthField ? 0 : total);
  view.setUint16(4, packet.identification);
  view.setUint16(6, dontFragment);
  header[8] = timeToLive;
  header[9] = packet.protocol;
  header.set(addressOctets(source), 12);
  header.set(addressOctets(destination), 16);
  view.setUint16(10, checksumOf(addOctets(0, header, 0, ipv4Header)));
  return header;
}

function ipv6(packet: PacketView, { source, destination }: Ends, length: number): Uint8Array {
  const header = new Uint8Array(ipv6Header);
  const view = new DataView(header.buffer);
  header[0] = 0x60;
  view.setUint16(4, length > maxLengthField ? 0 : length);
  header[6] = packet.protocol;
  header[7] = timeToLive;
  header.set(addressOctets(source), 8);
  header.set(addressOctets(destination), 24);
  return header;
}

/** Overwrites what may name a host or a connection (multipath addresses, cookies, digests) with no-operations. */
function cleanOptions(header: Uint8Array): void {
  for (let at = 20; at < header.length; ) {
    const kind = header[at]!;
    const short = kind === 0 || kind === noOperation;
    const length = short ? 1 : (header[at + 1] ?? 0);
    const fits = length >= 1 && (short || length >= 2) && at + length <= header.length;
    const end = fits ? at + length : header.length;
    if (!fits || !harmlessOptions.has(kind)) header.fill(noOperation, at, end);
    at = end;
  }
}
