import { blockTypes, nameRecordTypes } from './pcapng-blocks.js';

// draft-ietf-opsawg-pcapng §3.1 (General Block Structure): type 4, total length 4, body padded to 4 octets, total length 4.
// Everything is written little-endian, so that the same content gives the same octets on every machine.

const byteOrderMagic = 0x1a2b3c4d;

/** Codes of the options that are written; each means something only in its block. */
const written = { end: 0, comment: 1, interfaceName: 2, application: 4, timestampResolution: 9 } as const;

/** Time stamps count nanoseconds: 10^-9 (if_tsresol, §4.2). */
const nanosecondResolution = 9;

/** Longest option value: its length is 16 bits. */
const maxOption = 0xffff;

/** The time stamp is 64 bits without a sign: times before 1970 are held at 0, later than it can say at its end. */
const maxTime = 2n ** 64n - 1n;

const encoder = new TextEncoder();

/** A packet as it is to be written; octets and comment are lent for the call. */
export interface WrittenPacket {
  /** As `interface` returned it. */
  interfaceId: number;
  seconds: number;
  nanoseconds: number;
  /** The captured octets. */
  octets: Uint8Array;
  /** Length on the wire: never less than what was captured. */
  originalLength: number;
  comments: readonly string[];
}

/** A name of an address, for a name resolution block. */
export interface WrittenName {
  /** 4 octets (IPv4) or 16 (IPv6). */
  address: Uint8Array;
  name: string;
}

/** Writes one section of a pcapng file, block by block: `section` first, an interface before its packets. */
export class PcapngWriter {
  readonly #write: (octets: Uint8Array) => void;
  #interfaces = 0;

  /** `write` gets every block as octets of its own. */
  constructor(write: (octets: Uint8Array) => void) {
    this.#write = write;
  }

  /** The section header (§4.1). Nothing of the machine is said: the same input must give the same octets everywhere. */
  section(application: string, comment: string): void {
    const body = new Body();
    body.u32(byteOrderMagic);
    body.u16(1);
    body.u16(0);
    // The length of the section is not told.
    body.u32(0xffffffff);
    body.u32(0xffffffff);
    body.text(written.comment, comment);
    body.text(written.application, application);
    this.#block(blockTypes.sectionHeader, body);
  }

  /** An interface (§4.2) of a LINKTYPE_ number; returns its number. */
  interface(linkType: number, name: string): number {
    const body = new Body();
    body.u16(linkType);
    body.u16(0);
    // No snap length: each packet says how long it was.
    body.u32(0);
    body.text(written.interfaceName, name);
    body.option(written.timestampResolution, Uint8Array.of(nanosecondResolution));
    this.#block(blockTypes.interfaceDescription, body);
    return this.#interfaces++;
  }

  /** A name resolution block (§4.5). Names without a sign of their own (an empty one, a zero octet) are left out. */
  names(names: readonly WrittenName[]): void {
    const body = new Body();
    for (const { address, name } of names) {
      const text = encoder.encode(name);
      const length = address.length + text.length + 1;
      if (text.length === 0 || text.includes(0) || length > maxOption) continue;
      body.u16(address.length === 4 ? nameRecordTypes.ipv4 : nameRecordTypes.ipv6);
      body.u16(length);
      body.octets(address);
      body.octets(text);
      body.octets(Uint8Array.of(0));
      body.pad();
    }
    if (body.length === 0) return;
    body.u16(nameRecordTypes.end);
    body.u16(0);
    this.#block(blockTypes.nameResolution, body);
  }

  /** An enhanced packet block (§4.3), each comment an option of its own. */
  packet({ interfaceId, seconds, nanoseconds, octets, originalLength, comments }: WrittenPacket): void {
    const time = BigInt(Math.floor(seconds)) * 1_000_000_000n + BigInt(Math.floor(nanoseconds));
    const stamp = time < 0n ? 0n : time > maxTime ? maxTime : time;
    const body = new Body();
    body.u32(interfaceId);
    body.u32(Number(stamp >> 32n));
    body.u32(Number(stamp & 0xffffffffn));
    body.u32(octets.length);
    body.u32(Math.max(originalLength, octets.length));
    body.octets(octets);
    body.pad();
    for (const comment of comments) body.text(written.comment, comment);
    this.#block(blockTypes.enhancedPacket, body);
  }

  #block(type: number, body: Body): void {
    body.endOptions();
    const octets = new Uint8Array(12 + body.length);
    const view = new DataView(octets.buffer);
    view.setUint32(0, type, true);
    view.setUint32(4, octets.length, true);
    octets.set(body.bytes, 8);
    view.setUint32(octets.length - 4, octets.length, true);
    this.#write(octets);
  }
}

/** Grows as a block's body is written. */
class Body {
  length = 0;
  #octets: Uint8Array = new Uint8Array(256);
  #hasOptions = false;

  get bytes(): Uint8Array {
    return this.#octets.subarray(0, this.length);
  }

  u16(value: number): void {
    this.octets(Uint8Array.of(value & 0xff, (value >>> 8) & 0xff));
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  octets(octets: Uint8Array): void {
    const needed = this.length + octets.length;
    if (needed > this.#octets.length) {
      const grown = new Uint8Array(Math.max(needed, this.#octets.length * 2));
      grown.set(this.bytes);
      this.#octets = grown;
    }
    this.#octets.set(octets, this.length);
    this.length = needed;
  }

  /** §3.5: code 2, length 2, value padded. An empty value is no option. */
  option(code: number, value: Uint8Array): void {
    if (value.length === 0) return;
    this.#hasOptions = true;
    this.u16(code);
    this.u16(value.length);
    this.octets(value);
    this.pad();
  }

  /** An option of UTF-8 text, cut between characters where it is too long. */
  text(code: number, text: string): void {
    const octets = new Uint8Array(maxOption);
    this.option(code, octets.subarray(0, encoder.encodeInto(text, octets).written));
  }

  endOptions(): void {
    if (this.#hasOptions) this.u32(written.end);
  }

  pad(): void {
    while ((this.length & 3) !== 0) this.octets(Uint8Array.of(0));
  }
}
