// FastCGI (FastCGI Specification 1.0): requests that a web server hands to an application, one after the other on a connection.
// Web servers don't multiplex: the number of a request only tells when another begins.
import { u16 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { GatewayAnswer } from './gateway/answer.js';
import { HeldOctets } from './gateway/held-octets.js';
import { GatewayVariables } from './gateway/variables.js';
import type { Body } from './http/body.js';
import { MessageNotes } from './http/message-notes.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of FastCGI. */
export function followFastcgi(sink: ContentSink): Follower {
  return new FastcgiFollower(sink);
}

const type = { begin: 1, abort: 2, end: 3, params: 4, stdin: 5, stdout: 6 } as const;
const lastType = 11;
const headerLength = 8;
/** Octets of variables that are kept over the end of a record: a certificate with its chain fits. */
const maxRest = 65_536;

class FastcgiFollower extends MessageFollower {
  readonly #dialogue: FastcgiDialogue;

  constructor(sink: ContentSink) {
    const dialogue = new FastcgiDialogue(sink);
    super(sink, dialogue);
    this.#dialogue = dialogue;
  }

  override end(): void {
    super.end();
    this.#dialogue.over();
  }
}

class FastcgiDialogue implements Dialogue {
  /** Records have up to 65,535 octets; half of that holds the variables of a request with a certificate among them. */
  readonly bound = 32_768;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #notes: MessageNotes;
  #variables: GatewayVariables | null = null;
  #answer: GatewayAnswer | null = null;
  #body: Body | null = null;
  #last: Arrival | null = null;
  /** The beginning of a variable whose rest comes in the next record. */
  readonly #rest: HeldOctets = new HeldOctets();

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#notes = new MessageNotes(sink);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.more;
    const kind = bytes[start + 1]!;
    if (bytes[start] !== 1 || kind === 0 || kind > lastType) return measured.broken;
    return headerLength + u16(bytes, start + 4) + bytes[start + 6]!;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const kind = message.octet(1);
    const start = message.start + headerLength;
    const end = Math.min(message.end, start + u16(message.bytes, message.start + 4));
    if (from === 'server') this.#fromApplication(kind, message.bytes, start, end, arrival);
    else this.#fromWebServer(kind, message.bytes, start, end, arrival);
  }

  /** The connection is over: what was begun is told as it stands. */
  over(): void {
    this.#body?.end(this.#last);
    this.#answer?.end(this.#last);
    this.#body = null;
    this.#answer = null;
    this.#rest.clear();
  }

  #fromWebServer(kind: number, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (kind === type.begin) {
      this.over();
      this.#variables = new GatewayVariables(this.#sink, this.#notes, 'FastCGI', arrival);
      return;
    }
    const variables = this.#variables;
    if (kind === type.params && variables !== null) {
      if (start < end) this.#params(variables, bytes, start, end);
      // An empty record ends the stream (§3.3).
      else this.#requested(variables, arrival);
    } else if (kind === type.stdin) {
      this.#last = { ...arrival };
      if (start < end) this.#body?.content(bytes, start, end, arrival, false);
      else this.#body?.end(arrival);
    } else if (kind === type.abort) this.over();
  }

  #requested(variables: GatewayVariables, arrival: Arrival): void {
    variables.complete();
    const { exchange } = variables;
    this.#variables = null;
    this.#rest.clear();
    this.#answer = new GatewayAnswer(this.#notes, exchange);
    this.#body = this.#notes.body('client', exchange, variables.mediaType, '', arrival);
  }

  #fromApplication(kind: number, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (kind === type.stdout && start < end) this.#answer?.data(bytes, start, end, arrival);
    else if (kind === type.end) {
      this.#answer?.end(arrival);
      this.#answer = null;
    }
  }

  #params(variables: GatewayVariables, bytes: Uint8Array, start: number, end: number): void {
    const rest = this.#rest;
    if (rest.length === 0) {
      const read = readParams(variables, bytes, start, end);
      if (end - read <= maxRest) rest.append(bytes, read, end);
      return;
    }
    rest.append(bytes, start, end);
    const read = readParams(variables, rest.bytes, 0, rest.length);
    if (rest.length - read > maxRest) rest.clear();
    else if (read > 0) rest.drop(read);
  }
}

/**
 * Tells the whole variables of `bytes[start, end)`: `name-length value-length name value`, a length in one octet or in four with the
 * highest bit set (§3.4). Returns where the first that is cut begins.
 */
function readParams(variables: GatewayVariables, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const nameLength = lengthAt(bytes, at, end);
    if (nameLength < 0) return at;
    const valueAt = at + (bytes[at]! > shortest ? 4 : 1);
    const valueLength = lengthAt(bytes, valueAt, end);
    if (valueLength < 0) return at;
    const name = valueAt + (bytes[valueAt]! > shortest ? 4 : 1);
    const next = name + nameLength + valueLength;
    if (next > end) return at;
    variables.variable(bytes, name, name + nameLength, name + nameLength, next);
    at = next;
  }
  return end;
}

const shortest = 0x7f;

/** The length that stands at `at`; -1 where it isn't there yet. */
function lengthAt(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const first = bytes[at]!;
  if (first <= shortest) return first;
  if (at + 4 > end) return -1;
  return ((first & shortest) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
