import { quickHash } from '../base/hash.js';
import { maxRememberedSessions } from './limits.js';

/**
 * Session ids and tickets that servers gave out in this capture, each with the connection that did the full handshake.
 * Bounded: the oldest are forgotten, and then a resumption stays without its original.
 */
export class ResumptionIndex {
  readonly #seed: number;
  readonly #origins: Map<number, number> = new Map();

  /** `seed` is drawn per run. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** What stands for a session id or ticket: 52 bits of two independent keyed hashes, so that no octets need be kept. */
  keyOf(bytes: Uint8Array, start: number, end: number): number {
    const low = quickHash(bytes, start, end, this.#seed) >>> 6;
    const high = quickHash(bytes, start, end, ~this.#seed) >>> 6;
    return high * 0x4000000 + low;
  }

  /** Remembers that `flowId` was given what `key` stands for. */
  remember(key: number, flowId: number): void {
    if (this.#origins.size >= maxRememberedSessions) {
      for (const oldest of this.#origins.keys()) {
        this.#origins.delete(oldest);
        break;
      }
    }
    this.#origins.set(key, flowId);
  }

  /** The connection that was given what `key` stands for, or null. */
  origin(key: number): number | null {
    return this.#origins.get(key) ?? null;
  }
}
