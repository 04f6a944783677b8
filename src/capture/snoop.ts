import { canonicalLinkType, linkTypes } from '../registry/link-types.js';
import { fileU32 } from './byte-order.js';
import { Framer, maximumPacket } from './framing.js';

// RFC 1761 (snoop version 2), always big-endian: a header of 16 octets, then records.
//
//   'snoop\0\0\0' 8, version 4, datalink type 4
//   original length 4, included length 4, record length 4, cumulative drops 4, seconds 4, microseconds 4, packet, padding

const fileHeader = 16;
const recordHeader = 24;
/** Padding beyond the packet that is still believed; the format only asks for up to 3 octets. */
const mostPadding = 64 * 1024;

/** LINKTYPE_ numbers of the datalink types of RFC 1761 §5 (and Solaris' later ones) whose packets mean the same. */
const linkTypeOf: Readonly<Record<number, number>> = {
  0: linkTypes.ethernet, // IEEE 802.3
  4: linkTypes.ethernet,
  8: linkTypes.fddi,
  26: linkTypes.ipOverInfiniband,
};

/** A number outside the registry's 16 bits, so that a foreign datalink type is not taken for a LINKTYPE_. */
const unknownLinkType = 0x10000;

/** Reads snoop files (Solaris, Cisco NAM). */
export class SnoopFramer extends Framer {
  readonly format = 'snoop';
  #opened = false;
  #linkType = 0;
  #drops = 0;

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
    else if (left > 0) this.stop(this.position, `cut in a record: ${left} of at least ${this.needed} octets`);
  }

  #open(bytes: Uint8Array, start: number): void {
    this.#opened = true;
    const version = fileU32(bytes, start + 8, false);
    if (version !== 2) {
      this.stop(8, `snoop version ${version}; only 2 is known`);
      return;
    }
    const dataLink = fileU32(bytes, start + 12, false);
    this.#linkType = canonicalLinkType(linkTypeOf[dataLink] ?? unknownLinkType + dataLink);
    this.announce(this.#linkType, 0);
  }

  #records(bytes: Uint8Array, start: number, end: number, toOffset: number): number {
    const view = this.view;
    let at = start;
    this.needed = recordHeader;
    while (end - at >= recordHeader) {
      const captured = fileU32(bytes, at + 4, false);
      const length = fileU32(bytes, at + 8, false);
      if (captured > maximumPacket || length < recordHeader + captured || length > maximumPacket + mostPadding) {
        this.stop(at + toOffset, `a record of ${length} octets with a packet of ${captured} can't be`);
        return end;
      }
      if (end - at < length) {
        this.needed = length;
        break;
      }
      const drops = fileU32(bytes, at + 12, false);
      if (drops !== this.#drops) {
        this.#drops = drops;
        this.sink.drops(0, drops);
      }
      const microseconds = fileU32(bytes, at + 20, false);
      view.bytes = bytes;
      view.start = at + recordHeader;
      view.end = view.start + captured;
      view.originalLength = fileU32(bytes, at, false);
      view.frame = ++this.frame;
      view.seconds = fileU32(bytes, at + 16, false) + Math.floor(microseconds / 1_000_000);
      view.nanoseconds = (microseconds % 1_000_000) * 1000;
      view.linkType = this.#linkType;
      view.interfaceId = 0;
      this.sink.packet(view);
      at += length;
    }
    return at;
  }
}
