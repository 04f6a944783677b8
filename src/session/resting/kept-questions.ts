import type { Arrival, Direction } from '../../model/stream.js';
import { maxQuestionOctets, maxQuestionTotal } from '../limits.js';
import { CellPool } from './cell-pool.js';

/** Words of a cell before the question's octets. */
const fields = {
  /** Bits of `bits`; the rest is the number of octets. */
  facts: 0,
  frame: 1,
  seconds: 2,
  nanoseconds: 3,
  acknowledged: 4,
  /** Ticket of `PendingQuestions`. */
  pending: 5,
  /** Index in the list of protocols. */
  protocol: 6,
} as const;
const headerWords = 7;
const octetsPerWord = 4;

const bits = {
  /** Direction 1 asks. */
  fromB: 0x1,
  /** Direction 1 is client by the ports. */
  likelyB: 0x2,
} as const;
const lengthShift = 2;

/** Cells are as long as a multiple of this many words, each length in a pool of its own. */
const step = 16;
const poolShift = 5;

/** What is known of a connection whose client asked and whose server did not answer yet. */
export interface Question {
  /** Lent, like all octets: valid until the ticket is given back. */
  bytes: Uint8Array;
  start: number;
  end: number;
  readonly direction: Direction;
  readonly likelyClient: Direction;
  readonly pending: number;
  readonly protocol: number;
  readonly arrival: Arrival;
}

/**
 * The first stretch of octets of connections whose server did not answer yet, as it came: a few hundred octets, where what a
 * reader makes of it takes a thousand, and most of it serves the answer. A million may wait.
 */
export class KeptQuestions {
  readonly #pools: (CellPool | undefined)[] = [];
  /** Octets of all pools. */
  #total = 0;

  /**
   * Keeps the lent `bytes[start, end)`, which begin the stream of `direction`; returns a ticket, or 0 where they are too many, or the
   * budget is spent.
   */
  keep(
    direction: Direction,
    likelyClient: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): number {
    const length = end - start;
    if (length > maxQuestionOctets || arrival.offset !== 0) return 0;
    const size = Math.ceil((headerWords * octetsPerWord + length) / (step * octetsPerWord));
    const pool = this.#poolFor(size);
    if (this.#total + pool.nextCosts > maxQuestionTotal) return 0;
    this.#total -= pool.allocated;
    const cell = pool.take();
    this.#total += pool.allocated;
    const words = pool.chunk(cell);
    const at = pool.wordsOf(cell);
    words[at + fields.facts] =
      (length << lengthShift) | (direction === 1 ? bits.fromB : 0) | (likelyClient === 1 ? bits.likelyB : 0);
    words[at + fields.frame] = arrival.frame;
    words[at + fields.seconds] = arrival.seconds;
    words[at + fields.nanoseconds] = arrival.nanoseconds;
    words[at + fields.acknowledged] = arrival.acknowledged;
    pool.octets(cell).set(bytes.subarray(start, end), (at + headerWords) * octetsPerWord);
    return ((cell << poolShift) | size) + 1;
  }

  /** Notes with a question what else is known of its connection. */
  note(ticket: number, pending: number, protocol: number): void {
    const pool = this.#poolOf(ticket);
    const cell = cellOf(ticket);
    const at = pool.wordsOf(cell);
    pool.chunk(cell)[at + fields.pending] = pending;
    pool.chunk(cell)[at + fields.protocol] = protocol;
  }

  /** The question of a ticket. */
  find(ticket: number): Question {
    const pool = this.#poolOf(ticket);
    const cell = cellOf(ticket);
    const words = pool.chunk(cell);
    const at = pool.wordsOf(cell);
    const facts = words[at + fields.facts]!;
    const start = (at + headerWords) * octetsPerWord;
    return {
      bytes: pool.octets(cell),
      start,
      end: start + (facts >>> lengthShift),
      direction: facts & bits.fromB ? 1 : 0,
      likelyClient: facts & bits.likelyB ? 1 : 0,
      pending: words[at + fields.pending]!,
      protocol: words[at + fields.protocol]!,
      arrival: {
        frame: words[at + fields.frame]!,
        seconds: words[at + fields.seconds]! >>> 0,
        nanoseconds: words[at + fields.nanoseconds]!,
        acknowledged: words[at + fields.acknowledged]!,
        offset: 0,
      },
    };
  }

  /** The ticket's cell may be given again. */
  release(ticket: number): void {
    const pool = this.#poolOf(ticket);
    this.#total -= pool.allocated;
    pool.release(cellOf(ticket));
    this.#total += pool.allocated;
  }

  /** The pool whose cells have `size` steps. */
  #poolFor(size: number): CellPool {
    let pool = this.#pools[size];
    if (pool === undefined) {
      pool = new CellPool(size * step);
      this.#pools[size] = pool;
    }
    return pool;
  }

  #poolOf(ticket: number): CellPool {
    return this.#pools[(ticket - 1) & ((1 << poolShift) - 1)]!;
  }
}

function cellOf(ticket: number): number {
  return (ticket - 1) >>> poolShift;
}
