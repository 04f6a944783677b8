/** A set of small whole numbers that come nearly in order, a bit each: a run may show millions of connections. */
export class IdSet {
  readonly #most: number;
  #bits: Uint8Array = new Uint8Array(128);

  /** Numbers above `most` are not kept; the set takes at most an eighth of it in octets. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds a number from 0 on. */
  add(id: number): void {
    if (id > this.#most) return;
    const at = id >>> 3;
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at] = this.#bits[at]! | (1 << (id & 7));
  }

  has(id: number): boolean {
    return id <= this.#most && ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }
}
