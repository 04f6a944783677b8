import { unitAt } from '../../base/text.js';
import { isHarmful } from '../harmless.js';
import type { TextOut } from '../text-out.js';

// One byte buffer takes everything that is printed as JSON. Joining strings cost three times as much in the measurement
// that the design rests on, and a million flows have to go through here.

/** The buffer is handed on once it holds this much, so that a record seldom straddles two writes. Octets. */
const flushAt = 1 << 17;
const initialCapacity = 1 << 18;
/** Copying a longer literal word by word costs more than the call of `set`. Octets, measured. */
const longLiteral = 32;
/** Members' names kept as octets; more than all types have together. */
const maxMembers = 512;
/** Recurring strings kept as octets: the certificates of a network. What comes later is written letter by letter. */
const maxRecurring = 4_096;
const maxRecurringLength = 512;

const quote = 0x22;
const backslash = 0x5c;
const hexDigits = '0123456789abcdef';
const encoder = new TextEncoder();

/** 1 for characters below 256 that stand for themselves in a JSON string. */
const plain = new Uint8Array(256).fill(1, 0x20, 0x7f);
plain[quote] = 0;
plain[backslash] = 0;

/**
 * Four decimal digits of each number below 10,000 as octets of a little-endian word, leading zeros included. Made with the first
 * writer: most commands print no JSON.
 */
let fourDigits: Int32Array | null = null;

function makeFourDigits(): Int32Array {
  const digits = new Int32Array(10_000);
  for (let value = 0; value < digits.length; value++) {
    const thousands = (value / 1000) | 0;
    const hundreds = ((value / 100) | 0) % 10;
    const tens = ((value / 10) | 0) % 10;
    digits[value] = 0x30303030 | thousands | (hundreds << 8) | (tens << 16) | ((value % 10) << 24);
  }
  return digits;
}

/** Octets that are made once and written often. */
export interface Literal {
  octets: Uint8Array;
  /** The same in little-endian words, the last one filled up: a copy takes a quarter of the steps. */
  words: Int32Array;
}

/** Makes a literal of text. */
export function encodeLiteral(text: string): Literal {
  return makeLiteral(encoder.encode(text));
}

function makeLiteral(octets: Uint8Array): Literal {
  const words = new Int32Array((octets.length + 3) >> 2);
  for (let at = 0; at < octets.length; at++) words[at >> 2] = words[at >> 2]! | (octets[at]! << ((at & 3) * 8));
  return { octets, words };
}

/**
 * Writes JSON into one buffer and hands it to `out` in large pieces. The caller writes well-formed JSON: punctuation comes
 * as literals. Output is UTF-8 in which no octet can harm a terminal: control, direction and invisible characters and
 * lone surrogates are `\uXXXX`.
 */
export class JsonWriter {
  readonly #out: TextOut;
  readonly #fourDigits: Int32Array;
  #bytes: Uint8Array = new Uint8Array(initialCapacity);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #members: Map<string, Literal> = new Map();
  readonly #recurring: Map<string, Literal> = new Map();

  constructor(out: TextOut) {
    this.#out = out;
    fourDigits ??= makeFourDigits();
    this.#fourDigits = fourDigits;
  }

  /** Octets of JSON that are printed as they are. */
  literal(literal: Literal): void {
    const length = literal.octets.length;
    this.#reserve(length + 3);
    const start = this.#length;
    if (length > longLiteral) this.#bytes.set(literal.octets, start);
    else {
      const { words } = literal;
      const view = this.#view;
      for (let at = 0; at < words.length; at++) view.setInt32(start + at * 4, words[at]!, true);
    }
    this.#length = start + length;
  }

  /** ASCII text that is JSON already. */
  ascii(text: string): void {
    const length = text.length;
    this.#reserve(length);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let at = 0; at < length; at++) bytes[start + at] = unitAt(text, at);
    this.#length = start + length;
  }

  /** Long text without anything that must be escaped (base64, hexadecimal) in quotes: copied by the platform. */
  plainString(text: string): void {
    const length = text.length;
    this.#reserve(length + 2);
    this.#bytes[this.#length] = quote;
    Buffer.from(this.#bytes.buffer).write(text, this.#length + 1, 'latin1');
    this.#bytes[this.#length + 1 + length] = quote;
    this.#length += length + 2;
  }

  /** The members of a plain object behind others that were written: `,"a":1,"b":2`. */
  members(object: object): void {
    this.#writeMembers(object, false);
  }

  /** A number as JSON.stringify writes it. */
  number(value: number): void {
    if (value < 0 || value !== (value | 0)) {
      this.ascii(JSON.stringify(value));
      return;
    }
    this.#reserve(12);
    const whole = value | 0;
    if (whole < 10_000) {
      this.#firstDigits(whole);
      return;
    }
    const upper = (whole / 10_000) | 0;
    if (upper < 10_000) this.#firstDigits(upper);
    else {
      const highest = (upper / 10_000) | 0;
      this.#firstDigits(highest);
      this.#nextDigits(upper - highest * 10_000);
    }
    this.#nextDigits(whole - upper * 10_000);
  }

  /** A string in quotes, escaped. */
  string(text: string): void {
    const length = text.length;
    this.#reserve(length * 6 + 2);
    const bytes = this.#bytes;
    let to = this.#length;
    bytes[to++] = quote;
    let at = 0;
    // By fours: V8 looks at the array anew in each turn of a loop, which costs more than what is done with an octet.
    for (; at + 4 <= length; at += 4, to += 4) {
      const first = unitAt(text, at);
      const second = unitAt(text, at + 1);
      const third = unitAt(text, at + 2);
      const fourth = unitAt(text, at + 3);
      // Past 255 there is no entry, and `undefined & 1` is 0.
      if ((plain[first]! & plain[second]! & plain[third]! & plain[fourth]!) === 0) break;
      bytes[to] = first;
      bytes[to + 1] = second;
      bytes[to + 2] = third;
      bytes[to + 3] = fourth;
    }
    for (; at < length; at++) {
      const unit = unitAt(text, at);
      if (plain[unit] !== 1) {
        this.#length = to;
        this.#escapedTail(text, at);
        return;
      }
      bytes[to++] = unit;
    }
    bytes[to++] = quote;
    this.#length = to;
  }

  /**
   * As `string`, for one that comes again and again as the same object (a hash, a name from a registry): from some thirty
   * characters on, looking its octets up is cheaper than making them.
   */
  recurring(text: string): void {
    const known = this.#recurring.get(text);
    if (known !== undefined) this.literal(known);
    else if (this.#recurring.size >= maxRecurring || text.length > maxRecurringLength) this.string(text);
    else this.#remember(text);
  }

  /** Any plain value; for what is printed seldom. Undefined members are left out, as JSON.stringify does. */
  value(value: unknown): void {
    if (typeof value === 'string') this.string(value);
    else if (typeof value === 'number') this.number(value);
    else if (Array.isArray(value)) this.#array(value);
    else if (typeof value === 'object' && value !== null) this.#object(value);
    else this.ascii(value === true ? 'true' : value === false ? 'false' : 'null');
  }

  /** What `write` would write, as octets for `literal`; nothing is printed. */
  encoded(write: () => void): Literal {
    const before = this.#length;
    write();
    const octets = this.#bytes.slice(before, this.#length);
    this.#length = before;
    return makeLiteral(octets);
  }

  /** Called between records: hands the buffer on when it is full enough. */
  recordEnd(): void {
    if (this.#length >= flushAt) this.flush();
  }

  /** Hands on whatever is in the buffer. */
  flush(): void {
    if (this.#length === 0) return;
    const length = this.#length;
    this.#length = 0;
    this.#out.write(this.#bytes.subarray(0, length));
  }

  // The leading digits of a number, a number below 10,000 itself; room is reserved.
  #firstDigits(value: number): void {
    const count = value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
    this.#view.setInt32(this.#length, this.#fourDigits[value]! >>> ((4 - count) * 8), true);
    this.#length += count;
  }

  #nextDigits(value: number): void {
    this.#view.setInt32(this.#length, this.#fourDigits[value]!, true);
    this.#length += 4;
  }

  // By itself: a function that makes closures pays for it at every call.
  #remember(text: string): void {
    const literal = this.encoded(() => this.string(text));
    this.#recurring.set(text, literal);
    this.literal(literal);
  }

  #array(values: readonly unknown[]): void {
    this.ascii('[');
    for (let at = 0; at < values.length; at++) {
      if (at > 0) this.ascii(',');
      this.value(values[at]);
    }
    this.ascii(']');
  }

  #object(object: object): void {
    this.ascii(this.#writeMembers(object, true) ? '{}' : '}');
  }

  /** True where there was none. */
  #writeMembers(object: object, opens: boolean): boolean {
    const members = object as Readonly<Record<string, unknown>>;
    let empty = opens;
    // Not `keys` nor `entries`: V8 walks members in their order without looking up their names. What is printed is plain data.
    for (const key in members) {
      const value = members[key];
      if (value === undefined) continue;
      this.ascii(empty ? '{' : ',');
      this.literal(this.#member(key));
      this.value(value);
      empty = false;
    }
    return empty;
  }

  // `"key":`, kept: keys are the few that our types have.
  #member(key: string): Literal {
    return this.#members.get(key) ?? this.#newMember(key);
  }

  #newMember(key: string): Literal {
    const literal = this.encoded(() => {
      this.string(key);
      this.ascii(':');
    });
    if (this.#members.size < maxMembers) this.#members.set(key, literal);
    return literal;
  }

  // The rest of a string from its first character that isn't plain ASCII; room is reserved.
  #escapedTail(text: string, from: number): void {
    for (let at = from; at < text.length; at++) {
      const codePoint = text.codePointAt(at)!;
      if (codePoint === quote || codePoint === backslash) this.#pair(codePoint);
      else if (isHarmful(codePoint)) this.#escape(text, at, codePoint);
      else this.#utf8(codePoint);
      if (codePoint > 0xffff) at++;
    }
    this.#bytes[this.#length++] = quote;
  }

  #pair(character: number): void {
    this.#bytes[this.#length++] = backslash;
    this.#bytes[this.#length++] = character;
  }

  #escape(text: string, at: number, codePoint: number): void {
    const short = '\b\t\n\f\r'.indexOf(text.charAt(at));
    if (short >= 0) {
      this.#pair('btnfr'.charCodeAt(short));
      return;
    }
    this.#unit(text.charCodeAt(at));
    if (codePoint > 0xffff) this.#unit(text.charCodeAt(at + 1));
  }

  #unit(unit: number): void {
    this.#pair(0x75);
    for (let shift = 12; shift >= 0; shift -= 4) {
      this.#bytes[this.#length++] = hexDigits.charCodeAt((unit >> shift) & 15);
    }
  }

  #utf8(codePoint: number): void {
    const bytes = this.#bytes;
    if (codePoint < 0x80) {
      bytes[this.#length++] = codePoint;
    } else if (codePoint < 0x800) {
      bytes[this.#length++] = 0xc0 | (codePoint >> 6);
      bytes[this.#length++] = 0x80 | (codePoint & 63);
    } else if (codePoint < 0x10000) {
      bytes[this.#length++] = 0xe0 | (codePoint >> 12);
      bytes[this.#length++] = 0x80 | ((codePoint >> 6) & 63);
      bytes[this.#length++] = 0x80 | (codePoint & 63);
    } else {
      bytes[this.#length++] = 0xf0 | (codePoint >> 18);
      bytes[this.#length++] = 0x80 | ((codePoint >> 12) & 63);
      bytes[this.#length++] = 0x80 | ((codePoint >> 6) & 63);
      bytes[this.#length++] = 0x80 | (codePoint & 63);
    }
  }

  // Grows rather than flushes: `encoded` needs what it wrote to stay, and a record is small.
  #reserve(octets: number): void {
    const needed = this.#length + octets;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
