import { finishHash, mixWord } from '../base/hash.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Place } from '../model/place.js';

const firstSlots = 1024;
/** Words of a slot: two words of the key, number + 1 (0 = free), one unused: a slot never crosses a cache line. */
const slotWords = 4;

const nowhere: Place = Object.freeze({ client: -1, service: -1, hop: -1 });

/**
 * Numbers clients, services and hops. Every connection asks once, mostly for another hop than the one before; whoever folds by
 * hop or service then goes by number, and no string is made or compared.
 */
export class Places {
  readonly #most: number;
  readonly #hosts: Map<string, number> = new Map();
  /** By host and port. */
  readonly #services: PairTable;
  /** By client and service. */
  readonly #hops: PairTable;
  readonly #place: { client: number; service: number; hop: number } = { client: -1, service: -1, hop: -1 };

  /** At most `most` hops are numbered, and as many services; `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(most: number, seed: number) {
    this.#most = most;
    this.#services = new PairTable(seed);
    this.#hops = new PairTable(seed);
  }

  /** Hops numbered so far. */
  get hops(): number {
    return this.#hops.size;
  }

  /** The place of a connection. Connections without payload have none: a port scan would make a hop of every port. */
  of({ kind, client, server }: ConnectionRecord): Place {
    if (kind === 'empty') return nowhere;
    const place = this.#place;
    place.client = this.#host(client.ip);
    const host = this.#host(server.ip);
    place.service = host < 0 ? -1 : this.#services.numberOf(host, server.port, this.#most);
    place.hop =
      place.client < 0 || place.service < 0 ? -1 : this.#hops.numberOf(place.client, place.service, this.#most);
    return place;
  }

  #host(ip: string): number {
    const known = this.#hosts.get(ip);
    if (known !== undefined) return known;
    // Both ends of each hop may be new.
    if (this.#hosts.size >= 2 * this.#most) return -1;
    const number = this.#hosts.size;
    this.#hosts.set(ip, number);
    return number;
  }
}

/** Numbers pairs of numbers, by open addressing, at most half full. */
class PairTable {
  size = 0;
  readonly #seed: number;
  #slots: Int32Array = new Int32Array(firstSlots * slotWords);

  constructor(seed: number) {
    // An int32, as `mixWord` takes: another kind of number would slow it down for everybody.
    this.#seed = seed | 0;
  }

  /** The number of a pair; a new one gets the next, or -1 when there are `most`. */
  numberOf(a: number, b: number, most: number): number {
    const slots = this.#slots;
    const at = this.#slot(slots, a, b);
    const number = slots[at + 2]! - 1;
    if (number >= 0) return number;
    if (this.size >= most) return -1;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = ++this.size;
    if (this.size * 2 * slotWords > slots.length) this.#grow();
    return this.size - 1;
  }

  /** Offset of the slot that holds the pair, or would. */
  #slot(slots: Int32Array, a: number, b: number): number {
    const last = slots.length - slotWords;
    let at = (finishHash(mixWord(mixWord(this.#seed, a), b)) << 2) & last;
    while (slots[at + 2] !== 0 && !(slots[at] === a && slots[at + 1] === b)) at = (at + slotWords) & last;
    return at;
  }

  #grow(): void {
    const before = this.#slots;
    const slots = new Int32Array(before.length * 2);
    for (let from = 0; from < before.length; from += slotWords) {
      if (before[from + 2] === 0) continue;
      const to = this.#slot(slots, before[from]!, before[from + 1]!);
      for (let word = 0; word < slotWords - 1; word++) slots[to + word] = before[from + word]!;
    }
    this.#slots = slots;
  }
}
