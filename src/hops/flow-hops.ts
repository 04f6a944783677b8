const firstRoom = 1024;

/** Ids are numbers of 31 bits and begin anew in a run of months: one that is so much lower came after that. */
const beganAnew = 2 ** 30;

/** To which hop each connection belongs, four octets each; of the latest ones, where there are too many. */
export class FlowHops {
  /** Connections that are no longer known. */
  unkept = 0;
  readonly #most: number;
  /** By id, modulo its length: the hop's number + 1, or 0. */
  #hops: Int32Array = new Int32Array(firstRoom);
  /** The span of ids that may be in `#hops`. */
  #lowest = 0;
  #highest = -1;

  /** `most` ids are spanned, rounded down to a power of two. */
  constructor(most: number) {
    this.#most = Math.max(firstRoom, 2 ** Math.floor(Math.log2(most)));
  }

  /** Connections come in any order, each once. */
  add(id: number, hop: number): void {
    if (!this.#spans(id)) this.#span(id);
    if (this.#spans(id)) this.#hops[id & (this.#hops.length - 1)] = hop + 1;
    else this.unkept++;
  }

  /** The hop of a connection, or -1. */
  of(id: number): number {
    return this.#spans(id) ? this.#hops[id & (this.#hops.length - 1)]! - 1 : -1;
  }

  /** The ids of each of the first `count` hops, in order. */
  lists(count: number): number[][] {
    const sizes = new Uint32Array(count + 1);
    for (let at = 0; at < this.#hops.length; at++) sizes[this.#hops[at]!]!++;
    const lists = Array.from({ length: count }, (_, hop) => new Array<number>(sizes[hop + 1]!));
    sizes.fill(0);
    for (let id = this.#lowest; id <= this.#highest; id++) {
      const hop = this.of(id);
      if (hop >= 0) lists[hop]![sizes[hop]!++] = id;
    }
    return lists;
  }

  #spans(id: number): boolean {
    return id >= this.#lowest && id <= this.#highest;
  }

  /** Makes `id` one of the span, at the cost of the lowest; a lower one only where there is room. */
  #span(id: number): void {
    if (this.#highest < 0 || id < this.#highest - beganAnew) {
      this.unkept += this.#forget(this.#lowest, this.#highest);
      this.#lowest = id;
      this.#highest = id;
      return;
    }
    if (id > this.#highest + beganAnew) return;
    const lowest = Math.min(this.#lowest, id);
    const highest = Math.max(this.#highest, id);
    while (highest - lowest >= this.#hops.length && this.#hops.length < this.#most) this.#grow();
    const room = this.#hops.length;
    if (id < this.#lowest) {
      if (highest - lowest < room) this.#lowest = lowest;
      return;
    }
    const first = highest - room + 1;
    if (first > this.#lowest) {
      this.unkept += this.#forget(this.#lowest, Math.min(first - 1, this.#highest));
      this.#lowest = first;
    }
    this.#highest = highest;
  }

  /** Empties the places of these ids; returns how many were taken. */
  #forget(from: number, to: number): number {
    let taken = 0;
    for (let id = from; id <= to; id++) {
      const place = id & (this.#hops.length - 1);
      if (this.#hops[place] === 0) continue;
      this.#hops[place] = 0;
      taken++;
    }
    return taken;
  }

  #grow(): void {
    const hops = new Int32Array(this.#hops.length * 2);
    for (let id = this.#lowest; id <= this.#highest; id++) hops[id & (hops.length - 1)] = this.of(id) + 1;
    this.#hops = hops;
  }
}
