// A seeded generator, so that every machine writes the same captures and a failed run can be had again.

/** Numbers from a 32-bit seed (the mulberry32 step: one addition, two multiplications). */
export class Random {
  /** @param {number} seed any 32-bit integer */
  constructor(seed) {
    this.state = seed | 0;
  }

  /** @returns {number} an unsigned 32-bit integer */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** @param {number} bound @returns {number} an integer in [0, bound) */
  below(bound) {
    return Math.floor((this.next() / 0x1_0000_0000) * bound);
  }

  /** @param {number} low @param {number} high @returns {number} an integer in [low, high] */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  /** @param {number} probability @returns {boolean} */
  chance(probability) {
    return this.next() < probability * 0x1_0000_0000;
  }

  /** @template T @param {readonly T[]} values @returns {T} */
  pick(values) {
    return /** @type {T} */ (values[this.below(values.length)]);
  }

  /** Overwrites `bytes[start, end)`. @param {Uint8Array} bytes @param {number} [start] @param {number} [end] */
  fill(bytes, start = 0, end = bytes.length) {
    let word = 0;
    for (let at = start; at < end; at++) {
      if (((at - start) & 3) === 0) word = this.next();
      bytes[at] = word;
      word >>>= 8;
    }
  }

  /** @param {number} length @returns {Uint8Array} */
  bytes(length) {
    const bytes = new Uint8Array(length);
    this.fill(bytes);
    return bytes;
  }
}
