// RFC 9001: QUIC packets → the TLS handshake inside. Initial packets are opened with what their first one shows; what comes
// after the hellos only with keys that were given.
import { u24 } from '../../base/bytes.js';
import { type Arrival, type Direction, skipAll } from '../../model/stream.js';
import { tlsAlertLevels } from '../../registry/tls-alerts.js';
import { tlsHandshakeTypes as types } from '../../registry/tls-handshake-types.js';
import { quicPacketTypes } from '../../wire/tls/quic.js';
import { walkQuicFrames } from '../../wire/tls/quic-frames.js';
import { isQuicShortHeader, parseQuicLongPacket, type QuicLongPacketValue } from '../../wire/tls/quic-packets.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import { keysDoNotFit } from '../content/opened-records.js';
import { ScatteredOctets } from '../content/scattered-octets.js';
import { maxInitialsOfDatagram, maxQuicLooks } from '../limits.js';
import { other } from '../listener.js';
import type { SessionContext } from '../shared/session-context.js';
import { expectEncrypted } from '../tls/decrypted-handshake.js';
import { TlsObservations } from '../tls/tls-observations.js';
import { QuicKeys } from './quic-keys.js';

/** Packet number spaces that carry the handshake. */
const spaces = { initial: 0, handshake: 1 } as const;
type Space = (typeof spaces)[keyof typeof spaces];

/** The handshake of one direction in one packet number space. */
class HandshakeStream {
  readonly octets: ScatteredOctets;
  /** Offset behind the last message that was read. */
  read = 0;

  constructor(context: SessionContext) {
    this.octets = new ScatteredOctets(context.octets);
  }
}

/** What is said on a QUIC connection as far as its handshake is readable. */
export class QuicConversation {
  readonly observations: TlsObservations;
  readonly #context: SessionContext;
  readonly #keys: QuicKeys;
  /** By direction, then space. */
  readonly #streams: (HandshakeStream | null)[] = [null, null, null, null];
  #version = 0;
  #looks = 0;

  constructor(context: SessionContext, flowId: number) {
    this.#context = context;
    this.#keys = new QuicKeys(context.secrets);
    this.observations = new TlsObservations(flowId, 'quic');
  }

  /** One datagram; returns like `Conversation.datagram`. */
  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let at = start;
    let initials = 0;
    while (at < end) {
      if (isQuicShortHeader(bytes, at)) {
        this.#shortHeader(direction, arrival.frame);
        break;
      }
      const packet = parseQuicLongPacket(bytes, at, end);
      if (packet === null) break;
      this.observations.of(direction).records++;
      if (packet.type !== quicPacketTypes.initial || ++initials <= maxInitialsOfDatagram) {
        this.#longHeader(direction, bytes, at, packet, arrival);
      }
      at = packet.end;
    }
    return this.#isDone() ? skipAll : 0;
  }

  /** The connection is over: budgets are given back, and what never became whole is said. */
  end(): void {
    for (const direction of [0, 1] as const) {
      for (const space of [spaces.initial, spaces.handshake] as const) {
        const stream = this.#streams[direction * 2 + space];
        if (!stream) continue;
        const { octets } = stream;
        const missing = octets.end > stream.read ? 'handshake octets are missing from the capture' : null;
        this.observations.of(direction).hiddenBecause ??= octets.refused ?? missing;
        octets.release();
        this.#streams[direction * 2 + space] = null;
      }
    }
    if (this.#keys.closed > 0 && this.observations.answer.decrypted === null) {
      this.observations.answered().closedBecause ??= keysDoNotFit;
    }
  }

  #shortHeader(direction: Direction, frame: number): void {
    const seen = this.observations;
    if (seen.serverHelloFrame === 0) return;
    seen.of(direction).applicationFrame ||= frame;
    const { decrypted } = seen.answer;
    if (decrypted === null) return;
    decrypted.applicationFrames[direction] ||= frame;
    if (direction !== seen.client && decrypted.knowsFinished(other(direction), frame, -1)) {
      decrypted.servedFrame ||= frame;
    }
  }

  #longHeader(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    packet: QuicLongPacketValue,
    arrival: Arrival,
  ): void {
    const { client } = this.observations;
    const { version, destinationId, numberAt, end } = packet;
    this.#version = version;
    if (packet.type === quicPacketTypes.retry && this.observations.serverHelloFrame === 0) this.#keys.forgetInitials();
    if (packet.type === quicPacketTypes.initial) {
      const id = bytes.slice(destinationId.start, destinationId.end);
      const mayBeClient = client === null || client === direction;
      const frames = this.#keys.openInitial(direction, mayBeClient, version, id, bytes, start, numberAt, end);
      if (frames === null) return;
      if (mayBeClient) this.observations.client = direction;
      this.#frames(direction, spaces.initial, frames, arrival.frame);
    } else if (packet.type === quicPacketTypes.handshake) {
      const frames = this.#keys.openHandshake(direction, bytes, start, numberAt, end);
      if (frames !== null) this.#frames(direction, spaces.handshake, frames, arrival.frame);
    }
  }

  #frames(direction: Direction, space: Space, frames: Uint8Array, frame: number): void {
    walkQuicFrames(frames, 0, frames.length, {
      crypto: (offset, octets, from, to) => this.#crypto(direction, space, offset, octets, from, to, frame),
      alert: (code) =>
        this.observations.noteAlert(direction, frame, tlsAlertLevels.fatal, code, space !== spaces.initial),
    });
  }

  #crypto(
    direction: Direction,
    space: Space,
    offset: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
  ): void {
    const index = direction * 2 + space;
    this.#streams[index] ??= new HandshakeStream(this.#context);
    const stream = this.#streams[index];
    stream.octets.add(offset, bytes, start, end);
    for (;;) {
      const { octets, read } = stream;
      if (octets.prefix - read < handshakeHeaderLength) return;
      const next = read + handshakeHeaderLength + u24(octets.bytes, read + 1);
      if (next > octets.prefix) return;
      stream.read = next;
      this.#message(direction, space, octets.bytes, read, next, frame);
    }
  }

  #message(direction: Direction, space: Space, bytes: Uint8Array, start: number, end: number, frame: number): void {
    const seen = this.observations;
    const type = bytes[start]!;
    const body = start + handshakeHeaderLength;
    seen.list(direction, frame, type, end - start);
    if (space === spaces.handshake) {
      const decrypted = seen.observeDecrypted();
      decrypted.messages++;
      if (type === types.finished) {
        decrypted.finished(direction, frame, 0, seen.of(direction).hiddenBecause === null && this.#keys.closed === 0);
      }
    }
    this.#context.handshakes.message(seen, direction, type, bytes, body, end, frame);
    if (type === types.client_hello) this.#keys.clientHello(bytes, body, end);
    const suite = seen.serverHello?.cipherSuite ?? null;
    if (type === types.server_hello && suite !== null && !seen.retrying) {
      this.#keys.serverHello(this.#version, suite, other(direction));
      if (this.#keys.given) expectEncrypted(seen, direction);
    }
  }

  /** Both sides went on past the handshake, or nothing of it was found for long. */
  #isDone(): boolean {
    const seen = this.observations;
    if (seen.of(0).applicationFrame > 0 && seen.of(1).applicationFrame > 0) return !this.#awaitsKeys();
    return seen.serverHelloFrame === 0 && ++this.#looks > maxQuicLooks;
  }

  /** With keys, the client's Finished may still come in a packet that was sent again. */
  #awaitsKeys(): boolean {
    const { decrypted } = this.observations.answer;
    return this.#keys.given && (decrypted === null || decrypted.servedFrame === 0) && ++this.#looks <= maxQuicLooks;
  }
}
