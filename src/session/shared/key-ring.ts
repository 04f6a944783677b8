import { finishHash, mixWord, quickHash } from '../../base/hash.js';

const firstCapacity = 64;

/**
 * Which connection showed some octets first, by keys that stand for the octets. Bounded: the oldest are forgotten.
 *
 * A ring of keys in the order of their coming, found through open addressing that is at most half full. Not a Map: keys of
 * 52 bits would be an object each, and a Map whose oldest entries go as new ones come keeps its outgrown tables alive.
 */
export class KeyRing {
  readonly #seed: number;
  readonly #capacity: number;
  #keys: Float64Array = new Float64Array(firstCapacity);
  #flows: Int32Array = new Int32Array(firstCapacity);
  /** A number beside each flow, for whoever asks. */
  #asides: Int32Array = new Int32Array(firstCapacity);
  /** Index into the ring + 1; 0 = free. */
  #slots: Int32Array = new Int32Array(firstCapacity * 2);
  /** Keys that ever came; the next goes to this place of the ring. */
  #count = 0;
  /** Hears of every change, so that the same ring can be made again by `set`. */
  onChange: ((key: number, flowId: number, aside: number) => void) | null = null;
  /** Hears of every key whose origin was asked for and is not known. */
  onMissed: ((key: number) => void) | null = null;

  /** `seed` is drawn per run; `capacity`, a power of two, is how many keys are known at a time. */
  constructor(seed: number, capacity: number) {
    this.#seed = seed;
    this.#capacity = capacity;
  }

  /** What stands for `bytes[start, end)`: 52 bits of two independent keyed hashes, so that no octets need be kept. */
  keyOf(bytes: Uint8Array, start: number, end: number): number {
    const low = quickHash(bytes, start, end, this.#seed) >>> 6;
    const high = quickHash(bytes, start, end, ~this.#seed) >>> 6;
    return high * 0x4000000 + low;
  }

  /** Remembers that `flowId` has what `key` stands for; a flow that had it before is forgotten. */
  remember(key: number, flowId: number): void {
    this.set(key, flowId, 0);
  }

  /** The same, with a number beside it. */
  set(key: number, flowId: number, aside: number): void {
    const known = this.enter(key, flowId, aside);
    if (known < 0) return;
    this.#flows[known] = flowId;
    this.#asides[known] = aside;
    this.onChange?.(key, flowId, aside);
  }

  /**
   * Remembers that `flowId` has what `key` stands for, and a number beside it, unless a flow has it already: returns the place
   * of that one, valid until the next call, else -1.
   */
  enter(key: number, flowId: number, aside: number): number {
    let slot = this.#slotOf(key);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    const isFull = this.#count >= this.#keys.length;
    if (isFull && this.#count < this.#capacity) {
      this.#grow();
      slot = this.#slotOf(key);
    } else if (isFull) {
      this.#forget(this.#slotOf(this.#keys[this.#count % this.#keys.length]!));
      slot = this.#slotOf(key);
    }
    const place = this.#count % this.#keys.length;
    this.#count++;
    this.#keys[place] = key;
    this.#flows[place] = flowId;
    this.#asides[place] = aside;
    this.#slots[slot] = place + 1;
    this.onChange?.(key, flowId, aside);
    return -1;
  }

  /** The place that the key which came last has. */
  get latestPlace(): number {
    return (this.#count - 1) % this.#keys.length;
  }

  /** The place of `key`, or -1. */
  placeOf(key: number): number {
    return this.#slots[this.#slotOf(key)]! - 1;
  }

  /** The flow at a place. */
  flowAt(place: number): number {
    return this.#flows[place]!;
  }

  /** The number beside it. */
  asideAt(place: number): number {
    return this.#asides[place]!;
  }

  /** Whether so many keys may come before the first is forgotten. */
  hasRoomFor(keys: number): boolean {
    return this.#count + keys <= this.#capacity;
  }

  /** The connection that has what `key` stands for, or null; none for no key. */
  origin(key: number | null): number | null {
    if (key === null) return null;
    const place = this.placeOf(key);
    if (place >= 0) return this.#flows[place]!;
    this.onMissed?.(key);
    return null;
  }

  /** The slot that holds `key`, or would. */
  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#home(key);
    for (let known = this.#slots[slot]!; known > 0; known = this.#slots[slot]!) {
      if (this.#keys[known - 1] === key) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Where the search for `key` begins. Its bits are those of keyed hashes already. */
  #home(key: number): number {
    return finishHash(mixWord(key | 0, (key / 0x4000000) | 0)) & (this.#slots.length - 1);
  }

  /** Frees a slot, and moves up whoever was pushed on by it: a gap would end their search. */
  #forget(slot: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let free = slot;
    for (let at = (slot + 1) & mask; slots[at]! > 0; at = (at + 1) & mask) {
      const home = this.#home(this.#keys[slots[at]! - 1]!);
      // Whose search begins behind the gap and not behind itself is found without the gap.
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      slots[free] = slots[at]!;
      free = at;
    }
    slots[free] = 0;
  }

  #grow(): void {
    const capacity = Math.min(this.#keys.length * 2, this.#capacity);
    const keys = new Float64Array(capacity);
    const flows = new Int32Array(capacity);
    const asides = new Int32Array(capacity);
    keys.set(this.#keys);
    flows.set(this.#flows);
    asides.set(this.#asides);
    this.#keys = keys;
    this.#flows = flows;
    this.#asides = asides;
    this.#slots = new Int32Array(capacity * 2);
    for (let place = 0; place < this.#count; place++) this.#slots[this.#slotOf(keys[place]!)] = place + 1;
  }
}
