import { finishHash, mixWord } from '../../base/hash.js';
import { maxRememberedRandoms } from '../limits.js';
import { KeyRing } from './key-ring.js';

/** Where a random was seen before. */
export interface EarlierRandom {
  flow: number;
  /** The message around it was the same, octet for octet. */
  identical: boolean;
}

const randomWords = 8;

/**
 * Randoms of hellos, each with the flow that showed it first: two hops that carry one handshake have them in common. Bounded:
 * the oldest are forgotten. No octet of a random is kept: 52 bits of two keyed hashes stand for it, 32 bits of one for the
 * message around it.
 *
 * Every hello comes by here, so octets are read four at a time, through a view that is kept for as long as the buffer is the same:
 * half of the cost of reading them one by one, which was 2 % of a run.
 */
export class RandomIndex {
  readonly #ring: KeyRing;
  readonly #seed: number;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** `seed` is drawn per run. */
  constructor(seed: number) {
    this.#seed = seed;
    this.#ring = new KeyRing(seed, maxRememberedRandoms);
  }

  /** What stands for the randoms. */
  get ring(): KeyRing {
    return this.#ring;
  }

  /**
   * The flow that showed the random of 32 octets from `random` on before; null, and `flowId` is remembered for it, where none
   * did. `bytes[start, end)` is the message that may be identical.
   */
  seenBefore(bytes: Uint8Array, random: number, start: number, end: number, flowId: number): EarlierRandom | null {
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
    const shift = bytes.byteOffset;
    const key = this.#keyOf(random + shift);
    const content = this.#contentOf(start + shift, end + shift);
    const place = this.#ring.enter(key, flowId, content);
    if (place < 0) return null;
    const flow = this.#ring.flowAt(place);
    return flow === flowId ? null : { flow, identical: this.#ring.asideAt(place) === content };
  }

  #keyOf(start: number): number {
    const view = this.#view;
    let low = this.#seed;
    let high = ~this.#seed;
    for (let word = 0, at = start; word < randomWords; word++, at += 4) {
      const octets = view.getInt32(at, true);
      low = mixWord(low, octets);
      high = Math.imul(high ^ octets, 0x2c1b3c6d) ^ (high >>> 13);
    }
    return (finishHash(high) >>> 6) * 0x4000000 + (finishHash(low) >>> 6);
  }

  #contentOf(start: number, end: number): number {
    const view = this.#view;
    let hash = this.#seed ^ (end - start);
    let at = start;
    for (; at + 4 <= end; at += 4) hash = (Math.imul(hash, 0x5bd1e995) + view.getInt32(at, true)) | 0;
    for (; at < end; at++) hash = (Math.imul(hash, 0x5bd1e995) + view.getUint8(at)) | 0;
    return finishHash(hash);
  }
}
