// RFC 9113 §4.1: `length(24) type(8) flags(8) stream(32)`, then the payload. DATA goes on as it comes, other frames as a whole.
import { u24, u32 } from '../../base/bytes.js';
import { type Arrival, skipAll } from '../../model/stream.js';

/** Types of frames (RFC 9113 §6) that mean something here. */
export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, pushPromise: 5, continuation: 9 } as const;

/** Hears the frames of one direction. What is lent is lent for the call. */
export interface FrameSink {
  /** Whether the octets of a stream's DATA are wanted. */
  wantsData(stream: number): boolean;
  frameData(stream: number, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void;
  /** A DATA frame is over. */
  dataEnds(stream: number, flags: number): void;
  /** Another frame, whole; false = nothing after it can be read. */
  frame(
    type: number,
    flags: number,
    stream: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): boolean;
}

const headerLength = 9;
const prefaceLength = 24;
/** Frames of headers are no longer than this by default (RFC 9113 §6.5.2); peers that allow more are rare. */
const longestFrame = 0x10000;

/** Takes one direction's frames apart. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #header: Uint8Array = new Uint8Array(headerLength);
  #headerLength = 0;
  #preface: number;
  #type = 0;
  #flags = 0;
  #stream = 0;
  #remaining = 0;
  #inFrame = false;
  /** A frame that comes in pieces. */
  #kept: Uint8Array | null = null;
  #keptLength = 0;

  constructor(sink: FrameSink, hasPreface: boolean) {
    this.#sink = sink;
    this.#preface = hasPreface ? prefaceLength : 0;
  }

  /** As `Follower.data`. */
  data(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let at = start;
    if (this.#preface > 0) {
      const take = Math.min(this.#preface, end - at);
      this.#preface -= take;
      at += take;
    }
    while (at < end) {
      if (!this.#inFrame) {
        at = this.#takeHeader(bytes, at, end);
        continue;
      }
      const take = Math.min(this.#remaining, end - at);
      if (this.#type === frameTypes.data) {
        this.#remaining -= take;
        const wanted = this.#sink.wantsData(this.#stream);
        if (wanted && take > 0) this.#sink.frameData(this.#stream, bytes, at, at + take, arrival);
        at += take;
        if (this.#remaining > 0 && !wanted) {
          const rest = this.#remaining;
          this.#endData();
          return rest;
        }
        if (this.#remaining === 0) this.#endData();
        continue;
      }
      if (this.#remaining > longestFrame) return skipAll;
      const whole = this.#kept === null && take === this.#remaining;
      if (!whole) this.#keep(bytes, at, at + take);
      this.#remaining -= take;
      at += take;
      if (this.#remaining > 0) return 0;
      this.#inFrame = false;
      const kept = this.#kept;
      this.#kept = null;
      const sound =
        kept === null
          ? this.#sink.frame(this.#type, this.#flags, this.#stream, bytes, at - take, at, arrival)
          : this.#sink.frame(this.#type, this.#flags, this.#stream, kept, 0, this.#keptLength, arrival);
      if (!sound) return skipAll;
    }
    return 0;
  }

  /** Octets are missing; whether they lie in DATA, after which the frames go on. */
  stepOver(length: number): boolean {
    if (!this.#inFrame || this.#type !== frameTypes.data || length > this.#remaining) return false;
    this.#remaining -= length;
    if (this.#remaining === 0) this.#endData();
    return true;
  }

  #takeHeader(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#headerLength < headerLength) this.#header[this.#headerLength++] = bytes[at++]!;
    if (this.#headerLength < headerLength) return at;
    this.#headerLength = 0;
    this.#remaining = u24(this.#header, 0);
    this.#type = this.#header[3]!;
    this.#flags = this.#header[4]!;
    this.#stream = u32(this.#header, 5) & 0x7fffffff;
    this.#inFrame = true;
    if (this.#remaining > 0) return at;
    // A frame without payload.
    if (this.#type === frameTypes.data) this.#endData();
    else {
      this.#inFrame = false;
      this.#emptyFrame();
    }
    return at;
  }

  #emptyFrame(): void {
    // Only HEADERS and CONTINUATION mean something when they are empty: that they end what goes before.
    if (this.#type !== frameTypes.continuation) return;
    this.#sink.frame(this.#type, this.#flags, this.#stream, this.#header, 0, 0, noArrival);
  }

  #endData(): void {
    this.#remaining = 0;
    this.#inFrame = false;
    this.#sink.dataEnds(this.#stream, this.#flags);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (this.#kept === null) {
      this.#kept = new Uint8Array(this.#remaining);
      this.#keptLength = 0;
    }
    this.#kept.set(bytes.subarray(start, end), this.#keptLength);
    this.#keptLength += end - start;
  }
}

const noArrival: Arrival = Object.freeze({ frame: 0, seconds: 0, nanoseconds: 0, acknowledged: -1, offset: 0 });
