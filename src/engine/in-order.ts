import type { ConnectionRecord } from '../model/connection-record.js';

/**
 * How far an ended connection may run ahead of the first one that is still open, in ids. Past it the order gives way: what
 * waits outlives the cheap end of the garbage collector's work. A power of two.
 */
const window = 512;

/** Hands records on in the order of their ids, as nearly as bounded memory allows; deterministic. */
export class InOrder {
  readonly #sink: (record: ConnectionRecord) => void;
  /**
   * By id modulo `window`. Not a Map: the tables that a Map outgrows stay linked, and hold every record that ever passed
   * through until the next full collection.
   */
  readonly #waiting: (ConnectionRecord | null)[] = new Array<ConnectionRecord | null>(window).fill(null);
  /** Lowest id that has not been handed on, or given up waiting for. */
  #next = 1;

  constructor(sink: (record: ConnectionRecord) => void) {
    this.#sink = sink;
  }

  /** Takes an ended connection. */
  add(record: ConnectionRecord): void {
    if (record.id < this.#next) {
      // It was open when the window moved past it.
      this.#sink(record);
      return;
    }
    while (record.id >= this.#next + window) this.#step();
    this.#waiting[record.id % window] = record;
    while (this.#waiting[this.#next % window] !== null) this.#step();
  }

  /** Whatever comes before `id` was handed on by others: what waits goes first. */
  passTo(id: number): void {
    this.finish();
    this.#next = Math.max(this.#next, id);
  }

  /** Nothing more comes: hands on what is left. */
  finish(): void {
    for (let left = window; left > 0; left--) this.#step();
  }

  #step(): void {
    const slot = this.#next++ % window;
    const record = this.#waiting[slot];
    if (!record) return;
    this.#waiting[slot] = null;
    this.#sink(record);
  }
}
