import type { Chunks, Compression, Source } from './source.js';

/** Octets taken so far from what lies below a chain of generators. */
export interface Progress {
  position: number;
}

/** An input that comes in pieces: a pipe, or anything packed. */
export class ChunkSource implements Source {
  readonly path: string;
  readonly compression: Compression | null;
  readonly size: number | null;
  endedEarly: string | null = null;
  readonly #chunks: Chunks;
  readonly #progress: Progress;
  readonly #release: () => void;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #done = false;
  #closed = false;

  /** `release` lets go of what lies below, whether anything was read or not. */
  constructor(
    path: string,
    compression: Compression | null,
    size: number | null,
    chunks: Chunks,
    progress: Progress,
    release: () => void,
  ) {
    this.path = path;
    this.compression = compression;
    this.size = size;
    this.#chunks = chunks;
    this.#progress = progress;
    this.#release = release;
  }

  get position(): number {
    return this.#progress.position;
  }

  read(into: Uint8Array, offset: number): number | Promise<number> {
    if (offset >= into.length) return 0;
    return this.#at < this.#chunk.length ? this.#copy(into, offset) : this.#next(into, offset);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#done = true;
    // First what lies below: a read that waits for a silent pipe would keep the generators from returning.
    this.#release();
    this.#chunk = new Uint8Array(0);
    this.#at = 0;
    await this.#chunks.return();
  }

  async #next(into: Uint8Array, offset: number): Promise<number> {
    while (!this.#done && this.#at === this.#chunk.length) {
      try {
        const step = await this.#chunks.next();
        if (step.done === true) this.#done = true;
        else this.#chunk = step.value;
        this.#at = 0;
      } catch (thrown) {
        this.#done = true;
        const what = this.compression === null ? 'reading failed' : `the ${this.compression} data can't be unpacked`;
        this.endedEarly = `${what} near byte ${this.position} of the input: ${(thrown as Error).message}`;
      }
      if (this.#done) return 0;
    }
    return this.#copy(into, offset);
  }

  #copy(into: Uint8Array, offset: number): number {
    const length = Math.min(this.#chunk.length - this.#at, into.length - offset);
    into.set(this.#chunk.subarray(this.#at, this.#at + length), offset);
    this.#at += length;
    return length;
  }
}
