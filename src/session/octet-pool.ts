import { maxUnfinishedTotal } from './limits.js';

/** Smallest and largest buffers that are kept for the next taker, as powers of two. */
const smallest = 9;
const largest = 14;
/** Buffers of one size that are kept at most. */
const maxKept = 64;

/**
 * Buffers for what is not complete yet, for all connections of a run together, under one cap: half-open hellos are the
 * attack. Small ones are reused, as a new one costs more than what it usually holds.
 */
export class OctetPool {
  /** Octets lent out. */
  lent = 0;
  /** Requests that the cap refused. */
  refused = 0;
  readonly #kept: Uint8Array[][] = Array.from({ length: largest + 1 }, () => []);

  /** A buffer of at least `octets`, with whatever content; null when the cap is reached. */
  take(octets: number): Uint8Array | null {
    const power = Math.max(smallest, 32 - Math.clz32(octets - 1));
    const length = power <= largest ? 1 << power : octets;
    if (this.lent + length > maxUnfinishedTotal) {
      this.refused++;
      return null;
    }
    this.lent += length;
    return this.#kept[power]?.pop() ?? new Uint8Array(length);
  }

  /** Takes a buffer back; the lender must not touch it again. */
  release(bytes: Uint8Array): void {
    this.lent -= bytes.length;
    const power = 31 - Math.clz32(bytes.length);
    const kept = this.#kept[power];
    // One beyond the largest has a length of its own, and whoever got it for a smaller one would give back more than was lent.
    if (kept !== undefined && bytes.length === 1 << power && kept.length < maxKept) kept.push(bytes);
  }
}
