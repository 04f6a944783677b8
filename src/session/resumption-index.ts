import { quickHash } from '../base/hash.js';
import { maxRememberedSessions } from './limits.js';

/**
 * Session ids and tickets that servers gave out in this capture, each with the connection that did the full handshake.
 * Bounded: the oldest are forgotten, and then a resumption stays without its original.
 */
export class ResumptionIndex {
  readonly #seed: number;
  /** By a 52-bit keyed hash: two 26-bit halves of independent seeds. */
  readonly #origins: Map<number, number> = new Map();

  /** `seed` is drawn per run. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Remembers that `flowId` was given the session id or ticket in `bytes[start, end)`. */
  remember(bytes: Uint8Array, start: number, end: number, flowId: number): void {
    if (end === start) return;
    if (this.#origins.size >= maxRememberedSessions) {
      for (const oldest of this.#origins.keys()) {
        this.#origins.delete(oldest);
        break;
      }
    }
    this.#origins.set(this.#key(bytes, start, end), flowId);
  }

  /** The connection that was given these octets, or null. */
  origin(bytes: Uint8Array, start: number, end: number): number | null {
    if (end === start) return null;
    return this.#origins.get(this.#key(bytes, start, end)) ?? null;
  }

  #key(bytes: Uint8Array, start: number, end: number): number {
    const low = quickHash(bytes, start, end, this.#seed) >>> 6;
    const high = quickHash(bytes, start, end, ~this.#seed) >>> 6;
    return high * 0x4000000 + low;
  }
}
