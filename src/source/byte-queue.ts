import type { Chunks } from './source.js';

/** Takes exact numbers of octets from pieces of any size; what the block-wise decoders read through. */
export class ByteQueue {
  readonly #chunks: Chunks;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  /** Octets in hand. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** Waits for `length` octets in hand; false when the input ends before. `length` is the caller's bound on memory. */
  async fill(length: number): Promise<boolean> {
    if (this.length >= length) return true;
    const pieces = [this.#bytes.subarray(this.#at)];
    let have = this.length;
    while (have < length) {
      const step = await this.#chunks.next();
      if (step.done === true) break;
      pieces.push(step.value);
      have += step.value.length;
    }
    this.#bytes = Buffer.concat(pieces, have);
    this.#at = 0;
    return have >= length;
  }

  /** The octet at `offset` of those in hand. */
  peek(offset: number): number {
    return this.#bytes[this.#at + offset]!;
  }

  /** Little-endian 32 bits at `offset` of those in hand. */
  peekU32(offset: number): number {
    return (
      (this.peek(offset) |
        (this.peek(offset + 1) << 8) |
        (this.peek(offset + 2) << 16) |
        (this.peek(offset + 3) << 24)) >>>
      0
    );
  }

  /** Takes `length` octets that are in hand: the caller's, nothing here touches them again. */
  take(length: number): Uint8Array {
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Drops `length` octets, in hand or not; false when the input ends before. */
  async skip(length: number): Promise<boolean> {
    let left = length;
    while (left > 0) {
      if (this.length === 0 && !(await this.fill(1))) return false;
      const step = Math.min(left, this.length);
      this.take(step);
      left -= step;
    }
    return true;
  }
}
