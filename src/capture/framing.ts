import { type CaptureSink, PacketView } from '../model/packet.js';

/** Names of the capture formats that are read. */
export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';

/**
 * Longest record or block that is waited for. Packets are at most 256 KiB (128 MiB on three odd link types, which carry no
 * network traffic); only pcapng's decryption secrets and name tables grow beyond, and megabytes of those are real.
 */
export const maximumUnit: number = 16 * 1024 * 1024;

/** Most captured octets of one packet: libpcap's and Wireshark's bound, whatever the file's snap length says. */
export const maximumPacket = 262_144;

/** Most notes on damage that are kept: a file that is all damage must not fill the memory. */
export const maximumDamageNotes = 100;

/** Link types that are listed at most; the whole registry has fewer. */
const mostLinkTypes = 256;

/** Seconds that a date can be made of on either side of 1970 (ECMA-262 §21.4.1.1): times beyond are held there. */
export const maximumSeconds = 8_640_000_000_000;

/**
 * What the readers of all capture formats share. The caller presents bytes with `push`, slides what was not consumed to the
 * front of its buffer, makes sure that `needed` octets fit, and presents it again with more bytes behind; at the end of the
 * input it calls `end` once.
 */
export abstract class Framer {
  abstract readonly format: CaptureFormat;
  /** Number of the last frame; set it before the first `push` to go on counting in a rotated capture. */
  frame = 0;
  /** Least snap length of the interfaces; null = no limit said. */
  snapLength: number | null = null;
  /** LINKTYPE_ numbers, each once, in file order. */
  readonly linkTypes: number[] = [];
  /** Why reading stopped before the end, with the byte offset in the uncompressed stream; null while all is well. */
  endedEarly: string | null = null;
  /** Damage that reading went past, each with its byte offset; bounded. */
  readonly damage: string[] = [];
  /** Octets that the next whole unit takes, counted from the first unconsumed one; at most `maximumUnit`. */
  needed = 1;
  /** Offset in the uncompressed stream of the next octet to be presented. */
  position = 0;
  protected readonly sink: CaptureSink;
  protected readonly view: PacketView;
  #droppedNotes = 0;

  constructor(sink: CaptureSink, view: PacketView = new PacketView()) {
    this.sink = sink;
    this.view = view;
  }

  /**
   * Hands on every whole unit in `bytes[start, end)` and returns how many octets it consumed. The bytes are lent for the
   * call. After `endedEarly` everything is consumed and nothing handed on.
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    const consumed = this.endedEarly === null ? this.consume(bytes, start, end) : end - start;
    this.position += consumed;
    return consumed;
  }

  /** There are no more bytes than the unconsumed `bytes[start, end)`; a partial unit is reported in `endedEarly`. */
  end(bytes: Uint8Array, start: number, end: number): void {
    if (this.endedEarly === null) this.finish(bytes, start, end);
    this.position += end - start;
  }

  protected abstract consume(bytes: Uint8Array, start: number, end: number): number;

  protected abstract finish(bytes: Uint8Array, start: number, end: number): void;

  /** Ends the reading at `offset` of the uncompressed stream. */
  protected stop(offset: number, reason: string): void {
    this.endedEarly ??= `byte ${offset}: ${reason}`;
  }

  /** Notes damage at `offset` of the uncompressed stream. */
  protected note(offset: number, what: string): void {
    if (this.damage.length < maximumDamageNotes) {
      this.damage.push(`byte ${offset}: ${what}`);
      return;
    }
    this.#droppedNotes++;
    this.damage[maximumDamageNotes] = `and ${this.#droppedNotes} more`;
  }

  /** Makes an interface known to the caller. */
  protected announce(linkType: number, snapLength: number): void {
    if (this.linkTypes.length < mostLinkTypes && !this.linkTypes.includes(linkType)) this.linkTypes.push(linkType);
    if (snapLength !== 0 && (this.snapLength === null || snapLength < this.snapLength)) this.snapLength = snapLength;
    this.sink.interface(linkType, snapLength);
  }
}
