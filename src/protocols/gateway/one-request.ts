// A gateway's connection with one request on it (uwsgi, SCGI): a head with the variables, the body behind it, and an answer.
import type { ContentSink, Follower } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import { type Arrival, skipAll } from '../../model/stream.js';
import type { Body } from '../http/body.js';
import { MessageNotes } from '../http/message-notes.js';
import { GatewayAnswer } from './answer.js';
import { HeldOctets } from './held-octets.js';
import { GatewayVariables } from './variables.js';

/** How a protocol writes its head. */
export interface HeadForm {
  /** As people call it. */
  title: string;
  /** Octets of the head that begins at `start`; 0 = not told yet, -1 = none begins here. */
  measure(bytes: Uint8Array, start: number, end: number): number;
  /** Tells the variables of a whole head. */
  read(bytes: Uint8Array, start: number, end: number, told: GatewayVariables): void;
}

/** Longest head that is kept: uwsgi has no longer one. */
const maxHead = 65_540;

/** Follows such a connection. */
export class OneRequestFollower implements Follower {
  readonly #sink: ContentSink;
  readonly #notes: MessageNotes;
  readonly #form: HeadForm;
  readonly #head: HeldOctets = new HeldOctets();
  #arrival: Arrival | null = null;
  #asked = false;
  #body: Body | null = null;
  #answer: GatewayAnswer | null = null;
  #last: Arrival | null = null;
  #over = false;

  constructor(sink: ContentSink, form: HeadForm) {
    this.#sink = sink;
    this.#notes = new MessageNotes(sink);
    this.#form = form;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    if (this.#over) return skipAll;
    if (from === 'server') {
      this.#last = { ...arrival };
      this.#answer?.data(bytes, start, end, arrival);
      return 0;
    }
    if (!this.#asked) return this.#headOctets(bytes, start, end, arrival);
    this.#bodyOctets(bytes, start, end, arrival);
    return 0;
  }

  gap(from: Side): number {
    this.end();
    this.#sink.inspectionEnds(from, 'octets are missing from the capture');
    return skipAll;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#body?.end(this.#last);
    this.#answer?.end(this.#last);
    this.#head.clear();
  }

  #headOctets(bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const head = this.#head;
    const before = head.length;
    if (before > 0) head.append(bytes, start, Math.min(end, start + maxHead - before));
    const all = before === 0 ? bytes : head.bytes;
    const at = before === 0 ? start : 0;
    const until = before === 0 ? end : head.length;
    this.#arrival ??= { ...arrival };
    const length = this.#form.measure(all, at, until);
    if (length < 0 || length > maxHead) {
      this.end();
      return skipAll;
    }
    if (length === 0 || at + length > until) {
      if (before === 0) head.append(bytes, start, Math.min(end, start + maxHead));
      return 0;
    }
    this.#asked = true;
    const variables = new GatewayVariables(this.#sink, this.#notes, this.#form.title, this.#arrival);
    this.#form.read(all, at, at + length, variables);
    variables.complete();
    head.clear();
    this.#answer = new GatewayAnswer(this.#notes, variables.exchange);
    this.#body = this.#notes.body('client', variables.exchange, variables.mediaType, '', arrival);
    const bodyStart = start + length - before;
    if (bodyStart < end) this.#bodyOctets(bytes, bodyStart, end, arrival);
    return 0;
  }

  #bodyOctets(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#last = { ...arrival };
    this.#body?.content(bytes, start, end, arrival, false);
  }
}
