import { fileU16 } from './byte-order.js';

// pcapng §3.5: code 2, length 2, value padded to 4 octets; ends with code 0 or with the block.

const endOfOptions = 0;

/** Walks a block's options within its bounds; one instance is reused, the bytes are lent from `open` to the last `next`. */
export class OptionWalk {
  /** The option that `next` found: its code, first octet and length. */
  code = 0;
  start = 0;
  length = 0;
  /** An option ran past the block: what follows it is unknown. */
  broken = false;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #little = true;

  /** Begins with the options in `bytes[start, end)`. */
  open(bytes: Uint8Array, start: number, end: number, little: boolean): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#little = little;
    this.broken = false;
  }

  /** Steps to the next option; false at the end of them. */
  next(): boolean {
    const at = this.#at;
    if (this.#end - at < 4) return false;
    this.code = fileU16(this.#bytes, at, this.#little);
    this.length = fileU16(this.#bytes, at + 2, this.#little);
    this.start = at + 4;
    if (this.code === endOfOptions) {
      this.#at = this.#end;
      return false;
    }
    if (this.start + this.length > this.#end) {
      this.broken = true;
      this.#at = this.#end;
      return false;
    }
    this.#at = this.start + ((this.length + 3) & ~3);
    return true;
  }
}
