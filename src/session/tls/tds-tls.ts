// [MS-TDS] §2.2.6.5, §3.2.5.1: TLS of SQL Server is spoken inside PRELOGIN packets until its handshake is over, and bare then.
import { u16 } from '../../base/bytes.js';
import { type Arrival, type Direction, skipAll } from '../../model/stream.js';
import { mssql } from '../../protocols/mssql.js';
import type { ContentReader } from '../content/content-reader.js';
import { deaf, type Listener } from '../listener.js';
import type { Stage } from '../stage.js';
import type { TlsConversation } from './tls-conversation.js';

const packetHeaderLength = 8;
const recordHeaderLength = 5;
const prelogin = 0x12;
const handshakeRecord = 0x16;
/** Content types of TLS records; packets of TDS that go bare have lower types. */
const contentType = { first: 0x14, last: 0x17 } as const;

/** Where one direction stands. */
class Wrapping {
  /** First octets of a header that is cut between segments. */
  readonly header: Uint8Array = new Uint8Array(packetHeaderLength);
  headerLength = 0;
  /** Octets to come of the packet or record in hand. */
  remaining = 0;
  /** They are TLS. */
  isTls = false;
  /** The next octet is the first of a PRELOGIN packet's content. */
  first = false;
  /** Octets that were handed on as TLS, and those that it does not want. */
  tlsOffset = 0;
  tlsSkip = 0;
  readerSkip = 0;
}

/**
 * Hears a connection of SQL Server: takes TLS out of the packets that it stands in, and hands everything before it to the
 * reader of cleartext.
 */
export class TdsTls implements Listener {
  readonly #session: Stage;
  readonly #reader: ContentReader | null;
  readonly #states: readonly [Wrapping, Wrapping] = [new Wrapping(), new Wrapping()];
  readonly #arrival: Arrival = { frame: 0, seconds: 0, nanoseconds: 0, acknowledged: -1, offset: 0 };
  #tls: TlsConversation | null = null;
  #wentOn = false;

  constructor(session: Stage, reader: ContentReader | null) {
    this.#session = session;
    this.#reader = reader;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const state = this.#states[direction];
    let at = start;
    // Where what the reader has not seen begins.
    let unread = start;
    while (at < end) {
      if (state.remaining === 0) {
        at = this.#header(state, direction, bytes, at, end, arrival);
        if (at < 0) return this.#giveUp();
        continue;
      }
      if (state.first) {
        state.first = false;
        if (this.#tls === null && bytes[at] === handshakeRecord) {
          this.#read(state, direction, bytes, unread, Math.max(unread, at - packetHeaderLength), arrival);
          this.#begin(arrival);
        }
        state.isTls = this.#tls !== null;
      }
      const take = Math.min(state.remaining, end - at);
      if (state.isTls) this.#hand(state, direction, bytes, at, at + take, arrival);
      state.remaining -= take;
      at += take;
      if (state.isTls) unread = at;
    }
    if (this.#tls === null) this.#read(state, direction, bytes, unread, end, arrival);
    if (this.#tls !== null || this.#reader === null || !this.#reader.done) return 0;
    return this.#giveUp();
  }

  gap(direction: Direction, length: number): number {
    const state = this.#states[direction];
    if (this.#tls !== null && state.isTls && state.remaining >= length) {
      state.remaining -= length;
      state.tlsOffset += length;
      state.tlsSkip = 0;
      this.#tls.gap(direction, length);
      return 0;
    }
    // Packets are out of step. What is known of TLS stays.
    this.#reader?.gap(direction, length);
    return this.#giveUp();
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.#tls?.closed(direction, reset, arrival);
  }

  end(): void {
    this.#reader?.end();
  }

  /** Takes octets of a header; returns the offset behind them, or -1 where it is none of TDS. */
  #header(state: Wrapping, direction: Direction, bytes: Uint8Array, at: number, end: number, arrival: Arrival): number {
    const first = state.headerLength > 0 ? state.header[0]! : bytes[at]!;
    const isRecord = this.#tls !== null && first >= contentType.first && first <= contentType.last;
    const wanted = isRecord ? recordHeaderLength : packetHeaderLength;
    const take = Math.min(wanted - state.headerLength, end - at);
    for (let next = 0; next < take; next++) state.header[state.headerLength++] = bytes[at + next]!;
    state.isTls = isRecord;
    if (isRecord) this.#hand(state, direction, bytes, at, at + take, arrival);
    if (state.headerLength < wanted) return at + take;
    state.headerLength = 0;
    const length = isRecord ? u16(state.header, 3) : u16(state.header, 2) - packetHeaderLength;
    if (length < 0 || (!isRecord && first > prelogin)) return -1;
    state.remaining = length;
    state.first = !isRecord && first === prelogin;
    if (this.#tls !== null && !isRecord && !state.first) this.#clear(arrival);
    return at + take;
  }

  #begin(arrival: Arrival): void {
    const session = this.#session;
    session.upgraded = true;
    this.#reader?.upgraded(mssql, arrival);
    this.#tls = session.startTls();
    session.hand(this);
  }

  #hand(
    state: Wrapping,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    { frame, seconds, nanoseconds }: Arrival,
  ): void {
    const tls = this.#tls!;
    const skipped = Math.min(state.tlsSkip, end - start);
    if (state.tlsSkip !== skipAll) state.tlsSkip -= skipped;
    const arrival = this.#arrival;
    arrival.frame = frame;
    arrival.seconds = seconds;
    arrival.nanoseconds = nanoseconds;
    arrival.offset = state.tlsOffset + skipped;
    state.tlsOffset += end - start;
    if (start + skipped < end) state.tlsSkip = tls.data(direction, bytes, start + skipped, end, arrival);
  }

  /** Bare packets after TLS: only the login was encrypted (ENCRYPT_OFF of both sides). */
  #clear(arrival: Arrival): void {
    const { notes } = this.#session;
    if (this.#wentOn || notes?.change?.outcome !== 'taken') return;
    this.#wentOn = true;
    const basis = `${notes.change.basis}; from frame ${arrival.frame} on packets are in cleartext again: only the login was encrypted`;
    notes.upgrade({ ...notes.change, wentOnFrame: arrival.frame, basis });
  }

  #read(state: Wrapping, direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const reader = this.#reader;
    if (reader === null || state.readerSkip === skipAll) return;
    const skipped = Math.min(state.readerSkip, end - start);
    state.readerSkip -= skipped;
    if (start + skipped < end) state.readerSkip = reader.data(direction, bytes, start + skipped, end, arrival);
  }

  #giveUp(): number {
    this.#reader?.end();
    this.#session.hand(deaf);
    return skipAll;
  }
}
