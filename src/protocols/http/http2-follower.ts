// RFC 9113: frames of both directions, streams, header blocks. gRPC is this with a media type of its own.
import type { ContentSink, Follower } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import { type Arrival, skipAll } from '../../model/stream.js';
import { Exchange } from './exchange.js';
import { HpackDecoder } from './hpack.js';
import { FrameReader, type FrameSink, frameTypes } from './http2-frames.js';
import { Http2Stream } from './http2-stream.js';
import { maxOpenRequests } from './limits.js';
import { MessageNotes } from './message-notes.js';

/** Follows a connection of HTTP/2 with prior knowledge, from the client's preface on. */
export function followHttp2(sink: ContentSink): Follower {
  return new Http2Follower(sink, new MessageNotes(sink));
}

/** Follows a connection after its change from HTTP/1.1 (RFC 7540 §3.2): the request before it is stream 1. */
export function followHttp2Upgrade(sink: ContentSink, notes: MessageNotes): Follower {
  return new Http2Follower(sink, notes);
}

const flags = { endStream: 0x01, endHeaders: 0x04, padded: 0x08, priority: 0x20 } as const;

class Http2Follower implements Follower {
  readonly #sink: ContentSink;
  readonly #notes: MessageNotes;
  readonly #client: Http2Direction;
  readonly #server: Http2Direction;
  readonly #streams: Map<number, Http2Stream> = new Map();

  constructor(sink: ContentSink, notes: MessageNotes) {
    this.#sink = sink;
    this.#notes = notes;
    this.#client = new Http2Direction('client', true, this);
    this.#server = new Http2Direction('server', false, this);
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return (from === 'client' ? this.#client : this.#server).data(bytes, start, end, arrival);
  }

  gap(from: Side, length: number): number {
    const direction = from === 'client' ? this.#client : this.#server;
    if (direction.frames.stepOver(length)) return 0;
    this.#sink.inspectionEnds(from, 'octets of its frames are missing');
    return direction.close();
  }

  end(): void {
    for (const stream of this.#streams.values()) stream.end();
    this.#streams.clear();
  }

  /** The stream of a frame; null where too many are open. */
  stream(number: number): Http2Stream | null {
    const known = this.#streams.get(number);
    if (known !== undefined) return known;
    if (this.#streams.size >= maxOpenRequests) return null;
    const stream = new Http2Stream(new Exchange(), this.#notes);
    this.#streams.set(number, stream);
    return stream;
  }

  /** One side has said all on a stream; when both have, it is forgotten. */
  half(number: number, stream: Http2Stream, from: Side): void {
    if (stream.sideEnds(from)) this.#streams.delete(number);
  }

  reset(number: number): void {
    this.#streams.get(number)?.end();
    this.#streams.delete(number);
  }

  broken(from: Side): void {
    this.#sink.inspectionEnds(from, 'its header compression is out of step');
  }
}

/** One direction: its frames, its header compression, the header block in hand. */
class Http2Direction implements FrameSink {
  readonly frames: FrameReader;
  readonly #from: Side;
  readonly #connection: Http2Follower;
  readonly #hpack: HpackDecoder = new HpackDecoder();
  #closed = false;
  /** Stream whose header block goes on in CONTINUATION frames, and its first fragments. */
  #pendingStream = 0;
  #pendingFlags = 0;
  #pending: Uint8Array | null = null;

  constructor(from: Side, hasPreface: boolean, connection: Http2Follower) {
    this.#from = from;
    this.#connection = connection;
    this.frames = new FrameReader(this, hasPreface);
  }

  data(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#closed ? skipAll : this.frames.data(bytes, start, end, arrival);
  }

  close(): number {
    this.#closed = true;
    this.#pending = null;
    return skipAll;
  }

  wantsData(stream: number): boolean {
    return this.#connection.stream(stream)?.wantsBody(this.#from) ?? false;
  }

  frameData(stream: number, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#connection.stream(stream)?.body(this.#from, bytes, start, end, arrival);
  }

  dataEnds(number: number, frameFlags: number): void {
    const stream = this.#connection.stream(number);
    if (stream !== null && frameFlags & flags.endStream) this.#connection.half(number, stream, this.#from);
  }

  frame(
    type: number,
    frameFlags: number,
    number: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): boolean {
    if (this.#pending !== null && type !== frameTypes.continuation) return this.#fail();
    switch (type) {
      case frameTypes.headers: {
        const padding = frameFlags & flags.padded ? bytes[start]! : 0;
        const from = start + (frameFlags & flags.padded ? 1 : 0) + (frameFlags & flags.priority ? 5 : 0);
        return this.#fragment(number, frameFlags, bytes, from, end - padding, arrival);
      }
      case frameTypes.pushPromise:
        // What a server promises to answer nobody asked for; its header block is needed for the compression's sake.
        return this.#fragment(
          0,
          frameFlags,
          bytes,
          start + 4 + (frameFlags & flags.padded ? 1 : 0),
          end - (frameFlags & flags.padded ? bytes[start]! : 0),
          arrival,
        );
      case frameTypes.continuation: {
        const pending = this.#pending;
        if (pending === null || (this.#pendingStream !== number && this.#pendingStream !== 0)) return this.#fail();
        if (pending.length + end - start > maxHeaderBlock) return this.#fail();
        const whole = Buffer.concat([pending, bytes.subarray(start, end)]);
        this.#pending = null;
        const all = this.#pendingFlags | (frameFlags & flags.endHeaders);
        return this.#fragment(this.#pendingStream, all, whole, 0, whole.length, arrival);
      }
      case frameTypes.reset:
        this.#connection.reset(number);
        return true;
      default:
        return true;
    }
  }

  #fragment(
    number: number,
    frameFlags: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): boolean {
    if (start > end) return this.#fail();
    if ((frameFlags & flags.endHeaders) === 0) {
      this.#pendingStream = number;
      this.#pendingFlags = frameFlags;
      this.#pending = bytes.slice(start, end);
      return true;
    }
    const stream = number === 0 ? null : this.#connection.stream(number);
    stream?.headersBegin(this.#from, arrival);
    const sound = this.#hpack.decode(bytes, start, end, (name, value) =>
      stream?.header(this.#from, name, value, arrival),
    );
    if (!sound) return this.#fail();
    if (stream === null) return true;
    stream.headersEnd(this.#from, arrival);
    if (frameFlags & flags.endStream) this.#connection.half(number, stream, this.#from);
    return true;
  }

  #fail(): false {
    this.#connection.broken(this.#from);
    this.close();
    return false;
  }
}

/** Octets of a header block; peers refuse more by default. */
const maxHeaderBlock = 65_536;
