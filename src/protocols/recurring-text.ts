// Names cross again and again: header fields, methods, commands, hosts. Making their text anew costs more than reading them.

/** Places for names: a service's own repeat within a few dozen. Powers of two. */
const places = 256;
const width = 64;
const empty = 0xff;

/** How letters of ASCII are taken. */
type LetterCase = 'lower' | 'upper' | 'as they are';

/**
 * Text of octets that come often, one character an octet. A name has one place and takes it from the one before: however many
 * names somebody invents, the memory stays, and so does what a look costs. Never for what may be a secret: octets stay.
 */
export class RecurringText {
  readonly #fold: Uint8Array = new Uint8Array(256);
  /** Octets of the name at each place, its length, and the text that was made of it. */
  readonly #octets: Buffer = Buffer.alloc(places * width);
  readonly #lengths: Uint8Array = new Uint8Array(places).fill(empty);
  readonly #texts: string[] = new Array<string>(places).fill('');

  constructor(letters: LetterCase) {
    for (let octet = 0; octet < 256; octet++) this.#fold[octet] = folded(octet, letters);
  }

  /** The text of the lent `bytes[start, end)`. */
  of(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > width) return this.#long(bytes, start, end);
    const fold = this.#fold;
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ fold[bytes[at]!]!, multiplier);
    const place = (hash ^ (hash >>> 15)) & (places - 1);
    const octets = this.#octets;
    const base = place * width;
    if (this.#lengths[place] === length) {
      let same = 0;
      while (same < length && octets[base + same] === fold[bytes[start + same]!]) same++;
      if (same === length) return this.#texts[place]!;
    }
    for (let at = 0; at < length; at++) octets[base + at] = fold[bytes[start + at]!]!;
    const text = octets.toString('latin1', base, base + length);
    this.#lengths[place] = length;
    this.#texts[place] = text;
    return text;
  }

  #long(bytes: Uint8Array, start: number, end: number): string {
    const copy = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).map((octet) => this.#fold[octet]!);
    return Buffer.from(copy.buffer, copy.byteOffset, copy.length).toString('latin1');
  }
}

/** FNV's prime in 32 bits. */
const multiplier = 0x01000193;

function folded(octet: number, letters: LetterCase): number {
  if (letters === 'lower' && octet >= 0x41 && octet <= 0x5a) return octet + 0x20;
  if (letters === 'upper' && octet >= 0x61 && octet <= 0x7a) return octet - 0x20;
  return octet;
}
