import { u32 } from '../base/bytes.js';
import { type CaptureSink, PacketView } from '../model/packet.js';
import type { CaptureFormat, Framer } from './framing.js';
import { PcapFramer, pcapMagic } from './pcap.js';
import { PcapngFramer } from './pcapng.js';
import { blockTypes } from './pcapng-blocks.js';
import { describeForeign, headLength } from './refusal.js';
import { SnoopFramer } from './snoop.js';

/** Octets by which every format that is read can be told. */
const identifyingLength = 12;

/** Magic numbers of pcap as a little-endian file's read big-endian. */
const swappedMagics: readonly number[] = [0xd4c3b2a1, 0x4d3cb2a1, 0x34cdb2a1];

/** The capture format that `bytes[start, end)` begins with, or null. */
export function identifyCapture(bytes: Uint8Array, start: number, end: number): CaptureFormat | null {
  if (end - start < 4) return null;
  const magic = u32(bytes, start);
  if (magic === pcapMagic.microseconds || magic === pcapMagic.nanoseconds || magic === pcapMagic.modified)
    return 'pcap';
  if (swappedMagics.includes(magic)) return 'pcap';
  if (end - start < 8) return null;
  // 'snoop' and three zeros.
  if (magic === 0x736e6f6f && u32(bytes, start + 4) === 0x70000000) return 'snoop';
  if (end - start < identifyingLength || magic !== blockTypes.sectionHeader) return null;
  const order = u32(bytes, start + 8);
  return order === 0x1a2b3c4d || order === 0x4d3c2b1a ? 'pcapng' : null;
}

/**
 * Reads a capture file of any known format from chunks: looks at its first octets, then hands on to that format's reader.
 * Presenting bytes works as `Framer` says. Nothing here throws: what is no capture has a `refusal`.
 */
export class CaptureFramer {
  /** Why the bytes are no capture that can be read: one line that goes on after the file's name; null = they are. */
  refusal: string | null = null;
  readonly #sink: CaptureSink;
  readonly #view: PacketView;
  readonly #framesBefore: number;
  #framer: Framer | null = null;

  /** `framesBefore` is the number of the last frame of the file before in a rotated capture. */
  constructor(sink: CaptureSink, view: PacketView = new PacketView(), framesBefore = 0) {
    this.#sink = sink;
    this.#view = view;
    this.#framesBefore = framesBefore;
  }

  /** Null until the first octets told. */
  get format(): CaptureFormat | null {
    return this.#framer?.format ?? null;
  }

  /** Number of the last frame, as Wireshark counts. */
  get frame(): number {
    return this.#framer?.frame ?? this.#framesBefore;
  }

  /** Least snap length of the interfaces; null = no limit said. */
  get snapLength(): number | null {
    return this.#framer?.snapLength ?? null;
  }

  /** LINKTYPE_ numbers, each once, in file order. */
  get linkTypes(): readonly number[] {
    return this.#framer?.linkTypes ?? [];
  }

  /** Why reading stopped before the end, with the byte offset in the uncompressed stream. */
  get endedEarly(): string | null {
    return this.#framer?.endedEarly ?? null;
  }

  /** Damage that reading went past, each with its byte offset; bounded. */
  get damage(): readonly string[] {
    return this.#framer?.damage ?? [];
  }

  /** Octets that the next whole unit takes, counted from the first unconsumed one. */
  get needed(): number {
    return this.#framer?.needed ?? headLength;
  }

  /** Whether more bytes would be of no use: refused, or damaged for good. */
  get stopped(): boolean {
    return this.refusal !== null || this.endedEarly !== null;
  }

  /** Hands on every whole unit in the lent `bytes[start, end)` and returns how many octets it consumed. */
  push(bytes: Uint8Array, start: number, end: number): number {
    if (this.#framer === null) {
      if (this.refusal !== null) return end - start;
      this.#identify(bytes, start, end);
      if (this.#framer === null) {
        if (end - start < headLength) return 0;
        this.refusal = describeForeign(bytes, start, end);
        return end - start;
      }
    }
    return (this.#framer as Framer).push(bytes, start, end);
  }

  /** There are no more bytes than the unconsumed `bytes[start, end)`. */
  end(bytes: Uint8Array, start: number, end: number): void {
    if (this.#framer !== null) this.#framer.end(bytes, start, end);
    else this.refusal ??= describeForeign(bytes, start, end);
  }

  #identify(bytes: Uint8Array, start: number, end: number): void {
    const format = identifyCapture(bytes, start, end);
    if (format === null) return;
    if (format === 'pcap') this.#framer = new PcapFramer(this.#sink, this.#view);
    else if (format === 'pcapng') this.#framer = new PcapngFramer(this.#sink, this.#view);
    else this.#framer = new SnoopFramer(this.#sink, this.#view);
    this.#framer.frame = this.#framesBefore;
  }
}
