import { latin1 } from '../base/bytes.js';
import type { LentOctets } from '../model/content-sink.js';

/** Longest text that is taken out of a message: names of databases, topics and mechanisms are shorter. */
const maxMessageText = 128;

/**
 * A message, or its beginning, lent for the call, and a place in it. Reads past the end give 0 or nothing, and `short` stays
 * set: a dialogue reads straight through and looks at it once.
 */
export class Message implements LentOctets {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Octets of the whole message; what is past `end` is not shown. */
  length = 0;
  /** Offset in `bytes` of the next octet. */
  at = 0;
  /** Something was read that is not there. */
  short = false;

  /** Shows `bytes[start, end)` as the beginning of a message of `length` octets. */
  show(bytes: Uint8Array, start: number, end: number, length: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.length = length;
    this.at = start;
    this.short = false;
  }

  /** Octets that are shown and not read yet. */
  get left(): number {
    return this.short ? 0 : this.end - this.at;
  }

  /** Whether all of the message is shown. */
  get whole(): boolean {
    return this.end - this.start === this.length;
  }

  /** Goes to `offset` from the message's first octet. */
  seek(offset: number): this {
    this.at = this.start + offset;
    this.short = this.at > this.end;
    return this;
  }

  /** Steps over `count` octets and returns the offset in `bytes` of the first, or -1 where they are not all there. */
  skip(count: number): number {
    const at = this.at;
    if (this.short || !(count >= 0) || at + count > this.end) {
      this.short = true;
      return -1;
    }
    this.at = at + count;
    return at;
  }

  /** Octet at `offset` from the message's first, or -1 where there is none. */
  octet(offset: number): number {
    const at = this.start + offset;
    return at < this.end ? this.bytes[at]! : -1;
  }

  u8(): number {
    const at = this.skip(1);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  u16(): number {
    const at = this.skip(2);
    return at < 0 ? 0 : this.bytes[at]! * 0x100 + this.bytes[at + 1]!;
  }

  u24(): number {
    return this.u8() * 0x10000 + this.u16();
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  little16(): number {
    const at = this.skip(2);
    return at < 0 ? 0 : this.bytes[at]! + this.bytes[at + 1]! * 0x100;
  }

  little24(): number {
    return this.little16() + this.u8() * 0x10000;
  }

  little32(): number {
    return this.little16() + this.little16() * 0x10000;
  }

  /** Offset in `bytes` of the next `octet`, or -1. */
  find(octet: number): number {
    if (this.short) return -1;
    for (let at = this.at; at < this.end; at++) if (this.bytes[at] === octet) return at;
    return -1;
  }

  /** Text up to the next `octet`, which is stepped over; null where there is none. One character an octet. */
  until(octet: number): string | null {
    const end = this.find(octet);
    if (end < 0) {
      this.short = true;
      return null;
    }
    const text = latin1(this.bytes, this.at, Math.min(end, this.at + maxMessageText));
    this.at = end + 1;
    return text;
  }

  /** Text of the next `count` octets, cut to `maxMessageText`. One character an octet. */
  text(count: number): string {
    const at = this.skip(count);
    return at < 0 ? '' : latin1(this.bytes, at, at + Math.min(count, maxMessageText));
  }

  /** Whether the next octets are `wanted`, letters as they are; steps nowhere. */
  matches(wanted: Uint8Array): boolean {
    if (this.short || this.at + wanted.length > this.end) return false;
    for (let at = 0; at < wanted.length; at++) if (this.bytes[this.at + at] !== wanted[at]) return false;
    return true;
  }

  /** Offset in `bytes` of `wanted` at or after the place, or -1. */
  search(wanted: Uint8Array): number {
    return this.short ? -1 : searchOctets(this.bytes, this.at, this.end, wanted);
  }

  /** `[start, end)` of `bytes`, lent. */
  lend(start: number, end: number): LentOctets {
    lent.bytes = this.bytes;
    lent.start = start;
    lent.end = end;
    return lent;
  }
}

/** Serves all messages: whoever gets it is done with it when the call returns. */
const lent: LentOctets = { bytes: new Uint8Array(0), start: 0, end: 0 };

/** Offset of `wanted` wholly within `bytes[start, end)`, or -1. */
function searchOctets(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): number {
  const first = wanted[0];
  for (let at = start; at + wanted.length <= end; at++) {
    if (bytes[at] !== first) continue;
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}
