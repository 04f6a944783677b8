import type { FlowKind } from '../model/connection-record.js';
import { type Protocol, type Recognition, recognition } from '../model/protocol.js';
import { type Arrival, type Conversation, type Direction, skipAll } from '../model/stream.js';
import { mssql } from '../protocols/mssql.js';
import { ContentNotes } from './content/content-notes.js';
import { ContentReader, follow } from './content/content-reader.js';
import type { ExchangeLog } from './content/exchange-log.js';
import { Identification } from './identification.js';
import { deaf, type Listener, other } from './listener.js';
import { FirstQuestion, type QuestionStage } from './resting/first-question.js';
import type { Question } from './resting/kept-questions.js';
import type { SessionContext } from './shared/session-context.js';
import { TdsTls } from './tls/tds-tls.js';
import { TlsConversation } from './tls/tls-conversation.js';
import { TlsObservations } from './tls/tls-observations.js';
import { UpgradeWatch } from './upgrade-watch.js';

/**
 * What is said on one TCP connection. It is small, as a segment may hold a million of them: who listens changes with what
 * is found, and this keeps what the record builder asks for when the connection is over.
 */
export class StreamSession implements Conversation, QuestionStage {
  /** Told by a protocol's content; null while unnamed. */
  protocol: Protocol | null = null;
  /** Direction of the client as the protocol tells; null while it doesn't. */
  client: Direction | null = null;
  tls: TlsConversation | null = null;
  /** Something else, named or not, went before TLS. */
  upgraded = false;
  notes: ContentNotes | null = null;
  telling = false;
  readonly context: SessionContext;
  readonly flowId: number;
  /** Questions and answers before TLS or without it; until the first answer a ticket of `PendingQuestions`, 0 = none. */
  exchanges: ExchangeLog | number = 0;
  #listener: Listener;
  /** Octets of each direction that were not to be lent after kept ones; null where there are none. */
  #owed: [number, number] | null = null;

  /** Ports of the first packet's sender and of its peer order the guesses. */
  constructor(context: SessionContext, senderPort: number, peerPort: number, flowId: number) {
    this.context = context;
    this.flowId = flowId;
    this.#listener = new Identification(this, senderPort, peerPort);
  }

  /** Who listens where nothing was said but a ClientHello or a first question; null where more was, or less. */
  get waiting(): TlsConversation | FirstQuestion | null {
    const listener = this.#listener;
    if (this.upgraded || this.#owed !== null || this.notes !== null) return null;
    if (listener instanceof FirstQuestion) return listener;
    return this.tls === listener && this.protocol === null && this.client === null && this.exchanges === 0
      ? this.tls
      : null;
  }

  /** What the connection carries, as far as it is known. */
  get kind(): FlowKind {
    if (this.tls !== null) return this.upgraded ? 'starttls' : 'tls';
    return this.protocol?.kind ?? 'unknown';
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const unneeded =
      this.#owed === null
        ? this.#listener.data(direction, bytes, start, end, arrival)
        : this.#dataOwing(this.#owed, direction, bytes, start, end, arrival);
    if (this.tls === null) this.#noteExchange(direction, end - start, arrival);
    return unneeded;
  }

  gap(direction: Direction, length: number): number {
    const owed = this.#owed?.[direction] ?? 0;
    if (owed === skipAll) return skipAll;
    if (owed > 0) this.#owed![direction] = 0;
    return owed >= length ? owed - length : this.#listener.gap(direction, length - owed);
  }

  tell(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.telling = true;
    const skip = this.data(direction, bytes, start, end, arrival);
    this.telling = false;
    this.#owe(direction, skip);
  }

  hearKept(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#owe(direction, this.#listener.data(direction, bytes, start, end, arrival));
  }

  /** What was kept is heard, so that the session shows all that is known. */
  catchUp(): void {
    if (this.#listener instanceof FirstQuestion) this.#listener.hear();
  }

  #owe(direction: Direction, skip: number): void {
    if (skip === 0) return;
    this.#owed ??= [0, 0];
    this.#owed[direction] = skip;
  }

  #dataOwing(
    owed: [number, number],
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): number {
    const skip = owed[direction];
    if (skip === skipAll) return skipAll;
    owed[direction] = 0;
    if (skip === 0) return this.#listener.data(direction, bytes, start, end, arrival);
    if (skip >= end - start) return skip - (end - start);
    const offset = arrival.offset + skip;
    return this.#listener.data(direction, bytes, start + skip, end, { ...arrival, offset });
  }

  /** Never called: datagrams have a session of their own. */
  datagram(): number {
    return 0;
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.#listener.closed(direction, reset, arrival);
  }

  end(): void {
    const listener = this.#listener;
    listener.end();
    // What the first could only name at the end has a listener of its own.
    if (this.#listener !== listener) this.#listener.end();
    this.#listener = deaf;
    // Who listened last need not have been TLS: SSLv2 goes on unheard.
    this.tls?.end();
  }

  hand(listener: Listener): void {
    this.#listener = listener;
  }

  startTls(): TlsConversation {
    return this.goOnWithTls(new TlsConversation(this.context, new TlsObservations(this.flowId)));
  }

  /** TLS has begun, and `tls` heard it. */
  goOnWithTls(tls: TlsConversation): TlsConversation {
    this.tls = tls;
    this.#listener = tls;
    return tls;
  }

  /** The client of `protocol` has asked a question. */
  goOnWithQuestion(
    protocol: Protocol,
    { direction, likelyClient, pending, bytes, start, end, arrival }: Question,
  ): void {
    this.protocol = protocol;
    this.client = direction;
    this.exchanges = pending;
    this.listenToContent(likelyClient);
    this.hearKept(direction, bytes, start, end, arrival);
  }

  takeNotes(client: Direction): ContentNotes {
    this.notes ??= new ContentNotes(this.client ?? client, this.context.announced, false);
    return this.notes;
  }

  named(protocol: Protocol, how: Recognition, first: Direction, likelyClient: Direction): void {
    this.protocol = protocol;
    if (how === recognition.firstIsClient) this.client ??= first;
    else if (how === recognition.firstIsServer) this.client ??= other(first);
    if (protocol.kind === 'opaque') this.#listener = deaf;
    else if (protocol === mssql) this.#listener = new TdsTls(this, this.#reader(likelyClient));
    else if (how === recognition.firstIsClient && this.client === first && this.notes === null) {
      this.#listener = new FirstQuestion(this, likelyClient);
    } else this.listenToContent(likelyClient);
  }

  unnamed(likelyClient: Direction): void {
    this.listenToContent(likelyClient);
  }

  listenToContent(likelyClient: Direction): void {
    this.#listener = new UpgradeWatch(this, this.#reader(likelyClient));
  }

  #noteExchange(direction: Direction, length: number, arrival: Arrival): void {
    const { exchanges } = this;
    if (typeof exchanges === 'number') {
      this.exchanges = this.context.pending.note(this.flowId, exchanges, direction, length, arrival);
    } else if (!exchanges.full) exchanges.noteStream(direction, length, arrival);
  }

  #reader(likelyClient: Direction): ContentReader | null {
    const { protocol } = this;
    if (protocol !== null && protocol.follow === undefined) return null;
    const notes = this.takeNotes(likelyClient);
    return new ContentReader(notes, follow(protocol, notes));
  }
}
