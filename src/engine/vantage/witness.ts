import { finishHash, mixWord } from '../../base/hash.js';
import type { Arrival, Conversation, Direction } from '../../model/stream.js';
import type { Session } from '../../session/connection-builder.js';

/**
 * Lengths of openings that are digested, in octets: vantage points cut a stream differently, and whoever needs no more of it
 * may stop listening anywhere. The longest length that both heard is compared. Hellos of TLS have their random within the second.
 */
export const openingLengths: readonly number[] = [16, 64, 256];
const heardOctets = 256;

/** How the octets of one direction began, and when. No octet is kept. */
export class Opening {
  /** Octets heard, at most `heardOctets`. */
  heard = 0;
  /** Seconds since 1970 of the first octets; NaN without any. */
  time: number = Number.NaN;
  /** Keyed digests of the first octets, by `openingLengths`, as far as they were heard. */
  readonly digests: [number, number, number] = [0, 0, 0];
  /** Digest of all that was heard. */
  digest: number;
  /** Octets were missing: what comes after them is not the beginning. */
  #broken = false;

  /** `seed` is drawn per run, so that nobody can aim at a digest. */
  constructor(seed: number) {
    this.digest = seed;
  }

  /** Whether more octets make a difference. */
  get open(): boolean {
    return this.heard < heardOctets && !this.#broken;
  }

  /** Octets in order; those that nobody asked for are left out, and end it. */
  stream(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (arrival.offset === this.heard) this.#take(bytes, start, end, arrival);
    else this.#broken = true;
  }

  /** A datagram: only the first, as each may be cut by itself. */
  datagram(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#take(bytes, start, end, arrival);
    this.#broken = true;
  }

  /** Octets are missing. */
  break(): void {
    this.#broken = true;
  }

  #take(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.heard === 0 && start < end) this.time = arrival.seconds + arrival.nanoseconds / 1e9;
    const last = Math.min(end, start + heardOctets - this.heard);
    for (let at = start; at < last; at++) {
      this.digest = mixWord(this.digest, bytes[at]!);
      this.heard++;
      const length = openingLengths.indexOf(this.heard);
      if (length >= 0) this.digests[length] = finishHash(this.digest);
    }
  }
}

/** Listens to how both directions of a conversation begin, and hands everything on to whoever follows it. */
export class Witness implements Conversation {
  readonly session: Session;
  readonly openings: readonly [Opening, Opening];

  /** `seed` is drawn per run. */
  constructor(session: Session, seed: number) {
    this.session = session;
    this.openings = [new Opening(seed), new Opening(seed)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const opening = this.openings[direction];
    if (opening.open) opening.stream(bytes, start, end, arrival);
    return this.session.data(direction, bytes, start, end, arrival);
  }

  gap(direction: Direction, length: number): number {
    this.openings[direction].break();
    return this.session.gap(direction, length);
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const opening = this.openings[direction];
    if (opening.open) opening.datagram(bytes, start, end, arrival);
    return this.session.datagram(direction, bytes, start, end, arrival);
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.session.closed(direction, reset, arrival);
  }
}
