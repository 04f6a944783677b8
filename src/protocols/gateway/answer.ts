// The answer of an application behind a gateway (RFC 3875 §6): header lines, the status among them or before them, then a body.
import type { Arrival } from '../../model/stream.js';
import type { Body } from '../http/body.js';
import type { Exchange } from '../http/exchange.js';
import type { MessageNotes } from '../http/message-notes.js';
import { type Line, LineReader } from '../lines.js';

/** Octets of a header that are looked at; servers refuse more. */
const maxHeadOctets = 32_768;
/** An application that names no status answers 200 (RFC 3875 §6.3.3). */
const unnamedStatus = 200;

/** Reads the answer to one request. */
export class GatewayAnswer {
  readonly #notes: MessageNotes;
  readonly #exchange: Exchange;
  #lines: LineReader | null = new LineReader();
  #octets = 0;
  #status = 0;
  #mediaType = '';
  #encoding = '';
  #body: Body | null = null;

  constructor(notes: MessageNotes, exchange: Exchange) {
    this.#notes = notes;
    this.#exchange = exchange;
  }

  /** The next octets. */
  data(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    let at = start;
    while (this.#lines !== null && at < end) {
      const begins = at;
      at = this.#lines.read(bytes, at, end);
      this.#octets += at - begins;
      if (this.#octets > maxHeadOctets) {
        this.#lines = null;
        return;
      }
      if (this.#lines.complete) this.#line(this.#lines.line, arrival);
    }
    if (at < end) this.#body?.content(bytes, at, end, arrival, false);
  }

  /** The answer is over. */
  end(arrival: Arrival | null): void {
    this.#body?.end(arrival);
    this.#body = null;
  }

  #line(line: Line, arrival: Arrival): void {
    if (line.length === 0) {
      this.#headEnds(arrival);
      return;
    }
    if (line.has(0, 'HTTP/1.')) {
      this.#status = Number(line.word(line.nextWord(0)));
      return;
    }
    const text = line.text(0, longestLine);
    const colon = text.indexOf(':');
    if (colon < 1) return;
    const name = text.slice(0, colon).toLowerCase();
    const told = text.slice(colon + 1).trim();
    if (name === 'status') this.#status = Number(told.slice(0, 3));
    else if (name === 'content-type') this.#mediaType = told.toLowerCase();
    else if (name === 'content-encoding') this.#encoding = told.toLowerCase();
    else {
      const value = Buffer.from(told, 'latin1');
      this.#notes.answerHeader(this.#exchange, name, { bytes: value, start: 0, end: value.length }, arrival);
    }
  }

  #headEnds(arrival: Arrival): void {
    this.#lines = null;
    const status = this.#status >= 100 && this.#status < 600 ? this.#status : unnamedStatus;
    this.#notes.answering(this.#exchange, status);
    this.#notes.answered(this.#exchange, arrival);
    this.#body = this.#notes.body('server', this.#exchange, this.#mediaType, this.#encoding, arrival);
  }
}

const longestLine = 16_384;
