import type { Opening } from '../model/protocol.js';
import type { Arrival, Direction } from '../model/stream.js';
import { maxOpeningOctets, maxOpeningStretches } from './limits.js';
import type { OctetPool } from './octet-pool.js';

/** First octets of one direction that were kept because they did not yet tell the protocol. */
interface KeptOctets {
  bytes: Uint8Array;
  length: number;
  arrival: Arrival;
}

/** Kept octets that came together. */
interface Stretch {
  direction: Direction;
  length: number;
  arrival: Arrival;
}

/** Who is told what was kept. */
interface Hearer {
  tell(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void;
}

/**
 * The first bytes of both directions while a protocol is looked for. Most connections tell at their first segment, and then
 * nothing is copied; else the octets are kept, bounded, until they tell.
 */
export class Openings {
  readonly #kept: [KeptOctets | null, KeptOctets | null] = [null, null];
  readonly #pool: OctetPool;
  readonly #stretches: Stretch[] = [];
  /** Direction that spoke first. */
  readonly first: Direction;
  /** Directions that will say no more, or have used up their octets. */
  readonly final: [boolean, boolean] = [false, false];

  constructor(pool: OctetPool, first: Direction) {
    this.#pool = pool;
    this.first = first;
  }

  /** Whether octets of a direction are kept. */
  has(direction: Direction): boolean {
    return this.#kept[direction] !== null;
  }

  /** What is kept of a direction, with the arrival of its first octet; null when nothing is. Valid until `keep`. */
  kept(direction: Direction): Readonly<KeptOctets> | null {
    return this.#kept[direction];
  }

  /** Points `view` at a direction's octets: the kept ones. */
  show(direction: Direction, view: Opening): Opening {
    const kept = this.#kept[direction];
    view.bytes = kept?.bytes ?? noBytes;
    view.start = 0;
    view.end = kept?.length ?? 0;
    view.final = this.final[direction];
    return view;
  }

  /** Copies `bytes[start, end)` behind what is kept of a direction, as far as the budgets reach; returns where it ended. */
  keep(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let kept = this.#kept[direction];
    if (kept === null) {
      kept = {
        bytes: this.#pool.take(Math.min(end - start, maxOpeningOctets)) ?? noBytes,
        length: 0,
        arrival: { ...arrival },
      };
      this.#kept[direction] = kept;
    }
    const wanted = Math.min(kept.length + end - start, maxOpeningOctets);
    if (wanted > kept.bytes.length) this.#grow(kept, wanted);
    const take = Math.min(wanted, kept.bytes.length) - kept.length;
    kept.bytes.set(bytes.subarray(start, start + take), kept.length);
    kept.length += take;
    if (take < end - start || kept.length >= maxOpeningOctets) this.final[direction] = true;
    this.#note(direction, take, kept.length === take ? kept.arrival : { ...arrival });
    return start + take;
  }

  /** Tells the kept octets in the order of their arrival, and forgets them. The buffers are given back after that. */
  tell(hearer: Hearer): void {
    const told = [0, 0];
    const kept = [this.#kept[0], this.#kept[1]];
    this.#kept[0] = null;
    this.#kept[1] = null;
    for (const { direction, length, arrival } of this.#stretches) {
      const start = told[direction]!;
      told[direction] = start + length;
      if (length > 0) hearer.tell(direction, kept[direction]!.bytes, start, start + length, arrival);
    }
    this.#stretches.length = 0;
    for (const one of kept) if (one !== null && one.bytes.length > 0) this.#pool.release(one.bytes);
  }

  /** Takes `octets` off the front of what is kept of a direction. */
  drop(direction: Direction, octets: number): void {
    const kept = this.#kept[direction];
    if (kept === null) return;
    kept.bytes.copyWithin(0, octets, kept.length);
    kept.length -= octets;
    let dropped = octets;
    for (const stretch of this.#stretches) {
      if (stretch.direction !== direction) continue;
      const from = Math.min(dropped, stretch.length);
      stretch.length -= from;
      // An arrival tells where its first octet stands.
      stretch.arrival = { ...stretch.arrival, offset: stretch.arrival.offset + from };
      dropped -= from;
      if (stretch.length > 0) {
        kept.arrival = stretch.arrival;
        break;
      }
    }
  }

  /** Takes the `octets` that were kept last of a direction off again. */
  takeBack(direction: Direction, octets: number): void {
    const kept = this.#kept[direction];
    const last = this.#stretches.findLast((stretch) => stretch.direction === direction);
    if (kept === null || last === undefined) return;
    kept.length -= octets;
    last.length -= octets;
  }

  /** Forgets all octets and gives their buffers back. */
  release(): void {
    for (const direction of [0, 1] as const) {
      const kept = this.#kept[direction];
      if (kept !== null && kept.bytes.length > 0) this.#pool.release(kept.bytes);
      this.#kept[direction] = null;
    }
    this.#stretches.length = 0;
  }

  /** `arrival` is owned. */
  #note(direction: Direction, length: number, arrival: Arrival): void {
    if (length === 0) return;
    if (this.#stretches.length >= maxOpeningStretches) {
      const last = this.#stretches.findLast((stretch) => stretch.direction === direction);
      if (last !== undefined) {
        last.length += length;
        return;
      }
    }
    this.#stretches.push({ direction, length, arrival });
  }

  #grow(kept: KeptOctets, wanted: number): void {
    const grown = this.#pool.take(Math.min(Math.max(wanted, kept.bytes.length * 2), maxOpeningOctets));
    if (grown === null) return;
    grown.set(kept.bytes.subarray(0, kept.length));
    if (kept.bytes.length > 0) this.#pool.release(kept.bytes);
    kept.bytes = grown;
  }
}

const noBytes = new Uint8Array(0);
