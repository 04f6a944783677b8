// RFC 9112: one direction's messages, line by line and body by body; what they mean is for who hears them.
import { latin1 } from '../../base/bytes.js';
import type { LentOctets } from '../../model/content-sink.js';
import { type Arrival, skipAll } from '../../model/stream.js';
import { type Line, LineReader } from '../lines.js';
import { RecurringText } from '../recurring-text.js';
import { maxHeaderFields, maxHeaderLine } from './limits.js';

/** How a message's body is told to end (RFC 9112 §6.3). */
export const framing = { none: 0, length: 1, chunked: 2, untilClose: 3 } as const;

/** One of the values of `framing`. */
export type Framing = (typeof framing)[keyof typeof framing];

/** Headers that say how to read the body; kept of each message. */
export class BodyHeaders {
  contentLength = -1;
  chunked = false;
  mediaType = '';
  encoding = '';

  clear(): void {
    this.contentLength = -1;
    this.chunked = false;
    this.mediaType = '';
    this.encoding = '';
  }
}

/** Hears the messages of one direction. What is lent is lent for the call. */
export interface MessageSink {
  /** The line that begins a message; false = it is none, and nothing more can be read here. */
  startLine(line: Line, arrival: Arrival): boolean;
  /** A header, its name in lower case. */
  header(name: string, value: LentOctets, arrival: Arrival): void;
  /** The headers are whole: how the body is framed. `null` = what follows is no HTTP: it goes to `beyond`. */
  headersEnd(headers: BodyHeaders, arrival: Arrival): Framing | null;
  /** Whether octets of the body in hand are wanted. */
  readonly wantsBody: boolean;
  /** A piece of the body; `last` where its length tells. */
  body(bytes: Uint8Array, start: number, end: number, arrival: Arrival, last: boolean): void;
  /** The message is over. */
  messageEnds(arrival: Arrival): void;
  /** Octets of what is no HTTP any more; returns as `Conversation.data`. */
  beyond(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
  /** Octets are missing: the message in hand, if any, is lost. */
  lost(): void;
}

const states = {
  start: 0,
  headers: 1,
  body: 2,
  chunkSize: 3,
  chunk: 4,
  chunkEnd: 5,
  trailers: 6,
  untilClose: 7,
  beyond: 8,
  /** Octets were lost: a stretch that begins like a message goes on. */
  lost: 9,
  over: 10,
} as const;

/** Reads one direction. */
export class MessageReader {
  readonly #sink: MessageSink;
  readonly #lines: LineReader = new LineReader(maxHeaderLine);
  readonly #headers: BodyHeaders = new BodyHeaders();
  #state: number = states.start;
  #remaining = 0;
  #fields = 0;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** Nothing is in hand: a new reader would go on as well. */
  get betweenMessages(): boolean {
    return this.#state === states.start && this.#lines.idle;
  }

  /** As `Follower.data`, for this direction. */
  data(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let at = start;
    if (this.#state === states.lost) {
      if (!looksLikeStart(bytes, start, end)) return 0;
      this.#state = states.start;
    }
    while (at < end) {
      switch (this.#state) {
        case states.over:
          return skipAll;
        case states.beyond:
          return this.#sink.beyond(bytes, at, end, arrival);
        case states.untilClose:
          if (!this.#sink.wantsBody) return skipAll;
          this.#sink.body(bytes, at, end, arrival, false);
          at = end;
          continue;
        case states.body:
        case states.chunk: {
          const take = Math.min(this.#remaining, end - at);
          this.#remaining -= take;
          const isLast = this.#remaining === 0 && this.#state === states.body;
          if (this.#sink.wantsBody) this.#sink.body(bytes, at, at + take, arrival, isLast);
          at += take;
          if (this.#remaining === 0) this.#partEnds(arrival);
          continue;
        }
      }
      at = this.#lines.read(bytes, at, end);
      if (!this.#lines.complete) continue;
      this.#line(this.#lines.line, arrival);
    }
    return this.#unwanted(arrival);
  }

  /** Octets that need not be lent after those that were. */
  #unwanted(arrival: Arrival): number {
    const state = this.#state;
    if (state < states.body || this.#sink.wantsBody) return 0;
    if (state === states.untilClose) return skipAll;
    if (state !== states.body && state !== states.chunk) return 0;
    const rest = this.#remaining;
    this.#remaining = 0;
    this.#partEnds(arrival);
    return rest;
  }

  /** `length` octets are missing. */
  gap(length: number): number {
    const inBody = this.#state === states.body || this.#state === states.chunk;
    if (this.#state === states.over) return skipAll;
    if (this.#state === states.beyond) return 0;
    this.#sink.lost();
    if (this.#state === states.untilClose) return 0;
    if (inBody && length < this.#remaining) {
      this.#remaining -= length;
      return 0;
    }
    this.#state = states.lost;
    this.#lines.lose();
    this.#forgetLine();
    return 0;
  }

  /** Nothing more of this direction is read as HTTP. */
  becomeBeyond(): void {
    this.#state = states.beyond;
  }

  /** It is HTTP after all: a new message begins. */
  goOn(): void {
    this.#state = states.start;
  }

  /** What follows a gap is looked for at the beginning of a stretch: no rest of a line stands before it. */
  #forgetLine(): void {
    const end = Uint8Array.of(0x0a);
    this.#lines.read(end, 0, 1);
    this.#lines.forget();
  }

  #line(line: Line, arrival: Arrival): void {
    switch (this.#state) {
      case states.start:
        if (line.length === 0) return;
        this.#headers.clear();
        this.#fields = 0;
        this.#state = this.#sink.startLine(line, arrival) ? states.headers : states.over;
        return;
      case states.headers:
        if (line.length > 0) this.#header(line, arrival);
        else this.#headersEnd(arrival);
        return;
      case states.chunkSize: {
        const size = chunkSize(line);
        if (size < 0) this.#state = states.over;
        else if (size === 0) this.#state = states.trailers;
        else {
          this.#remaining = size;
          this.#state = states.chunk;
        }
        return;
      }
      case states.chunkEnd:
        this.#state = states.chunkSize;
        return;
      case states.trailers:
        if (line.length === 0) this.#messageEnds(arrival);
        return;
    }
  }

  #header(line: Line, arrival: Arrival): void {
    if (++this.#fields > maxHeaderFields) return;
    const colon = line.find(0x3a);
    if (colon <= 0 || colon > longestName) return;
    const { bytes } = line;
    let nameEnd = line.start + colon;
    while (nameEnd > line.start && isSpace(bytes[nameEnd - 1]!)) nameEnd--;
    const name = names.of(bytes, line.start, nameEnd);
    let start = line.start + colon + 1;
    let { end } = line;
    while (start < end && (bytes[start] === 0x20 || bytes[start] === 0x09)) start++;
    while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) end--;
    switch (name) {
      case 'content-length': {
        const length = decimal(bytes, start, Math.min(end, start + 16));
        if (length >= 0) this.#headers.contentLength = length;
        break;
      }
      case 'transfer-encoding':
        this.#headers.chunked = latin1(bytes, start, Math.min(end, start + 64))
          .toLowerCase()
          .includes('chunked');
        break;
      case 'content-type':
        this.#headers.mediaType = names.of(bytes, start, Math.min(end, start + 128));
        break;
      case 'content-encoding':
        this.#headers.encoding = names.of(bytes, start, Math.min(end, start + 32));
        break;
    }
    value.bytes = bytes;
    value.start = start;
    value.end = end;
    this.#sink.header(name, value, arrival);
  }

  #headersEnd(arrival: Arrival): void {
    const headers = this.#headers;
    switch (this.#sink.headersEnd(headers, arrival)) {
      case null:
        this.#state = states.beyond;
        return;
      case framing.none:
        this.#messageEnds(arrival);
        return;
      case framing.length:
        this.#remaining = headers.contentLength;
        this.#state = states.body;
        if (this.#remaining === 0) this.#messageEnds(arrival);
        return;
      case framing.chunked:
        this.#state = states.chunkSize;
        return;
      case framing.untilClose:
        this.#state = states.untilClose;
        return;
    }
  }

  #partEnds(arrival: Arrival): void {
    if (this.#state === states.chunk) this.#state = states.chunkEnd;
    else this.#messageEnds(arrival);
  }

  #messageEnds(arrival: Arrival): void {
    this.#state = states.start;
    this.#sink.messageEnds(arrival);
  }
}

const longestName = 80;
/** Names of headers and media types in lower case. */
const names = new RecurringText('lower');
/** Serves all readers: whoever is lent it is done with it when the call returns. */
const value: LentOctets = { bytes: new Uint8Array(0), start: 0, end: 0 };

/** Blanks and line ends; the last is Latin-1's no-break space. */
function isSpace(octet: number): boolean {
  return octet === 0x20 || (octet >= 0x09 && octet <= 0x0d) || octet === 0xa0;
}

/** The decimal number in `bytes[start, end)`; -1 where it is none, 0 where nothing is said. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return Number.isSafeInteger(number) ? number : -1;
}

/** RFC 9112 §7.1: hexadecimal digits, then perhaps extensions; -1 where it is none. */
function chunkSize(line: Line): number {
  const text = line.text(0, 16);
  const size = /^[0-9a-fA-F]{1,8}(?=\s*(?:;|$))/.exec(text)?.[0];
  return size === undefined ? -1 : Number.parseInt(size, 16);
}

/** Whether a stretch begins like a status line, or like a request line with one of the common methods. */
function looksLikeStart(bytes: Uint8Array, start: number, end: number): boolean {
  return /^(?:HTTP\/1\.[01] \d{3}|(?:GET|POST|PUT|HEAD|DELETE|PATCH|OPTIONS|CONNECT) \S)/.test(
    latin1(bytes, start, Math.min(end, start + 16)),
  );
}
