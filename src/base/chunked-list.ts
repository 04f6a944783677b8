const chunkShift = 10;
const chunkLength = 1 << chunkShift;

/**
 * A list by index that may hold a million references. An array that grows is copied each time, and the outgrown ones stay until the next
 * full collection; this one grows by a chunk.
 */
export class ChunkedList<T> {
  readonly #empty: T;
  readonly #chunks: T[][] = [];

  /** `empty` is what an index holds that was never set. */
  constructor(empty: T) {
    this.#empty = empty;
  }

  /** The value at `index`, from 0 on. */
  get(index: number): T {
    const chunk = this.#chunks[index >>> chunkShift];
    return chunk === undefined ? this.#empty : chunk[index & (chunkLength - 1)]!;
  }

  /** Indices are given out one after the other: all chunks up to that of `index` are made. */
  set(index: number, value: T): void {
    const which = index >>> chunkShift;
    while (this.#chunks.length <= which) this.#chunks.push(new Array<T>(chunkLength).fill(this.#empty));
    this.#chunks[which]![index & (chunkLength - 1)] = value;
  }
}
