import type { LentOctets } from '../model/content-sink.js';

/** Puts a secret together that comes in pieces, up to a bound, and overwrites it when it was told. */
export class SecretBuffer {
  readonly #most: number;
  #bytes: Uint8Array = noBytes;
  #length = 0;

  /** Of a secret longer than `most` octets nothing is kept but the measure. */
  constructor(most: number) {
    this.#most = most;
  }

  /** There was more than is kept. */
  get cut(): boolean {
    return this.#length > this.#most;
  }

  /** What was kept; lent until `wipe`. */
  get octets(): LentOctets {
    return { bytes: this.#bytes, start: 0, end: Math.min(this.#length, this.#most) };
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const wanted = Math.min(this.#length + end - start, this.#most);
    if (wanted > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#most, Math.max(2 * wanted, smallest)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes.fill(0);
      this.#bytes = grown;
    }
    for (let at = this.#length; at < wanted; at++) this.#bytes[at] = bytes[start + at - this.#length]!;
    this.#length += end - start;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#bytes = noBytes;
    this.#length = 0;
  }
}

const smallest = 64;
const noBytes = new Uint8Array(0);
