import { u32 } from '../base/bytes.js';
import { canonicalLinkType, linkTypes } from '../registry/link-types.js';
import { fileU16, fileU32 } from './byte-order.js';
import { Framer, maximumPacket, maximumUnit } from './framing.js';

// draft-ietf-opsawg-pcap §4 (File Header), 24 octets, then records of §5 (Packet Record):
//
//   magic 4, major 2, minor 2, reserved 4 + 4, snap length 4, FCS length and link type 4
//   seconds 4, micro- or nanoseconds 4, captured length 4, original length 4, packet
//
// There is no mark between records: after an impossible length nothing tells where the next one starts, and whatever a
// search found could as well be a capture inside a captured download. So reading stops there, as tshark's does.

const fileHeader = 24;

/** Magic numbers as they read big-endian; the same number byte-swapped marks a little-endian file. */
export const pcapMagic = {
  microseconds: 0xa1b2c3d4,
  nanoseconds: 0xa1b23c4d,
  /** Alexey Kuznetzov's patched libpcap: each record header goes on with interface, protocol and packet type. */
  modified: 0xa1b2cd34,
} as const;

/** Reads pcap files: micro- and nanoseconds, both byte orders, and the modified format. */
export class PcapFramer extends Framer {
  readonly format = 'pcap';
  #opened = false;
  #little = false;
  #recordHeader = 16;
  #ticks = 1_000_000;
  #minor = 4;
  #linkType = 0;
  #maximum = maximumPacket;

  protected consume(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (!this.#opened) {
      this.needed = fileHeader;
      if (end - start < fileHeader) return 0;
      this.#open(bytes, start);
      if (this.endedEarly !== null) return end - start;
      at += fileHeader;
    }
    return this.#records(bytes, at, end, this.position - start) - start;
  }

  protected finish(_bytes: Uint8Array, start: number, end: number): void {
    const left = end - start;
    if (!this.#opened) this.stop(this.position, `the file header is cut: ${left} of ${fileHeader} octets`);
    else if (left === 0) return;
    else if (left < this.#recordHeader)
      this.stop(this.position, `cut in a record header: ${left} of ${this.#recordHeader} octets`);
    else this.stop(this.position, `cut in a packet: ${left} of its ${this.needed} octets with the record header`);
  }

  #open(bytes: Uint8Array, start: number): void {
    this.#opened = true;
    const magic = u32(bytes, start);
    this.#little = magic !== pcapMagic.microseconds && magic !== pcapMagic.nanoseconds && magic !== pcapMagic.modified;
    const written = fileU32(bytes, start, this.#little);
    if (written === pcapMagic.nanoseconds) this.#ticks = 1_000_000_000;
    if (written === pcapMagic.modified) this.#recordHeader = 24;
    const major = fileU16(bytes, start + 4, this.#little);
    this.#minor = fileU16(bytes, start + 6, this.#little);
    if (major !== 2) {
      this.stop(4, `pcap version ${major}.${this.#minor}; only 2.x is known`);
      return;
    }
    const snapLength = fileU32(bytes, start + 16, this.#little);
    const link = fileU32(bytes, start + 20, this.#little);
    // Bits 0xf4000000 say whether and how long a frame check sequence follows each packet; the reserved ones must be zero
    // and mean an error otherwise (draft-ietf-opsawg-pcap §4).
    const reserved = link & 0x03ff0000;
    if (reserved !== 0) {
      this.stop(20, `reserved bits of the link type are set (0x${reserved.toString(16)})`);
      return;
    }
    this.#linkType = canonicalLinkType(link & 0xffff);
    this.#maximum = mostOctets(this.#linkType);
    this.announce(this.#linkType, snapLength);
  }

  /** Returns where the first record starts that is not wholly there. `toOffset` makes stream offsets of indices. */
  #records(bytes: Uint8Array, start: number, end: number, toOffset: number): number {
    const words = new DataView(bytes.buffer, bytes.byteOffset, end);
    const view = this.view;
    const sink = this.sink;
    const little = this.#little;
    const header = this.#recordHeader;
    const ticks = this.#ticks;
    const nanosecondsPerTick = 1_000_000_000 / ticks;
    const linkType = this.#linkType;
    const maximum = this.#maximum;
    const minor = this.#minor;
    let frame = this.frame;
    let at = start;
    this.needed = header;
    while (end - at >= header) {
      let captured = words.getUint32(at + 8, little);
      let original = words.getUint32(at + 12, little);
      // Before version 2.3 the two lengths stood the other way round, and in 2.3 depending on the program.
      if (minor < 4 && (minor < 3 || captured > original)) {
        const swap = captured;
        captured = original;
        original = swap;
      }
      if (captured > maximum) {
        this.stop(at + toOffset, `a packet of ${captured} octets, more than the ${maximum} that there can be`);
        at = end;
        break;
      }
      const next = at + header + captured;
      if (next > end) {
        this.needed = header + captured;
        break;
      }
      let seconds = words.getUint32(at, little);
      let fraction = words.getUint32(at + 4, little);
      if (fraction >= ticks) {
        seconds += Math.floor(fraction / ticks);
        fraction %= ticks;
      }
      frame++;
      view.bytes = bytes;
      view.start = at + header;
      view.end = next;
      view.originalLength = original;
      view.frame = frame;
      view.seconds = seconds;
      view.nanoseconds = fraction * nanosecondsPerTick;
      view.linkType = linkType;
      view.interfaceId = 0;
      this.frame = frame;
      sink.packet(view);
      at = next;
    }
    return at;
  }
}

/** Most captured octets of a packet: three link types carry messages of up to megabytes. */
export function mostOctets(linkType: number): number {
  if (linkType === linkTypes.ebhscr) return 8 * 1024 * 1024;
  // These two may be 128 MiB long; we hold no more than one unit, and they hold no network traffic.
  if (linkType === linkTypes.dbus || linkType === linkTypes.usbPcap) return maximumUnit - 1024;
  return maximumPacket;
}
