import type { Follower } from '../../model/content-sink.js';
import type { Protocol } from '../../model/protocol.js';
import type { Side } from '../../model/side.js';
import { type Arrival, type Direction, skipAll } from '../../model/stream.js';
import { maxInspectedOctets } from '../limits.js';
import type { ContentNotes } from './content-notes.js';
import { Texture, UnnamedFollower } from './texture.js';

const budgetSpent = `the budget of ${maxInspectedOctets} octets a direction is spent`;

/**
 * Reads content of a named protocol, or of one that nobody knows, within the budget: lends it to the protocol's follower and
 * counts. Cleartext and what keys opened are read alike.
 */
export class ContentReader {
  readonly notes: ContentNotes;
  readonly #follower: Follower;
  #clientDone = false;
  #serverDone = false;
  /** Octets of either side that will be lent all the same though they are to be stepped over; see `tell`. */
  #clientOwed = 0;
  #serverOwed = 0;

  constructor(notes: ContentNotes, follower: Follower) {
    this.notes = notes;
    this.#follower = follower;
  }

  /** Whether nothing more is wanted of either side. */
  get done(): boolean {
    return this.#clientDone && this.#serverDone;
  }

  /** Octets of a direction; returns as `Conversation.data`. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const from = this.#sideOf(direction);
    if (this.#isDone(from)) return skipAll;
    const left = maxInspectedOctets - this.notes.inspectedOctets(from);
    const lentEnd = Math.min(end, start + left);
    this.notes.inspected(from, lentEnd - start);
    const skip = this.#follower.data(from, bytes, start, lentEnd, arrival);
    if (skip === skipAll) return this.#finish(from);
    if (end - start < left) return skip;
    // What the follower would step over costs nothing; only more to look at is over the budget.
    if (skip > 0 && lentEnd === end) return skip;
    this.notes.inspectionEnds(from, budgetSpent);
    return this.#finish(from);
  }

  /** `data` from who can't step over anything: octets that are not wanted are dropped here. */
  tell(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const isClient = direction === this.notes.client;
    const owed = isClient ? this.#clientOwed : this.#serverOwed;
    const length = end - start;
    let left = owed - length;
    if (owed === skipAll) left = skipAll;
    else if (left < 0) left = this.data(direction, bytes, start + owed, end, arrival);
    if (isClient) this.#clientOwed = left;
    else this.#serverOwed = left;
  }

  gap(direction: Direction, length: number): number {
    const from = this.#sideOf(direction);
    if (this.#isDone(from)) return skipAll;
    const skip = this.#follower.gap(from, length);
    return skip === skipAll ? this.#finish(from) : skip;
  }

  /** TLS begins: nothing more is read. */
  upgraded(protocol: Protocol | null, arrival: Arrival): void {
    this.#follower.upgraded?.(arrival);
    this.notes.tlsBegins(protocol?.name ?? null, arrival);
    this.end();
  }

  /** The connection is over. */
  end(): void {
    this.#follower.end?.();
  }

  #sideOf(direction: Direction): Side {
    return direction === this.notes.client ? 'client' : 'server';
  }

  #isDone(from: Side): boolean {
    return from === 'client' ? this.#clientDone : this.#serverDone;
  }

  #finish(from: Side): number {
    if (from === 'client') this.#clientDone = true;
    else this.#serverDone = true;
    return skipAll;
  }
}

/** The follower of a protocol that has one; where nobody knows the protocol, a search for certificates and keys, and for what it is made of. */
export function follow(protocol: Protocol | null, notes: ContentNotes): Follower {
  const follower = protocol?.follow?.(notes);
  if (follower !== undefined) return follower;
  notes.texture = new Texture();
  return new UnnamedFollower(notes, notes.texture);
}
