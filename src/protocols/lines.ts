// Lines out of a stream that arrives in any pieces: the ground of every text protocol's follower.
import { latin1 } from '../base/bytes.js';

/** A line, or another stretch of text up to a delimiter, without its end: lent until the next read. */
export class Line {
  bytes: Uint8Array = noBytes;
  start = 0;
  end = 0;
  /** The line was longer than what is kept of one: its rest is missing here. */
  cut = false;

  get length(): number {
    return this.end - this.start;
  }

  /** Octet at `offset` from the line's start; -1 behind its end. */
  octet(offset: number): number {
    return offset < this.length ? this.bytes[this.start + offset]! : -1;
  }

  /** Text from `from` on, one character an octet, at most `most` of them. Hostile. */
  text(from: number = 0, most: number = longestText): string {
    const start = Math.min(this.start + from, this.end);
    return latin1(this.bytes, start, Math.min(this.end, start + most));
  }

  /** Offset behind the word (octets up to a space or tab) at `from`. */
  wordEnd(from: number): number {
    let at = from;
    while (at < this.length && !isBlank(this.bytes[this.start + at]!)) at++;
    return at;
  }

  /** Offset of the first octet at or after `from` that is no space or tab. */
  skipBlanks(from: number): number {
    let at = from;
    while (at < this.length && isBlank(this.bytes[this.start + at]!)) at++;
    return at;
  }

  /** The word at `from` in upper case, cut to what a keyword may have. */
  word(from: number): string {
    return this.text(from, Math.min(this.wordEnd(from) - from, longestWord)).toUpperCase();
  }

  /** Offset of the word after the one at `from`; the line's length where there is none. */
  nextWord(from: number): number {
    return this.skipBlanks(this.wordEnd(from));
  }

  /** Offset of `octet` at or after `from`; -1 where there is none. */
  find(octet: number, from: number = 0): number {
    for (let at = this.start + from; at < this.end; at++) if (this.bytes[at] === octet) return at - this.start;
    return -1;
  }

  /** Whether `wanted`, in upper case, stands at `from`, letters of the line in either case. */
  has(from: number, wanted: string): boolean {
    if (from + wanted.length > this.length) return false;
    for (let at = 0; at < wanted.length; at++)
      if (upper(this.bytes[this.start + from + at]!) !== wanted.charCodeAt(at)) return false;
    return true;
  }

  /** Whether `wanted`, in upper case, stands anywhere at or after `from`, letters of the line in either case. */
  contains(wanted: string, from: number = 0): boolean {
    for (let at = from; at + wanted.length <= this.length; at++) if (this.has(at, wanted)) return true;
    return false;
  }
}

/**
 * Takes one direction's lines apart. A line that lies whole in the octets at hand is lent from there; of one that comes in
 * pieces at most `longest` octets are kept, and overwritten when they were read.
 */
export class LineReader {
  readonly line: Line = new Line();
  /** The last `read` ended a line: it is in `line`. */
  complete = false;
  /** Octets of the line in hand that were copied, and those beyond what is kept. */
  #kept = 0;
  #overflow = false;
  #buffer: Uint8Array = noBytes;
  /** Octets are missing: what comes up to the next line end is the rest of something. */
  #broken = false;
  readonly #longest: number;

  constructor(longest: number = longestLine) {
    this.#longest = longest;
  }

  /** Nothing is remembered of the octets so far: a new reader would go on as well. */
  get idle(): boolean {
    return !this.#broken && !this.unfinished;
  }

  /** Octets of a line that has begun and not ended are kept. */
  get unfinished(): boolean {
    return this.#kept > 0 || this.#overflow;
  }

  /**
   * Reads from `bytes[at, end)` up to `delimiter` (a line feed; then a carriage return before it is no part of the line).
   * Returns the offset after what it took; `complete` tells whether a line ended there.
   */
  read(bytes: Uint8Array, at: number, end: number, delimiter: number = lineFeed): number {
    this.forget();
    const found = indexOf(bytes, delimiter, at, end);
    if (found < 0) {
      if (!this.#broken) this.#keep(bytes, at, end);
      return end;
    }
    if (this.#broken) {
      this.#broken = false;
      return this.read(bytes, found + 1, end, delimiter);
    }
    const { line } = this;
    if (this.#kept === 0 && !this.#overflow) {
      line.cut = found - at > this.#longest;
      line.bytes = bytes;
      line.start = at;
      line.end = line.cut ? at + this.#longest : found;
    } else {
      this.#keep(bytes, at, found);
      line.cut = this.#overflow;
      line.bytes = this.#buffer;
      line.start = 0;
      line.end = this.#kept;
    }
    if (delimiter === lineFeed && line.end > line.start && line.bytes[line.end - 1] === carriageReturn) line.end--;
    this.complete = true;
    return found + 1;
  }

  /** What was begun is a line as it stands: a prompt that no line feed ends. Lent until the next read. */
  peek(): Line {
    const { line } = this;
    line.bytes = this.#buffer;
    line.start = 0;
    line.end = this.#kept;
    line.cut = this.#overflow;
    return line;
  }

  /** Octets are missing before the next: the line in hand is lost, and so is the one that they end in. */
  lose(): void {
    this.complete = true;
    this.#kept = Math.max(this.#kept, 1);
    this.forget();
    this.#broken = true;
  }

  /** Drops the line in hand, ended or not. */
  drop(): void {
    this.complete = true;
    this.forget();
  }

  /** Drops the line that was read: what was kept of it is overwritten. */
  forget(): void {
    if (!this.complete) return;
    this.complete = false;
    this.line.bytes = noBytes;
    this.line.start = 0;
    this.line.end = 0;
    if (this.#kept > 0) {
      if (this.#buffer.length > keptBuffer) this.#buffer = noBytes;
      else this.#buffer.fill(0, 0, this.#kept);
    }
    this.#kept = 0;
    this.#overflow = false;
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const take = Math.min(to - from, this.#longest - this.#kept);
    if (take < to - from) this.#overflow = true;
    const needed = this.#kept + take;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(this.#longest, Math.max(needed, 2 * this.#buffer.length, smallestBuffer)));
      grown.set(this.#buffer.subarray(0, this.#kept));
      this.#buffer.fill(0, 0, this.#kept);
      this.#buffer = grown;
    }
    for (let at = 0; at < take; at++) this.#buffer[this.#kept + at] = bytes[from + at]!;
    this.#kept = needed;
  }
}

/** `octet` as an upper-case letter where it is one. */
export function upper(octet: number): number {
  return octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
}

/** A line longer than this is cut: RFC 4954 §4 asks for 12,288 octets in SASL exchanges, others for far less. */
const longestLine = 12_288;
/** A name or keyword is told by fewer. */
const longestWord = 40;
const longestText = 512;
/** A buffer up to this length is kept for the next line that comes in pieces. */
const keptBuffer = 512;
const smallestBuffer = 64;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const noBytes = new Uint8Array(0);

function isBlank(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}

function indexOf(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === wanted) return at;
  return -1;
}
