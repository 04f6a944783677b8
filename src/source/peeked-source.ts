import type { Compression, Source } from './source.js';

/** A source whose first octets were looked at: it hands them out again. */
export class PeekedSource implements Source {
  /** The first octets, at most as many as were asked for. */
  readonly head: Uint8Array;
  readonly #source: Source;
  #handedOut = 0;

  private constructor(source: Source, head: Uint8Array) {
    this.#source = source;
    this.head = head;
  }

  /** Looks at the first `octets` of a source that nothing was read of; it belongs to the result from then on. */
  static async of(source: Source, octets: number): Promise<PeekedSource> {
    const head = new Uint8Array(octets);
    let filled = 0;
    while (filled < octets) {
      const taken = await source.read(head, filled);
      if (taken === 0) break;
      filled += taken;
    }
    return new PeekedSource(source, head.subarray(0, filled));
  }

  get path(): string {
    return this.#source.path;
  }

  get compression(): Compression | null {
    return this.#source.compression;
  }

  get size(): number | null {
    return this.#source.size;
  }

  get position(): number {
    return this.#source.position;
  }

  get endedEarly(): string | null {
    return this.#source.endedEarly;
  }

  read(into: Uint8Array, offset: number): number | Promise<number> {
    const left = this.head.length - this.#handedOut;
    if (left === 0) return this.#source.read(into, offset);
    const taken = Math.min(left, into.length - offset);
    into.set(this.head.subarray(this.#handedOut, this.#handedOut + taken), offset);
    this.#handedOut += taken;
    return taken;
  }

  close(): void | Promise<void> {
    return this.#source.close();
  }
}
