// RFC 9113 §8: one request and its answer on a stream.
import { latin1 } from '../../base/bytes.js';
import type { LentOctets } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import type { Body } from './body.js';
import type { Exchange } from './exchange.js';
import type { MessageNotes } from './message-notes.js';

const longestValue = 256;

/** What a side of a stream has said. */
class StreamSide {
  headers = 0;
  mediaType = '';
  encoding = '';
  body: Body | null = null;
  last: Arrival | null = null;
  over = false;
}

/** A stream. */
export class Http2Stream {
  readonly #exchange: Exchange;
  readonly #notes: MessageNotes;
  readonly #client: StreamSide = new StreamSide();
  readonly #server: StreamSide = new StreamSide();
  #path: Uint8Array | null = null;
  #answered = false;

  constructor(exchange: Exchange, notes: MessageNotes) {
    this.#exchange = exchange;
    this.#notes = notes;
  }

  /** A header block begins: headers, or trailers after a body. */
  headersBegin(from: Side, arrival: Arrival): void {
    this.#side(from).headers++;
    if (from === 'client' && this.#client.headers === 1) this.#exchange.begin(arrival);
  }

  /** A header, its value lent. */
  header(from: Side, name: string, value: LentOctets, arrival: Arrival): void {
    const side = this.#side(from);
    if (name === 'content-type') side.mediaType = textOf(value).toLowerCase();
    else if (name === 'content-encoding') side.encoding = textOf(value).toLowerCase();
    if (from === 'server') this.#answerHeader(name, value, arrival);
    else if (side.headers === 1) this.#requestHeader(name, value, arrival);
  }

  /** The header block is whole. */
  headersEnd(from: Side, arrival: Arrival): void {
    const side = this.#side(from);
    const exchange = this.#exchange;
    if (from === 'client') {
      if (side.headers > 1) return;
      const path = this.#path;
      if (path !== null) this.#notes.target(exchange, path, 0, path.length);
      path?.fill(0);
      this.#path = null;
      // gRPC's path is the method that is called: service and name (gRPC over HTTP/2, "Requests").
      const isGrpc = side.mediaType.startsWith('application/grpc');
      if (isGrpc) exchange.method = 'gRPC';
      this.#notes.requested(exchange, isGrpc ? exchange.path.slice(1) : exchange.authority);
    } else {
      // Interim answers go before, trailers come after.
      if (this.#answered || exchange.status < 200) return;
      this.#answered = true;
      this.#notes.answered(exchange, arrival);
    }
    side.body ??= this.#notes.body(from, exchange, side.mediaType, side.encoding, arrival);
  }

  /** Whether octets of a side's DATA are wanted. */
  wantsBody(from: Side): boolean {
    const { body } = this.#side(from);
    return body !== null && !body.done;
  }

  /** Octets of DATA; padding is taken for content, as it is zeros. */
  body(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const side = this.#side(from);
    side.last = { ...arrival };
    side.body?.content(bytes, start, end, arrival, false);
  }

  /** A side has said all; returns whether both have. */
  sideEnds(from: Side): boolean {
    const side = this.#side(from);
    side.over = true;
    if (side.last !== null) side.body?.end(side.last);
    side.body = null;
    return this.#client.over && this.#server.over;
  }

  /** The stream or the connection is over. */
  end(): void {
    this.sideEnds('client');
    this.sideEnds('server');
  }

  #requestHeader(name: string, value: LentOctets, arrival: Arrival): void {
    const exchange = this.#exchange;
    switch (name) {
      case ':method':
        exchange.method = textOf(value);
        return;
      case ':authority':
        exchange.authority = textOf(value);
        return;
      case ':path':
        this.#path = value.bytes.slice(value.start, value.end);
        return;
      case ':scheme':
      case ':protocol':
        return;
      default:
        this.#notes.requestHeader(exchange, name, value, arrival);
    }
  }

  #answerHeader(name: string, value: LentOctets, arrival: Arrival): void {
    if (name === ':status') this.#notes.answering(this.#exchange, Number(textOf(value)));
    else if (!name.startsWith(':')) this.#notes.answerHeader(this.#exchange, name, value, arrival);
  }

  #side(from: Side): StreamSide {
    return from === 'client' ? this.#client : this.#server;
  }
}

function textOf({ bytes, start, end }: LentOctets): string {
  return latin1(bytes, start, Math.min(end, start + longestValue));
}
