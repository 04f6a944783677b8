// RFC 6347 and RFC 9147: DTLS records in datagrams → handshake messages, alerts, and what can be told of records that stay
// closed. Datagrams are lost, repeated and reordered; message numbers put them in order.
import { u16 } from '../../base/bytes.js';
import type { Arrival, Direction } from '../../model/stream.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import {
  dtlsEpoch,
  dtlsFragmentHeaderLength,
  dtlsFragmentLength,
  dtlsFragmentOffset,
  dtlsFragmentSequence,
  dtlsFragmentType,
  dtlsMessageLength,
  dtlsRecordHeaderLength,
  dtlsRecordLength,
  isDtlsRecordHeader,
  isDtlsUnifiedHeader,
} from '../../wire/tls/dtls-record.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import { ScatteredOctets } from '../content/scattered-octets.js';
import { maxDtlsWaiting } from '../limits.js';
import type { SessionContext } from '../shared/session-context.js';
import { observedTypes, TlsObservations } from '../tls/tls-observations.js';

/** Flags of the unified header (RFC 9147 §4): connection id, long sequence number, length. */
const unifiedFlags = { connectionId: 0x10, longSequence: 0x08, length: 0x04 } as const;

/** A message that is not whole yet, or waits for one before it. */
interface WaitingMessage {
  type: number;
  length: number;
  octets: ScatteredOctets;
}

/** Where one direction stands. */
class DtlsDirection {
  records = 0;
  /** Number of the message that comes next; -1 before the first. */
  next = -1;
  /** By number; null while none waits. */
  waiting: Map<number, WaitingMessage> | null = null;
  /** A protected handshake record, the Finished, lies behind. */
  finished = false;
}

/** What is said on a DTLS connection, from its first record (or from where the capture begins) on. */
export class DtlsConversation {
  readonly observations: TlsObservations;
  readonly #context: SessionContext;
  readonly #directions: readonly [DtlsDirection, DtlsDirection] = [new DtlsDirection(), new DtlsDirection()];

  constructor(context: SessionContext, flowId: number) {
    this.#context = context;
    this.observations = new TlsObservations(flowId, 'dtls');
  }

  /** One datagram; returns like `Conversation.datagram`. */
  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let at = start;
    while (at < end) {
      if (end - at >= dtlsRecordHeaderLength && isDtlsRecordHeader(bytes, at)) {
        at = this.#record(direction, bytes, at, end, arrival);
      } else if (isDtlsUnifiedHeader(bytes, at)) at = this.#sealed(direction, bytes, at, end, arrival);
      else return 0;
    }
    return 0;
  }

  /** The connection is over: what waited for a message that never came is read all the same. */
  end(): void {
    for (const direction of [0, 1] as const) {
      const state = this.#directions[direction];
      this.observations.of(direction).records = state.records;
      const { waiting } = state;
      if (waiting === null) continue;
      for (const number of [...waiting.keys()].sort((a, b) => a - b)) this.#readWaiting(direction, number, 0);
      state.waiting = null;
    }
  }

  /** A record with a header of DTLS 1.0 to 1.2; returns where the next begins. */
  #record(direction: Direction, bytes: Uint8Array, at: number, end: number, arrival: Arrival): number {
    const state = this.#directions[direction];
    state.records++;
    const type = bytes[at]!;
    // A connection id (RFC 9146) stands before the length, and only its parties know how long it is.
    if (type === tlsContentTypes.tls12_cid) return this.#protected(direction, type, arrival, end);
    const content = at + dtlsRecordHeaderLength;
    const recordEnd = content + dtlsRecordLength(bytes, at);
    if (dtlsEpoch(bytes, at) > 0) return this.#protected(direction, type, arrival, recordEnd);
    const last = Math.min(recordEnd, end);
    if (type === tlsContentTypes.handshake) this.#fragments(direction, bytes, content, last, arrival);
    else if (type === tlsContentTypes.alert && last - content === 2) {
      this.observations.noteAlert(direction, arrival.frame, bytes[content]!, bytes[content + 1]!, false);
    } else if (type === tlsContentTypes.change_cipher_spec) this.#changeCipherSpec(direction, arrival);
    return recordEnd;
  }

  /** RFC 9147 §4: a record of DTLS 1.3 under protection; returns where the next begins. */
  #sealed(direction: Direction, bytes: Uint8Array, at: number, end: number, arrival: Arrival): number {
    const flags = bytes[at]!;
    const isDtls13 = this.observations.version === tlsVersions.tls13;
    if (!isDtls13) return end;
    this.#directions[direction].records++;
    this.observations.of(direction).applicationFrame ||= arrival.frame;
    // Without a length it ends with its datagram; behind a connection id the length can't be found.
    if ((flags & unifiedFlags.length) === 0 || (flags & unifiedFlags.connectionId) !== 0) return end;
    const lengthAt = at + 1 + (flags & unifiedFlags.longSequence ? 2 : 1);
    return lengthAt + 2 > end ? end : lengthAt + 2 + u16(bytes, lengthAt);
  }

  /** Returns `next`. */
  #protected(direction: Direction, type: number, arrival: Arrival, next: number): number {
    const state = this.#directions[direction];
    const observed = this.observations.of(direction);
    if (type === tlsContentTypes.application_data || type === tlsContentTypes.tls12_cid) {
      observed.applicationFrame ||= arrival.frame;
    } else if (type === tlsContentTypes.alert) this.observations.noteAlert(direction, arrival.frame, null, null, true);
    else if (type === tlsContentTypes.handshake && !state.finished) {
      state.finished = true;
      this.observations.list(direction, arrival.frame, tlsHandshakeTypes.finished, 0);
    }
    return next;
  }

  #fragments(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    let at = start;
    while (end - at >= dtlsFragmentHeaderLength) {
      const content = at + dtlsFragmentHeaderLength;
      const next = content + dtlsFragmentLength(bytes, at);
      if (next > end) {
        this.#missing(direction, 'a handshake fragment is cut');
        return;
      }
      if (dtlsFragmentOffset(bytes, at) + next - content > dtlsMessageLength(bytes, at)) {
        this.observations.odd('handshake fragment reaches beyond its message');
        return;
      }
      this.#fragment(direction, bytes, at, content, next, arrival);
      at = next;
    }
  }

  #fragment(
    direction: Direction,
    bytes: Uint8Array,
    header: number,
    start: number,
    end: number,
    arrival: Arrival,
  ): void {
    const state = this.#directions[direction];
    const number = dtlsFragmentSequence(bytes, header);
    if (state.next < 0) state.next = this.#firstNumber(direction, dtlsFragmentType(bytes, header), number);
    // Sent again because the answer was late.
    if (number < state.next) return;
    const length = dtlsMessageLength(bytes, header);
    const waits = state.waiting?.has(number) ?? false;
    if (number === state.next && !waits && end - start === length) {
      this.#message(direction, dtlsFragmentType(bytes, header), bytes, start, end, arrival.frame);
      state.next = number + 1;
    } else {
      const message = this.#waiting(state, number, dtlsFragmentType(bytes, header), length);
      if (message === null) {
        this.#missing(direction, 'too many handshake messages wait for one before them');
        return;
      }
      message.octets.add(dtlsFragmentOffset(bytes, header), bytes, start, end);
      if (message.octets.refused !== null) this.#missing(direction, message.octets.refused);
    }
    this.#readInOrder(direction, arrival.frame);
  }

  /** A capture may begin behind the first message; a server without state repeats the client's number in its answer. */
  #firstNumber(direction: Direction, type: number, number: number): number {
    const opens = type === tlsHandshakeTypes.client_hello || type === tlsHandshakeTypes.hello_verify_request;
    if (opens || type === tlsHandshakeTypes.server_hello) return number;
    if (number > 0) this.#missing(direction, 'the handshake begins before the capture');
    return 0;
  }

  #waiting(state: DtlsDirection, number: number, type: number, length: number): WaitingMessage | null {
    state.waiting ??= new Map();
    const known = state.waiting.get(number);
    if (known !== undefined) return known;
    if (state.waiting.size >= maxDtlsWaiting) return null;
    const message = { type, length, octets: new ScatteredOctets(this.#context.octets) };
    state.waiting.set(number, message);
    return message;
  }

  #readInOrder(direction: Direction, frame: number): void {
    const state = this.#directions[direction];
    while (state.waiting !== null) {
      const message = state.waiting.get(state.next);
      if (message === undefined || message.octets.prefix < message.length) return;
      this.#readWaiting(direction, state.next, frame);
      state.next++;
    }
  }

  /** Reads a message that waited, whole or not, and gives its octets back. */
  #readWaiting(direction: Direction, number: number, frame: number): void {
    const state = this.#directions[direction];
    const message = state.waiting!.get(number)!;
    state.waiting!.delete(number);
    const { octets, type, length } = message;
    if (frame === 0) this.#missing(direction, 'handshake messages are missing from the capture');
    else if (octets.prefix >= length) this.#message(direction, type, octets.bytes, 0, length, frame);
    octets.release();
  }

  #message(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number, frame: number): void {
    const seen = this.observations;
    seen.list(direction, frame, type, handshakeHeaderLength + end - start);
    if (type === tlsHandshakeTypes.hello_verify_request) {
      seen.client ??= direction === 0 ? 1 : 0;
      return;
    }
    this.#context.handshakes.message(seen, direction, type, bytes, start, end, frame);
  }

  #missing(direction: Direction, because: string): void {
    this.observations.of(direction).hiddenBecause ??= because;
  }

  /** What it means is as in TLS; DTLS 1.3 does not send it. */
  #changeCipherSpec(direction: Direction, arrival: Arrival): void {
    const seen = this.observations;
    const observed = seen.of(direction);
    if (observed.changeCipherSpecFrame > 0) return;
    seen.list(direction, arrival.frame, observedTypes.changeCipherSpec, 1);
    if (this.#directions[direction].waiting?.size) this.#missing(direction, 'ChangeCipherSpec before missing messages');
    if (seen.version !== null && messageVersion(seen.version) === tlsVersions.tls13) return;
    observed.changeCipherSpecFrame = arrival.frame;
    this.#context.handshakes.changeCipherSpec(seen, direction, arrival.frame);
  }
}
