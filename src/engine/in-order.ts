import type { ConnectionRecord } from '../model/connection-record.js';

/**
 * Ended connections that wait for one that began before them. Past it the lowest id goes out although others before it are
 * still open: few, as what waits outlives the cheap end of the garbage collector's work.
 */
const maxWaiting = 256;

/** Hands records on in the order of their ids, as nearly as bounded memory allows; deterministic. */
export class InOrder {
  readonly #sink: (record: ConnectionRecord) => void;
  readonly #waiting: Map<number, ConnectionRecord> = new Map();
  #next = 1;

  constructor(sink: (record: ConnectionRecord) => void) {
    this.#sink = sink;
  }

  /** Takes an ended connection. */
  add(record: ConnectionRecord): void {
    if (record.id < this.#next) {
      // It was open when the bound bit.
      this.#sink(record);
      return;
    }
    this.#waiting.set(record.id, record);
    this.#release();
    if (this.#waiting.size <= maxWaiting) return;
    while (!this.#waiting.has(this.#next)) this.#next++;
    this.#release();
  }

  #release(): void {
    for (let record = this.#waiting.get(this.#next); record !== undefined; record = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next++;
      this.#sink(record);
    }
  }

  /** Nothing more comes: hands on what is left. */
  finish(): void {
    for (const id of [...this.#waiting.keys()].sort((a, b) => a - b)) this.#sink(this.#waiting.get(id)!);
    this.#waiting.clear();
  }
}
