import { finishHash, mixWord } from '../base/hash.js';

const firstSlots = 1024;
/** Words of a slot: client, server, port, index + 1 (0 = free). A slot never crosses a cache line. */
const slotWords = 4;

/**
 * Finds hops by client address, server address and port. Addresses are numbered at first sight; the numbers and the port are
 * looked up by open addressing, at most half full. Every connection asks, mostly for another hop than the one before:
 * maps within maps cost three cold looks where this costs one.
 */
export class HopIndex {
  readonly #seed: number;
  readonly #hosts: Map<string, number> = new Map();
  #slots: Int32Array = new Int32Array(firstSlots * slotWords);
  #size = 0;

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(seed: number) {
    // An int32, as `mixWord` takes: another kind of number would slow it down for everybody.
    this.#seed = seed | 0;
  }

  /** Hops known. */
  get size(): number {
    return this.#size;
  }

  /** The index of a hop, or -1. */
  find(client: string, server: string, port: number): number {
    const clientNumber = this.#hosts.get(client);
    const serverNumber = this.#hosts.get(server);
    if (clientNumber === undefined || serverNumber === undefined) return -1;
    const slots = this.#slots;
    return slots[this.#slot(slots, clientNumber, serverNumber, port) + 3]! - 1;
  }

  /** Adds a hop that `find` did not find; it gets the index `size`. */
  add(client: string, server: string, port: number): void {
    const clientNumber = this.#numberOf(client);
    const serverNumber = this.#numberOf(server);
    this.#put(this.#slots, clientNumber, serverNumber, port, ++this.#size);
    if (this.#size * 2 * slotWords > this.#slots.length) this.#grow();
  }

  #numberOf(host: string): number {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const number = this.#hosts.size;
    this.#hosts.set(host, number);
    return number;
  }

  /** Offset of the slot that holds the hop, or would. */
  #slot(slots: Int32Array, client: number, server: number, port: number): number {
    const last = slots.length - slotWords;
    const hash = finishHash(mixWord(mixWord(mixWord(this.#seed, client), server), port));
    let at = (hash << 2) & last;
    while (slots[at + 3] !== 0 && !(slots[at] === client && slots[at + 1] === server && slots[at + 2] === port)) {
      at = (at + slotWords) & last;
    }
    return at;
  }

  #put(slots: Int32Array, client: number, server: number, port: number, indexPlusOne: number): void {
    const at = this.#slot(slots, client, server, port);
    slots[at] = client;
    slots[at + 1] = server;
    slots[at + 2] = port;
    slots[at + 3] = indexPlusOne;
  }

  #grow(): void {
    const before = this.#slots;
    const slots = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += slotWords) {
      const indexPlusOne = before[at + 3]!;
      if (indexPlusOne > 0) this.#put(slots, before[at]!, before[at + 1]!, before[at + 2]!, indexPlusOne);
    }
    this.#slots = slots;
  }
}
