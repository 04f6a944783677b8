/** Octets that wait for more: appended in time that is in proportion to what comes, in however small pieces. */
export class HeldOctets {
  bytes: Uint8Array = nothing;
  length = 0;

  /** Copies `from[start, end)` behind what is held. */
  append(from: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes.fill(0);
      this.bytes = grown;
    }
    this.bytes.set(from.subarray(start, end), this.length);
    this.length = needed;
  }

  /** Drops the first `count` octets. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }

  /** Drops and overwrites everything. */
  clear(): void {
    this.bytes.fill(0);
    this.bytes = nothing;
    this.length = 0;
  }
}

const nothing = new Uint8Array(0);
