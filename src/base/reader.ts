import { i32, u16, u24, u32 } from './bytes.js';
import type { Fault, FaultKind } from './fault.js';

/**
 * Reads big-endian fields from lent bytes, with a fault that sticks: after the first fault every read gives 0 or an empty
 * range and the position stays, so a parser reads straight through and checks `fault` once.
 *
 * The bytes are lent for the reader's life; values taken out are numbers and offsets, never views.
 */
export class Reader {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Absolute offset in `bytes` of the next unread octet. */
  at: number;
  /** The first fault, or null. */
  fault: Fault | null = null;
  readonly #where: string;

  constructor(bytes: Uint8Array, start: number, end: number, where: string) {
    this.bytes = bytes;
    this.start = start;
    this.end = Math.min(end, bytes.length);
    this.at = start;
    this.#where = where;
  }

  /** Octets not read yet; 0 after a fault. */
  get remaining(): number {
    return this.fault === null ? this.end - this.at : 0;
  }

  /** Whether everything was read without fault. */
  get done(): boolean {
    return this.fault === null && this.at === this.end;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : u16(this.bytes, at);
  }

  u24(): number {
    const at = this.#take(3);
    return at < 0 ? 0 : u24(this.bytes, at);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : u32(this.bytes, at);
  }

  i32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : i32(this.bytes, at);
  }

  /** Steps over `length` octets and returns the absolute offset of the first, or -1 after a fault. */
  skip(length: number): number {
    return this.#take(length);
  }

  /**
   * A reader of the next `length` octets that can't see past them. When fewer are left the child gets what there is and
   * this reader's fault is set, so partial content is still read.
   */
  child(length: number, where: string): Reader {
    const start = this.at;
    if (this.fault !== null) return new Reader(this.bytes, start, start, where);
    const end = start + length;
    if (end > this.end) {
      const partial = new Reader(this.bytes, start, this.end, where);
      this.fail('truncated', end - this.end);
      this.at = this.end;
      return partial;
    }
    this.at = end;
    return new Reader(this.bytes, start, end, where);
  }

  /** A child behind an 8-bit length. */
  vector8(where: string): Reader {
    return this.child(this.u8(), where);
  }

  /** A child behind a 16-bit length. */
  vector16(where: string): Reader {
    return this.child(this.u16(), where);
  }

  /** A child behind a 24-bit length. */
  vector24(where: string): Reader {
    return this.child(this.u24(), where);
  }

  /** Records a fault at the current position unless one is already there. */
  fail(kind: FaultKind, missing = 0): void {
    this.fault ??= { kind, where: this.#where, offset: this.at - this.start, missing };
  }

  #take(length: number): number {
    if (this.fault !== null) return -1;
    const at = this.at;
    if (at + length > this.end) {
      this.fail('truncated', at + length - this.end);
      return -1;
    }
    this.at = at + length;
    return at;
  }
}
