import { sameBytes } from './bytes.js';
import { quickHash } from './hash.js';

interface Entry<T> {
  key: Uint8Array;
  value: T;
  next: Entry<T> | null;
}

/**
 * A bounded memory from byte strings to values. Looked up by a seeded hash and then by the bytes themselves, so a collision
 * costs time and never gives another key's value. When a bound is reached it starts anew: what repeats comes back at
 * once, and a flood of distinct keys can't grow it.
 */
export class ByteTable<T> {
  readonly #seed: number;
  readonly #maxEntries: number;
  readonly #maxOctets: number;
  readonly #chains: Map<number, Entry<T>> = new Map();
  #entries = 0;
  #octets = 0;
  #hash = 0;

  /** `seed` is drawn per run; the bounds are on remembered keys and on the octets that they take. */
  constructor(seed: number, maxEntries: number, maxOctets: number) {
    this.#seed = seed;
    this.#maxEntries = maxEntries;
    this.#maxOctets = maxOctets;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#entries;
  }

  /** The value remembered for `bytes[start, end)`, or undefined. Keeps nothing lent. */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    const length = end - start;
    this.#hash = quickHash(bytes, start, end, this.#seed);
    let entry = this.#chains.get(this.#hash) ?? null;
    while (entry !== null) {
      if (entry.key.length === length && sameBytes(entry.key, 0, bytes, start, length)) return entry.value;
      entry = entry.next;
    }
    return undefined;
  }

  /** Remembers `value` for the bytes that `find` has just missed: the same bytes must be passed. Copies the key. */
  add(bytes: Uint8Array, start: number, end: number, value: T): void {
    const length = end - start;
    if (length > this.#maxOctets) return;
    if (this.#entries >= this.#maxEntries || this.#octets + length > this.#maxOctets) this.#startAnew();
    const next = this.#chains.get(this.#hash) ?? null;
    this.#chains.set(this.#hash, { key: bytes.slice(start, end), value, next });
    this.#entries++;
    this.#octets += length;
  }

  #startAnew(): void {
    this.#chains.clear();
    this.#entries = 0;
    this.#octets = 0;
  }
}
