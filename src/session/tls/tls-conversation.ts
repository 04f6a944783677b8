// Records of both directions → handshake messages, alerts, and what can be told of records that stay closed.

import { u24 } from '../../base/bytes.js';
import type { Arrival, Direction } from '../../model/stream.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { handshakeHeaderLength, recordHeaderLength } from '../../wire/tls/record.js';
import { keysDoNotFit, OpenedRecords, type OpenedSink } from '../content/opened-records.js';
import { maxListedRenegotiations } from '../limits.js';
import { type Listener, other } from '../listener.js';
import type { SessionContext } from '../shared/session-context.js';
import { expectEncrypted } from './decrypted-handshake.js';
import { MessageAssembler } from './message-assembler.js';
import { looksLikeMessage, mayBePlainAlert, mayBeTls13, mayHoldTls13 } from './plausible.js';
import type { RecordSink } from './record-layer.js';
import { TlsDirection } from './tls-direction.js';
import { noteTlsExchange } from './tls-exchanges.js';
import { observedTypes, type TlsObservations } from './tls-observations.js';

/** What is said on a TLS connection, from its first record (or from where the capture begins) on. */
export class TlsConversation implements Listener, RecordSink, OpenedSink {
  readonly observations: TlsObservations;
  /** Null where no keys are given. */
  keyed: OpenedRecords | null = null;
  readonly #context: SessionContext;
  /** Made when the direction first speaks: half-open connections are the many. */
  #a: TlsDirection | null = null;
  #b: TlsDirection | null = null;
  /** Finished messages still to come in a handshake after the first; 0 = none is under way. */
  #awaitedFinished = 0;

  constructor(context: SessionContext, observations: TlsObservations) {
    this.#context = context;
    this.observations = observations;
  }

  /** The conversation goes on after a ClientHello in `direction`, which the observations tell. */
  static afterHello(context: SessionContext, observations: TlsObservations, direction: Direction): TlsConversation {
    const conversation = new TlsConversation(context, observations);
    conversation.#state(direction).records = 1;
    return conversation;
  }

  /** Direction of a ClientHello that is all that was said, so that `afterHello` can go on from it; null where it is not all. */
  get onlyHelloOf(): Direction | null {
    const direction = this.#a === null ? 1 : 0;
    const state = this.#a ?? this.#b;
    if (state === null || !state.hadOneRecord || !state.isFresh || this.keyed !== null) return null;
    const peer = direction === 0 ? this.#b : null;
    return peer === null && this.observations.tellOnlyHello(direction) ? direction : null;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#state(direction).step(this, direction, bytes, start, end, arrival);
  }

  gap(direction: Direction, length: number): number {
    return this.#state(direction).stepOver(this, direction, length);
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    const observed = this.observations.of(direction);
    if (reset) observed.rstFrame ||= arrival.frame;
    else observed.finFrame ||= arrival.frame;
  }

  /** An SSLv2 hello stood before the first record: `bytes[start, end)` is its record, header included. */
  sslv2Hello(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#context.handshakes.sslv2Hello(this.observations, direction, bytes, start, end, arrival.frame);
  }

  end(): void {
    if (this.#a !== null) this.#endDirection(0, this.#a);
    if (this.#b !== null) this.#endDirection(1, this.#b);
    if (this.keyed !== null) this.#endKeyed(this.keyed);
  }

  recordBegins(direction: Direction, type: number, length: number, offset: number, arrival: Arrival): boolean {
    const state = this.#state(direction);
    state.closedRecord = false;
    const keyed = this.keyed?.begins(direction, type, length) ?? false;
    switch (type) {
      case tlsContentTypes.change_cipher_spec:
        if (keyed) return true;
        this.#changeCipherSpec(direction, arrival);
        return false;
      case tlsContentTypes.alert:
        if (keyed || mayBePlainAlert(this.observations, state, length)) return true;
        this.observations.noteAlert(direction, arrival.frame, null, null, true);
        return false;
      case tlsContentTypes.handshake:
        if (!state.protected) {
          this.observations.of(direction).hellosEnd = offset + recordHeaderLength + length;
          return true;
        }
        if (keyed) return true;
        this.#protectedHandshake(direction, length, arrival);
        return false;
      case tlsContentTypes.application_data: {
        const observed = this.observations.of(direction);
        observed.applicationFrame ||= arrival.frame;
        if (mayHoldTls13(this.observations, direction, state)) observed.noteProtected(length, offset, arrival);
        noteTlsExchange(this.observations, direction, length, offset, arrival);
        if (this.keyed !== null && !keyed) this.#noteClosed(direction, arrival);
        return keyed;
      }
      default:
        return false;
    }
  }

  content(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.keyed?.collecting(direction)) this.keyed.take(this, direction, bytes, start, end, arrival);
    else if (type === tlsContentTypes.alert) this.#alertContent(direction, bytes, start, end, arrival, false);
    else if (!this.#state(direction).closedRecord) this.#handshakeContent(direction, bytes, start, end, arrival, false);
  }

  opened(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    early: boolean,
  ): void {
    switch (type) {
      case tlsContentTypes.handshake:
        this.#handshakeContent(direction, bytes, start, end, arrival, true);
        return;
      case tlsContentTypes.alert:
        this.#alertContent(direction, bytes, start, end, arrival, true);
        return;
      case tlsContentTypes.change_cipher_spec:
        this.#changeCipherSpec(direction, arrival);
        return;
      case tlsContentTypes.application_data:
        this.keyed?.applicationData(direction, bytes, start, end, arrival, early);
        return;
      default:
    }
  }

  stayedClosed(direction: Direction, type: number, length: number, arrival: Arrival): void {
    this.keyed?.content?.gap(direction, length);
    this.#noteClosed(direction, arrival);
    if (type === tlsContentTypes.handshake) this.#protectedHandshake(direction, length, arrival);
    else if (type === tlsContentTypes.alert) this.observations.noteAlert(direction, arrival.frame, null, null, true);
    else if (type === tlsContentTypes.change_cipher_spec) this.#changeCipherSpec(direction, arrival);
  }

  #noteClosed(direction: Direction, arrival: Arrival): void {
    const { decrypted } = this.observations.answer;
    if (decrypted !== null) decrypted.closedFrames[direction] ||= arrival.frame;
  }

  lost(direction: Direction, reason: string, inStep: boolean): void {
    const state = this.#state(direction);
    this.keyed?.lost(direction);
    this.#dropMessage(direction);
    state.doubtful = true;
    state.alertLevel = -1;
    const observed = this.observations.of(direction);
    observed.hiddenBecause ??= reason;
    observed.expected = null;
    if (!inStep) observed.recordsBeforeLoss ??= (observed.protectedRecords?.length ?? 0) / 4;
  }

  /** Content of a handshake record; `opened` = keys opened it, and so will they what follows. */
  #handshakeContent(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    opened: boolean,
  ): void {
    const state = this.#state(direction);
    let at = start;
    while (at < end) {
      if (state.message === null) {
        if (state.doubtful && !this.#resumes(direction, bytes, at, end, arrival)) return;
        const whole = end - at >= handshakeHeaderLength ? handshakeHeaderLength + u24(bytes, at + 1) : 0;
        if (whole > 0 && at + whole <= end) {
          this.#message(direction, bytes, at, at + whole, arrival, opened);
          at += whole;
          if (state.protected && !opened) return;
          continue;
        }
        state.message = new MessageAssembler(this.#context.octets);
      }
      const message = state.message;
      at = message.take(bytes, at, end);
      if (!message.complete) continue;
      if (message.refused) this.#unread(direction, 'handshake message over the memory budget, not read');
      else this.#message(direction, message.bytes, 0, message.length, arrival, opened);
      this.#dropMessage(direction);
      if (state.protected && !opened) return;
    }
  }

  /** A message was not read: what it would have shown is nowhere proven absent. */
  #unread(direction: Direction, reason: string): void {
    this.observations.odd(reason);
    const observed = this.observations.of(direction);
    observed.hiddenBecause ??= reason;
    observed.expected = null;
  }

  /** After a loss: whether these octets begin a message that can be read. */
  #resumes(direction: Direction, bytes: Uint8Array, at: number, end: number, arrival: Arrival): boolean {
    const state = this.#state(direction);
    state.doubtful = !looksLikeMessage(bytes, at, end);
    if (!state.doubtful) return true;
    state.closedRecord = true;
    this.observations.list(direction, arrival.frame, observedTypes.encrypted, end - at);
    return false;
  }

  #message(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    opened: boolean,
  ): void {
    const state = this.#state(direction);
    const type = bytes[start]!;
    this.observations.list(direction, arrival.frame, type, end - start);
    const seen = this.observations;
    if (opened) this.#openedMessage(direction, type, arrival);
    this.#context.handshakes.message(seen, direction, type, bytes, start + handshakeHeaderLength, end, arrival.frame);
    if (type === tlsHandshakeTypes.client_hello && !this.#context.secrets.isEmpty) {
      this.keyed ??= new OpenedRecords(seen, this.#context);
    }
    if (type === tlsHandshakeTypes.server_hello && seen.version === tlsVersions.tls13 && !seen.retrying) {
      this.#state(0).protected = true;
      this.#state(1).protected = true;
      if (seen.answer.serverHelloEnd < 0) {
        seen.answered().serverHelloEnd = seen.of(direction).hellosEnd;
        // A client whose hello can't be read may have offered it.
        seen.of(other(direction)).forgetEarlyData(seen.answer.serverHelloEnd, seen.helloShape?.earlyData ?? true);
      }
      if (this.keyed !== null) expectEncrypted(seen, direction);
    }
    if (type === tlsHandshakeTypes.finished) state.finished = true;
    this.keyed?.message(direction, type, bytes, start, end);
  }

  /** A message that keys opened. */
  #openedMessage(direction: Direction, type: number, arrival: Arrival): void {
    const seen = this.observations;
    const decrypted = seen.observeDecrypted();
    decrypted.messages++;
    if (type === tlsHandshakeTypes.finished) {
      const whole = seen.of(direction).hiddenBecause === null && this.keyed!.allOpened(direction);
      // What acknowledges the first octet of a segment most often acknowledges all of it.
      decrypted.finished(direction, arrival.frame, arrival.offset + 1, whole);
      if (this.#awaitedFinished > 0) this.#awaitedFinished--;
      return;
    }
    const begins = type === tlsHandshakeTypes.client_hello || type === tlsHandshakeTypes.hello_request;
    if (begins && seen.version !== tlsVersions.tls13) this.#renegotiates(direction, arrival.frame);
    if (type === tlsHandshakeTypes.new_session_ticket) {
      const inKnowledge = decrypted.knowsFinished(other(direction), arrival.frame, arrival.acknowledged);
      if (inKnowledge) decrypted.ticketFrame ||= arrival.frame;
    }
  }

  #changeCipherSpec(direction: Direction, arrival: Arrival): void {
    const observations = this.observations;
    const version = observations.version;
    this.observations.list(direction, arrival.frame, observedTypes.changeCipherSpec, 1);
    // TLS 1.3 sends it for the sake of middleboxes and means nothing by it (RFC 9846, Middlebox Compatibility Mode).
    if (version === tlsVersions.tls13) return;
    const state = this.#state(direction);
    if (version === null && mayBeTls13(observations)) {
      // Or TLS 1.2 of which the ServerHello is missing: then a Finished follows, which can't be read.
      if (observations.answer.helloRetryRequestFrame === 0) state.doubtful = true;
      return;
    }
    observations.of(direction).changeCipherSpecFrame ||= arrival.frame;
    if (state.message !== null) this.#unread(direction, 'ChangeCipherSpec inside a handshake message');
    this.#dropMessage(direction);
    if (state.protected) state.finished = false;
    else this.#context.handshakes.changeCipherSpec(observations, direction, arrival.frame);
    state.protected = true;
    this.keyed?.changeCipherSpec(direction);
  }

  #protectedHandshake(direction: Direction, length: number, arrival: Arrival): void {
    const state = this.#state(direction);
    const first = !state.finished;
    state.finished = true;
    this.observations.list(
      direction,
      arrival.frame,
      first ? tlsHandshakeTypes.finished : observedTypes.encrypted,
      length,
    );
    if (this.#awaitedFinished > 0) {
      if (first) this.#awaitedFinished--;
      return;
    }
    if (first || this.observations.version === tlsVersions.tls13) return;
    this.#renegotiates(direction, arrival.frame);
  }

  /** After both Finished only a new handshake (or the request for one) is left to say (RFC 5246 §7.4.1). */
  #renegotiates(direction: Direction, frame: number): void {
    if (this.#awaitedFinished > 0) return;
    // The other side's Finished may be missing from the capture, or told later: nothing else is said after one's own.
    if (!this.#state(direction).finished) return;
    this.#awaitedFinished = 2;
    const answer = this.observations.answered();
    answer.renegotiationFrames ??= [];
    const frames = answer.renegotiationFrames;
    if (frames.length < maxListedRenegotiations) frames.push(frame);
  }

  #alertContent(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
    encrypted: boolean,
  ): void {
    const state = this.#state(direction);
    for (let at = start; at < end; at++) {
      if (state.alertLevel < 0) {
        state.alertLevel = bytes[at]!;
        continue;
      }
      this.observations.noteAlert(direction, arrival.frame, state.alertLevel, bytes[at]!, encrypted);
      state.alertLevel = -1;
    }
  }

  #endKeyed(keyed: OpenedRecords): void {
    keyed.end();
    const because = keyed.closedBecause();
    if (this.observations.serverHello !== null) this.observations.answered().closedBecause = because;
    if (because === keysDoNotFit) this.observations.odd(`${keysDoNotFit}: no protected record of a direction opened`);
  }

  #dropMessage(direction: Direction): void {
    const state = this.#state(direction);
    state.message?.release();
    state.message = null;
  }

  #endDirection(direction: Direction, state: TlsDirection): void {
    this.observations.of(direction).records = state.records;
    this.#dropMessage(direction);
  }

  #state(direction: Direction): TlsDirection {
    if (direction === 0) {
      this.#a ??= new TlsDirection();
      return this.#a;
    }
    this.#b ??= new TlsDirection();
    return this.#b;
  }
}
