import { u32 } from '../base/bytes.js';
import { fileU16, fileU32, fileU64 } from './byte-order.js';
import { Framer, maximumUnit } from './framing.js';
import { mostOctets } from './pcap.js';
import { blockTypes, isKnownBlock, isNumberedBlock, optionCodes } from './pcapng-blocks.js';
import { type PcapngInterface, parseInterface } from './pcapng-interface.js';
import { readNames } from './pcapng-names.js';
import { OptionWalk } from './pcapng-options.js';

// draft-ietf-opsawg-pcapng §3.1 (General Block Structure): type 4, total length 4, body padded to 4 octets, total length 4
// again. The second length is what makes going on after damage sound: type and both lengths have to agree.
// Section lengths (§4.1) are not used: the next section header tells by itself, and the length is often -1 or stale.

const leastBlock = 12;
const byteOrderMagic = 0x1a2b3c4d;
const byteOrderSwapped = 0x4d3c2b1a;

/** Options behind one packet that are still believed; more means that the block's length is damaged. */
const mostPacketOptions = 256 * 1024;

/** Of a reader that was given nothing yet. */
const noWords = new DataView(new ArrayBuffer(0));

/** Longest block that a search after damage believes in: every candidate has to be waited for to its end. */
const longestFoundBlock = 1024 * 1024;

/** Interfaces kept in one section; a file that declares more is an attack on memory. */
const mostInterfaces = 65_536;

/** Reads pcapng files: all sections, all interfaces; goes on after a damaged block where the next can be told for sure. */
export class PcapngFramer extends Framer {
  readonly format = 'pcapng';
  readonly #options = new OptionWalk();
  #little = true;
  #sections = 0;
  #interfaces: PcapngInterface[] = [];
  /** Interfaces of the sections before this one. */
  #interfacesBefore = 0;
  /** Offset of the damage behind which the next block is being searched, or -1. */
  #damagedAt = -1;
  #damageReason = '';
  /** No more bytes will come. */
  #final = false;
  #seconds = 0;
  #nanoseconds = 0;
  /** The octets in hand, up to their end: what each packet has is read by the word. */
  #words: DataView = noWords;

  protected consume(bytes: Uint8Array, start: number, end: number): number {
    const toOffset = this.position - start;
    const words = new DataView(bytes.buffer, bytes.byteOffset, end);
    this.#words = words;
    let at = start;
    this.needed = leastBlock;
    while (end - at >= leastBlock) {
      if (this.#damagedAt >= 0) {
        const found = this.#search(bytes, at, end);
        if (found < 0) return -found - 1 - start;
        this.note(this.#damagedAt, `${this.#damageReason}; went on at byte ${found + toOffset}`);
        this.#damagedAt = -1;
        at = found;
      }
      const type = words.getUint32(at, this.#little);
      const little = type === blockTypes.sectionHeader ? sectionIsLittle(bytes, at) : this.#little;
      if (little === null) {
        this.#lose(at + toOffset, 'a section header without its byte-order magic');
        at += 4;
        continue;
      }
      const length = words.getUint32(at + 4, little);
      // Some writers forget the padding in the length; the block takes it all the same.
      const padded = (length + 3) & ~3;
      if (length < leastBlock || length > maximumUnit) {
        this.#lose(at + toOffset, `a block of ${length} octets can't be`);
        at += 4;
        continue;
      }
      const packet = type === blockTypes.enhancedPacket;
      const plausible = !packet || (length >= 32 && end - at < 28) || this.#plausiblePacket(at, length);
      if (!plausible && length > longestFoundBlock) {
        this.#lose(at + toOffset, this.#damageReason);
        at += 4;
        continue;
      }
      if (end - at < padded) {
        this.needed = padded;
        break;
      }
      const again = words.getUint32(at + padded - 4, little);
      if (again !== length) {
        this.#lose(
          at + toOffset,
          plausible ? `a block whose two lengths differ (${length}, ${again})` : this.#damageReason,
        );
        at += 4;
        continue;
      }
      if (!plausible) this.note(at + toOffset, `${this.#damageReason}; left out`);
      else if (packet) this.#enhancedPacket(bytes, at, at + padded - 4);
      else this.#block(type, bytes, at, at + padded - 4, at + toOffset, little);
      if (this.endedEarly !== null) return end - start;
      at += padded;
    }
    return at - start;
  }

  protected finish(bytes: Uint8Array, start: number, end: number): void {
    this.#final = true;
    const consumed = this.#damagedAt >= 0 ? this.consume(bytes, start, end) : 0;
    if (this.endedEarly !== null) return;
    const left = end - start - consumed;
    const offset = this.position + consumed;
    if (this.#damagedAt >= 0) this.stop(this.#damagedAt, `${this.#damageReason}; no whole block follows`);
    else if (left >= leastBlock) this.stop(offset, `cut in a block: ${left} of its ${this.needed} octets`);
    else if (left > 0) this.stop(offset, `cut in a block header: ${left} octets are left`);
  }

  #lose(offset: number, reason: string): void {
    this.#damagedAt = offset;
    this.#damageReason = reason;
  }

  /** Index of the next block that is certainly one, or -(index up to which there is none) - 1; sets `needed`. */
  #search(bytes: Uint8Array, start: number, end: number): number {
    const little = this.#little;
    for (let at = start; at + leastBlock <= end; at++) {
      // Blocks of a section are 4 octets aligned, but damage can move them: every octet is looked at, once.
      let order = little;
      const type = fileU32(bytes, at, little);
      if (type === blockTypes.sectionHeader) {
        const found = sectionIsLittle(bytes, at);
        if (found === null) continue;
        order = found;
      } else if (!isKnownBlock(type)) continue;
      const length = fileU32(bytes, at + 4, order);
      if (length < leastBlock || length > longestFoundBlock || (length & 3) !== 0) continue;
      if (at + length > end) {
        if (this.#final) continue;
        this.needed = length;
        return -at - 1;
      }
      if (fileU32(bytes, at + length - 4, order) === length) return at;
    }
    this.needed = leastBlock;
    return -Math.max(start, end - leastBlock + 1) - 1;
  }

  /** Whether the fixed fields of an enhanced packet block agree with each other; says why not in `#damageReason`. */
  #plausiblePacket(at: number, length: number): boolean {
    if (length < 32) {
      this.#damageReason = `a packet block of ${length} octets can't be`;
      return false;
    }
    const captured = this.#words.getUint32(at + 20, this.#little);
    const source = this.#interfaces[this.#words.getUint32(at + 8, this.#little)];
    if (source === undefined) this.#damageReason = 'a packet of an interface that was not described';
    else if (captured > mostOctets(source.linkType))
      this.#damageReason = `a packet of ${captured} octets, more than there can be`;
    else if (length < 32 + captured) this.#damageReason = `a block of ${length} octets with a packet of ${captured}`;
    else if (length > 32 + captured + mostPacketOptions)
      this.#damageReason = `a block of ${length} octets with a packet of only ${captured}`;
    else return true;
    return false;
  }

  /** §4.3: interface 4, time 4 + 4, captured 4, original 4, packet, options. `end` excludes the second length. */
  #enhancedPacket(bytes: Uint8Array, at: number, end: number): void {
    const little = this.#little;
    const words = this.#words;
    const source = this.#interfaces[words.getUint32(at + 8, little)]!;
    const captured = words.getUint32(at + 20, little);
    const packetEnd = at + 28 + captured;
    const optionsStart = at + 28 + ((captured + 3) & ~3);
    if (optionsStart < end) this.#packetOptions(bytes, optionsStart, end, source);
    const clock = source.clock;
    clock.read(words.getUint32(at + 12, little), words.getUint32(at + 16, little));
    this.#seconds = clock.seconds;
    this.#nanoseconds = clock.nanoseconds;
    this.#hand(bytes, at + 28, packetEnd, words.getUint32(at + 24, little), source);
  }

  #hand(bytes: Uint8Array, start: number, end: number, original: number, source: PcapngInterface): void {
    const view = this.view;
    view.bytes = bytes;
    view.start = start;
    view.end = end;
    view.originalLength = original;
    view.frame = ++this.frame;
    view.seconds = this.#seconds;
    view.nanoseconds = this.#nanoseconds;
    view.linkType = source.linkType;
    view.interfaceId = source.id;
    this.sink.packet(view);
  }

  #packetOptions(bytes: Uint8Array, start: number, end: number, source: PcapngInterface): void {
    const options = this.#options;
    options.open(bytes, start, end, this.#little);
    while (options.next()) {
      if (options.code !== optionCodes.packetDropCount || options.length !== 8) continue;
      this.#countDrops(source, fileU64(bytes, options.start, this.#little));
    }
  }

  #countDrops(source: PcapngInterface, lost: number): void {
    if (lost === 0) return;
    source.countedDrops += lost;
    this.sink.drops(source.id, source.drops);
  }

  /** Every block but the enhanced packet; `end` excludes the second length. */
  #block(type: number, bytes: Uint8Array, at: number, end: number, offset: number, little: boolean): void {
    const body = at + 8;
    const room = end - body;
    if (type === blockTypes.sectionHeader) this.#section(bytes, body, room, offset, little);
    else if (this.#sections === 0) this.stop(offset, 'a block before the first section header');
    else if (isNumberedBlock(type)) this.frame++;
    else if (type === blockTypes.interfaceDescription) this.#interface(bytes, body, end, offset);
    else if (type === blockTypes.simplePacket) this.#simplePacket(bytes, body, room, offset);
    else if (type === blockTypes.obsoletePacket) this.#obsoletePacket(bytes, body, end, offset);
    else if (type === blockTypes.interfaceStatistics) this.#statistics(bytes, body, end, offset);
    else if (type === blockTypes.nameResolution) this.#names(bytes, body, end, offset);
    else if (type === blockTypes.decryptionSecrets) this.#secrets(bytes, body, room, offset);
  }

  /** §4.1: byte-order magic 4, major 2, minor 2, section length 8, options. */
  #section(bytes: Uint8Array, body: number, room: number, offset: number, little: boolean): void {
    const major = fileU16(bytes, body + 4, little);
    if (room < 16 || major !== 1) {
      this.stop(offset, room < 16 ? 'a section header too short' : `pcapng version ${major}; only 1 is known`);
      return;
    }
    this.#little = little;
    this.#sections++;
    this.#interfacesBefore += this.#interfaces.length;
    this.#interfaces = [];
  }

  #interface(bytes: Uint8Array, body: number, end: number, offset: number): void {
    const id = this.#interfacesBefore + this.#interfaces.length;
    if (end - body < 8) {
      this.note(offset, 'an interface description too short');
      return;
    }
    if (this.#interfaces.length >= mostInterfaces) {
      this.note(offset, `more than ${mostInterfaces} interfaces: left out`);
      return;
    }
    const added = parseInterface(bytes, body, end, this.#little, id, this.#options);
    if (this.#options.broken) this.note(offset, "an interface description's option runs past its end");
    this.#interfaces.push(added);
    this.announce(added.linkType, added.snapLength);
  }

  /**
   * §4.4: original length 4, packet; always the first interface's. It has no time, so it takes that of the packet before it
   * in the file, which is nearer the truth than 1970.
   */
  #simplePacket(bytes: Uint8Array, body: number, room: number, offset: number): void {
    const source = this.#interfaces[0];
    if (source === undefined || room < 4) {
      this.note(
        offset,
        source === undefined ? 'a packet of an interface that was not described' : 'a packet cut short',
      );
      return;
    }
    const original = fileU32(bytes, body, this.#little);
    const limit = source.snapLength === 0 ? original : Math.min(original, source.snapLength);
    const captured = Math.min(limit, room - 4);
    if (captured > mostOctets(source.linkType)) {
      this.note(offset, `a packet of ${captured} octets can't be`);
      return;
    }
    this.#hand(bytes, body + 4, body + 4 + captured, original, source);
  }

  /** Appendix A: interface 2, drops 2, time 4 + 4, captured 4, original 4, packet, options. */
  #obsoletePacket(bytes: Uint8Array, body: number, end: number, offset: number): void {
    const little = this.#little;
    if (end - body < 20) {
      this.note(offset, 'a packet block without its fields');
      return;
    }
    const source = this.#interfaces[fileU16(bytes, body, little)];
    const captured = fileU32(bytes, body + 12, little);
    if (source === undefined) {
      this.note(offset, 'a packet of an interface that was not described');
      return;
    }
    if (captured > mostOctets(source.linkType) || captured > end - body - 20) {
      this.note(offset, `a packet of ${captured} octets in a block of ${end + 4 - body + 8}`);
      return;
    }
    const lost = fileU16(bytes, body + 2, little);
    if (lost !== 0xffff) this.#countDrops(source, lost);
    source.clock.read(fileU32(bytes, body + 4, little), fileU32(bytes, body + 8, little));
    this.#seconds = source.clock.seconds;
    this.#nanoseconds = source.clock.nanoseconds;
    this.#hand(bytes, body + 20, body + 20 + captured, fileU32(bytes, body + 16, little), source);
  }

  /** §4.6: interface 4, time 8, options; the drop counts are totals since the capture began. */
  #statistics(bytes: Uint8Array, body: number, end: number, offset: number): void {
    const source = end - body < 12 ? undefined : this.#interfaces[fileU32(bytes, body, this.#little)];
    if (source === undefined) {
      this.note(offset, 'statistics of no described interface');
      return;
    }
    const options = this.#options;
    let total = 0;
    let said = false;
    options.open(bytes, body + 12, end, this.#little);
    while (options.next()) {
      const counts =
        options.code === optionCodes.statisticsInterfaceDrops || options.code === optionCodes.statisticsSystemDrops;
      if (!counts || options.length !== 8) continue;
      total += fileU64(bytes, options.start, this.#little);
      said = true;
    }
    if (!said) return;
    source.statisticsDrops = total;
    this.sink.drops(source.id, source.drops);
  }

  #names(bytes: Uint8Array, body: number, end: number, offset: number): void {
    if (!readNames(bytes, body, end, this.#little, this.sink)) this.note(offset, 'a name record runs past its block');
  }

  /** §4.7: type 4, length 4, secrets, options. */
  #secrets(bytes: Uint8Array, body: number, room: number, offset: number): void {
    if (room < 8) {
      this.note(offset, 'a decryption secrets block too short');
      return;
    }
    const type = fileU32(bytes, body, this.#little);
    const length = fileU32(bytes, body + 4, this.#little);
    if (length > room - 8)
      this.note(offset, `decryption secrets of ${length} octets in a block with room for ${room - 8}`);
    this.sink.secrets(type, bytes, body + 8, body + 8 + Math.min(length, room - 8));
  }
}

/** Byte order of the section header at `at`, of which 12 octets are there; null when its magic is neither. */
function sectionIsLittle(bytes: Uint8Array, at: number): boolean | null {
  const magic = u32(bytes, at + 8);
  return magic === byteOrderSwapped ? true : magic === byteOrderMagic ? false : null;
}
