// Writes packets as pcapng (draft-ietf-opsawg-pcapng): a section header, an interface description for each interface at its
// first packet, and enhanced packet blocks with nanoseconds.
import { blockTypes } from '../../capture/pcapng-blocks.js';
import type { PacketView } from '../../model/packet.js';

const byteOrderMagic = 0x1a2b3c4d;
const sectionHeaderOctets = 28;
const interfaceOctets = 32;
/** Block type, two lengths, interface, time stamp, captured and original length. */
const packetOverhead = 32;

/** Gathers blocks in one buffer; `take` hands them out for writing. */
export class PcapngWriter {
  #buffer: Buffer;
  #filled = 0;
  /** Interfaces of the section so far, by capture and link type. */
  readonly #interfaces: Map<number, number> = new Map();

  /** `room` octets are gathered before `isFull` says so. */
  constructor(room: number) {
    this.#buffer = Buffer.alloc(room);
  }

  /** Begins a section: a new file. */
  begin(): void {
    this.#interfaces.clear();
    const at = this.#block(blockTypes.sectionHeader, sectionHeaderOctets);
    this.#u32(at + 8, byteOrderMagic);
    this.#buffer.writeUInt16LE(1, at + 12);
    this.#buffer.writeUInt16LE(0, at + 14);
    // The section's length is not known yet.
    this.#buffer.fill(0xff, at + 16, at + 24);
  }

  /** Octets gathered. */
  get filled(): number {
    return this.#filled;
  }

  /** Adds a packet that came from the interface of that number. */
  packet(packet: PacketView, capture: number): void {
    const length = packet.end - packet.start;
    const padded = (length + 3) & ~3;
    const interfaceId = this.#interfaceOf(capture, packet.linkType);
    const at = this.#block(blockTypes.enhancedPacket, packetOverhead + padded);
    this.#u32(at + 8, interfaceId);
    // Nanoseconds in 64 bits without BigInt: the seconds in halves of 16 bits, so that every product is exact.
    const upper = Math.floor(packet.seconds / 65_536) * 1_000_000_000;
    const rest = (upper % 65_536) * 65_536 + (packet.seconds % 65_536) * 1_000_000_000 + packet.nanoseconds;
    this.#u32(at + 12, Math.floor(upper / 65_536) + Math.floor(rest / 2 ** 32));
    this.#u32(at + 16, rest % 2 ** 32);
    this.#u32(at + 20, length);
    this.#u32(at + 24, packet.originalLength);
    this.#buffer.set(packet.bytes.subarray(packet.start, packet.end), at + 28);
    this.#buffer.fill(0, at + 28 + length, at + 28 + padded);
  }

  /** What was gathered: lent until the next call. */
  take(): Uint8Array {
    const octets = this.#buffer.subarray(0, this.#filled);
    this.#filled = 0;
    return octets;
  }

  #interfaceOf(capture: number, linkType: number): number {
    const key = capture * 0x10000 + linkType;
    const known = this.#interfaces.get(key);
    if (known !== undefined) return known;
    const id = this.#interfaces.size;
    this.#interfaces.set(key, id);
    const at = this.#block(blockTypes.interfaceDescription, interfaceOctets);
    this.#buffer.writeUInt16LE(linkType, at + 8);
    this.#buffer.writeUInt16LE(0, at + 10);
    this.#u32(at + 12, 0);
    // if_tsresol (9), one octet: 10^-9 seconds; then the end of the options.
    this.#buffer.writeUInt16LE(9, at + 16);
    this.#buffer.writeUInt16LE(1, at + 18);
    this.#u32(at + 20, 9);
    this.#u32(at + 24, 0);
    return id;
  }

  /** Room for a block; its type and lengths are written. */
  #block(type: number, length: number): number {
    const at = this.#filled;
    if (at + length > this.#buffer.length) {
      const grown = Buffer.alloc(Math.max(this.#buffer.length * 2, at + length));
      grown.set(this.#buffer.subarray(0, at));
      this.#buffer = grown;
    }
    this.#filled += length;
    this.#u32(at, type);
    this.#u32(at + 4, length);
    this.#u32(at + length - 4, length);
    return at;
  }

  #u32(at: number, value: number): void {
    this.#buffer.writeUInt32LE(value, at);
  }
}
