// RFC 9112 and 9110: requests, their answers in order, and what a connection becomes by CONNECT or an upgrade.
import type { ContentSink, Follower, LentOctets } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import type { Line } from '../lines.js';
import { scanStream } from '../material/stream-scan.js';
import { isDigit } from '../octets.js';
import { RecurringText } from '../recurring-text.js';
import type { Body } from './body.js';
import { Exchange } from './exchange.js';
import { followHttp2Upgrade } from './http2-follower.js';
import { maxOpenRequests } from './limits.js';
import { MessageNotes } from './message-notes.js';
import { type BodyHeaders, type Framing, framing, MessageReader, type MessageSink } from './message-reader.js';
import { WebSocketFollower } from './websocket.js';

/** Follows a connection of HTTP/1.x. */
export function followHttp(sink: ContentSink): Follower {
  return new HttpFollower(sink);
}

class HttpFollower implements Follower {
  readonly sink: ContentSink;
  readonly notes: MessageNotes;
  /** Requests without an answer so far, oldest first. */
  waiting: Exchange[] = noExchanges;
  /** What the connection was changed to; null while it is HTTP/1.x. */
  changedTo: Follower | null = null;
  /** The CONNECT that made a tunnel of the connection, or the request for TLS, and the answer's frame. */
  tunnel: { mechanism: string; requestFrame: number; answerFrame: number } | null = null;
  /** There while the client has a message in hand: connections that wait for an answer may be a million. */
  #requests: RequestSide | null = null;
  /** Made when the server speaks. */
  #answers: AnswerSide | null = null;

  constructor(sink: ContentSink) {
    this.sink = sink;
    this.notes = new MessageNotes(sink);
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const { reader } = this.#side(from);
    const unneeded = reader.data(bytes, start, end, arrival);
    if (from === 'client' && reader.betweenMessages) this.#requests = null;
    return unneeded;
  }

  gap(from: Side, length: number): number {
    if (this.changedTo !== null) return this.changedTo.gap(from, length);
    return this.#side(from).reader.gap(length);
  }

  upgraded(arrival: Arrival): void {
    const { tunnel } = this;
    if (tunnel === null) return;
    this.sink.upgrade({
      mechanism: tunnel.mechanism,
      outcome: 'taken',
      offeredFrame: null,
      requestedFrame: tunnel.requestFrame,
      answeredFrame: tunnel.answerFrame,
      wentOnFrame: null,
      basis: `TLS begins in frame ${arrival.frame}, after the ${tunnel.mechanism} that frame ${tunnel.answerFrame} granted`,
    });
  }

  end(): void {
    this.#requests?.end();
    this.#answers?.end();
    this.changedTo?.end?.();
  }

  #side(from: Side): Messages {
    if (from === 'client') {
      this.#requests ??= new RequestSide(this);
      return this.#requests;
    }
    this.#answers ??= new AnswerSide(this);
    return this.#answers;
  }

  /** The tunnel was refused: another request may follow. */
  stay(): void {
    this.#side('client').reader.goOn();
  }

  /** Both directions go on as something else. */
  change(to: Follower): void {
    this.changedTo = to;
    this.#side('client').reader.becomeBeyond();
  }
}

/** What both directions' messages share. */
abstract class Messages {
  readonly reader: MessageReader;
  protected readonly connection: HttpFollower;
  protected message: Body | null = null;
  readonly #from: Side;
  /** Arrival of the last octets of a body that are kept; owned. */
  #last: Arrival | null = null;

  constructor(connection: HttpFollower, from: Side) {
    this.connection = connection;
    this.#from = from;
    this.reader = new MessageReader(this as unknown as MessageSink);
  }

  get wantsBody(): boolean {
    return this.message !== null && !this.message.done;
  }

  body(bytes: Uint8Array, start: number, end: number, arrival: Arrival, last: boolean): void {
    const { message } = this;
    if (message === null) return;
    if (!last && message.keeps) this.#last = { ...arrival };
    message.content(bytes, start, end, arrival, last);
  }

  beyond(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.connection.changedTo?.data(this.#from, bytes, start, end, arrival) ?? 0;
  }

  /** The connection is over. */
  end(): void {
    this.message?.end(this.#last);
    this.message = null;
  }
}

class RequestSide extends Messages implements MessageSink {
  /** The request in hand; null before its first line. */
  #exchange: Exchange | null = null;

  constructor(connection: HttpFollower) {
    super(connection, 'client');
  }

  startLine(line: Line, arrival: Arrival): boolean {
    const methodEnd = line.find(0x20);
    if (methodEnd <= 0 || methodEnd > longestMethod) return false;
    const version = versionOf(line);
    if (version < 0 && !line.cut) {
      this.connection.sink.inspectionEnds('client', 'a request of HTTP/0.9: nothing follows');
      this.connection.notes.requested(this.#begin(line, methodEnd, line.length, arrival));
      return false;
    }
    this.#begin(line, methodEnd, version < 0 ? line.length : version - 1, arrival);
    return true;
  }

  #begin(line: Line, methodEnd: number, targetEnd: number, arrival: Arrival): Exchange {
    const exchange = new Exchange();
    // A probe that keeps a connection alive may leave an octet before it.
    let methodStart = line.start;
    while (methodStart < line.start + methodEnd && !isVisible(line.bytes[methodStart]!)) methodStart++;
    exchange.method = methods.of(line.bytes, methodStart, line.start + methodEnd);
    exchange.begin(arrival);
    this.connection.notes.target(exchange, line.bytes, line.start + methodEnd + 1, line.start + targetEnd);
    this.#exchange = exchange;
    return exchange;
  }

  header(name: string, value: LentOctets, arrival: Arrival): void {
    this.connection.notes.requestHeader(this.#exchange!, name, value, arrival);
  }

  headersEnd(headers: BodyHeaders, arrival: Arrival): Framing | null {
    const { connection } = this;
    const exchange = this.#exchange!;
    connection.notes.requested(exchange);
    if (connection.waiting.length >= maxOpenRequests) connection.waiting.shift();
    if (connection.waiting.length === 0) connection.waiting = [exchange];
    else connection.waiting.push(exchange);
    // What follows a CONNECT belongs to the tunnel, if there will be one; a client that is refused begins a new connection.
    if (exchange.method === 'CONNECT') return null;
    const { chunked, contentLength, mediaType, encoding } = headers;
    if (!chunked && contentLength <= 0) return framing.none;
    this.message = connection.notes.body('client', exchange, mediaType, encoding, arrival);
    return chunked ? framing.chunked : framing.length;
  }

  messageEnds(arrival: Arrival): void {
    this.message?.end(arrival);
    this.message = null;
  }

  lost(): void {
    this.end();
  }
}

class AnswerSide extends Messages implements MessageSink {
  #exchange: Exchange | null = null;
  #status = 0;
  /** Octets are missing: answers can't be told to their requests any more. */
  #unpaired = false;

  constructor(connection: HttpFollower) {
    super(connection, 'server');
  }

  startLine(line: Line): boolean {
    const status = statusOf(line);
    if (status < 0) return false;
    this.#status = status;
    const { waiting, notes } = this.connection;
    const isInterim = this.#status < 200 && this.#status !== 101;
    this.#exchange = this.#unpaired ? null : ((isInterim ? waiting[0] : waiting.shift()) ?? null);
    if (this.#exchange !== null && !isInterim) notes.answering(this.#exchange, this.#status);
    return true;
  }

  header(name: string, value: LentOctets, arrival: Arrival): void {
    this.connection.notes.answerHeader(this.#exchange, name, value, arrival);
  }

  headersEnd({ chunked, contentLength, mediaType, encoding }: BodyHeaders, arrival: Arrival): Framing | null {
    const status = this.#status;
    const exchange = this.#exchange;
    const { notes } = this.connection;
    if (status < 200 && status !== 101) return framing.none;
    if (exchange !== null) {
      notes.answered(exchange, arrival);
      if (this.#changes(exchange, status, arrival)) return null;
    }
    if (status === 204 || status === 304 || exchange?.method === 'HEAD') return framing.none;
    if (!chunked && contentLength === 0) return framing.none;
    this.message = notes.body('server', exchange, mediaType, encoding, arrival);
    return chunked ? framing.chunked : contentLength > 0 ? framing.length : framing.untilClose;
  }

  messageEnds(arrival: Arrival): void {
    this.message?.end(arrival);
    this.message = null;
  }

  lost(): void {
    this.end();
    this.#unpaired = true;
  }

  /** Whether the connection goes on as something else after this answer. */
  #changes(exchange: Exchange, status: number, arrival: Arrival): boolean {
    const { connection } = this;
    const frames = { requestFrame: exchange.arrival.frame, answerFrame: arrival.frame };
    if (exchange.method === 'CONNECT' && status >= 200 && status < 300) {
      connection.tunnel = { mechanism: 'CONNECT', ...frames };
      connection.change(connection.sink.tunnel(portOf(exchange.authority)));
      return true;
    }
    if (exchange.method === 'CONNECT' && status >= 300) connection.stay();
    if (status !== 101) return false;
    const wanted = exchange.upgrade ?? '';
    if (/\bh2c\b/.test(wanted)) connection.change(followHttp2Upgrade(connection.sink, connection.notes));
    else if (/\bwebsocket\b/.test(wanted)) connection.change(new WebSocketFollower(connection.sink));
    else {
      // RFC 2817: the same connection goes on in TLS.
      if (/\btls\/1\.\d/.test(wanted)) connection.tunnel = { mechanism: 'Upgrade: TLS', ...frames };
      connection.change(scanStream(connection.sink));
    }
    return true;
  }
}

/** Port of 'host:port'; 0 without one. */
function portOf(authority: string | null): number {
  return Number(/:(\d{1,5})$/.exec(authority ?? '')?.[1] ?? 0);
}

const noExchanges: Exchange[] = [];
const longestMethod = 32;
/** Octets at the end of a request line in which its version stands, some blanks behind it included. */
const versionOctets = 12;
const methods = new RecurringText('as they are');

/** Offset of the version (`HTTP/1.1`) that a request line ends with; -1 without one. */
function versionOf(line: Line): number {
  let end = line.length;
  while (end > 0 && line.octet(end - 1) <= 0x20) end--;
  const at = end - 'HTTP/1.1'.length;
  return at >= Math.max(0, line.length - versionOctets) && isVersion(line, at) ? at : -1;
}

/** The status of a status line; -1 where it is none. */
function statusOf(line: Line): number {
  if (line.length < 12 || !isVersion(line, 0) || line.octet(8) !== 0x20) return -1;
  let status = 0;
  for (let at = 9; at < 12; at++) {
    const digit = line.octet(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  return status;
}

function isVersion(line: Line, at: number): boolean {
  return (
    line.octet(at) === 0x48 &&
    line.octet(at + 1) === 0x54 &&
    line.octet(at + 2) === 0x54 &&
    line.octet(at + 3) === 0x50 &&
    line.octet(at + 4) === 0x2f &&
    isDigit(line.octet(at + 5)) &&
    line.octet(at + 6) === 0x2e &&
    isDigit(line.octet(at + 7))
  );
}

/** Graphic characters of ASCII. */
function isVisible(octet: number): boolean {
  return octet > 0x20 && octet < 0x7f;
}
