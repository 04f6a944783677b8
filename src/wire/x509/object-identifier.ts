// OBJECT IDENTIFIER contents (X.690 §8.19): arcs in groups of seven bits, the first octet holding two of them.
import { hex, sameBytes } from '../../base/bytes.js';
import { quickHash } from '../../base/hash.js';

// A 128-bit UUID arc (2.25.…) takes 19 octets; nobody names anything with more than this.
const maxIdentifierOctets = 96;

/** Of a table that nobody asked yet. */
const noSlots = new Uint16Array(0);

/** Dotted form of the identifier in `bytes[start, end)`; '#' and hexadecimal where the octets are no identifier. */
export function formatObjectIdentifier(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length === 0 || length > maxIdentifierOctets || bytes[end - 1]! >= 0x80) {
    return `#${hex(bytes, start, Math.min(end, start + maxIdentifierOctets))}`;
  }
  const arcs: string[] = [];
  let arc = 0n;
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 80n ? arc / 40n : 2n;
      arcs.push(String(root));
      arc -= root * 40n;
    }
    arcs.push(String(arc));
    arc = 0n;
  }
  return arcs.join('.');
}

/** Content octets of a dotted identifier, which must be well formed. */
export function encodeObjectIdentifier(dotted: string): Uint8Array {
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const octets: number[] = [];
  for (const arc of [root * 40n + second, ...rest]) {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80);
    octets.push(...groups);
  }
  return Uint8Array.from(octets);
}

/**
 * Looks entries up by an identifier's octets, so that no dotted text is made for what is known. Immutable; made when first asked,
 * as many a capture shows no certificate.
 */
export class ObjectIdentifierTable<T> {
  readonly #entries: Readonly<Record<string, T>>;
  readonly #identifiers: Uint8Array[] = [];
  readonly #values: T[] = [];
  /** Open addressing: index + 1 into the arrays above, 0 = free. At most a quarter full, so a search ends. */
  #slots: Uint16Array = noSlots;
  #mask = 0;

  /** Entries by dotted identifier. */
  constructor(entries: Readonly<Record<string, T>>) {
    this.#entries = entries;
  }

  #fill(): void {
    const list = Object.entries(this.#entries);
    const size = 4 << Math.ceil(Math.log2(list.length + 1));
    this.#slots = new Uint16Array(size);
    this.#mask = size - 1;
    for (const [dotted, value] of list) {
      const identifier = encodeObjectIdentifier(dotted);
      let slot = quickHash(identifier, 0, identifier.length, 0) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#values.push(value);
      this.#slots[slot] = this.#identifiers.push(identifier);
    }
  }

  /** The entry of the identifier in `bytes[start, end)`, or null. */
  find(bytes: Uint8Array, start: number, end: number): T | null {
    const length = end - start;
    if (this.#slots === noSlots) this.#fill();
    let slot = quickHash(bytes, start, end, 0) & this.#mask;
    for (;;) {
      const index = this.#slots[slot]! - 1;
      if (index < 0) return null;
      const identifier = this.#identifiers[index]!;
      if (identifier.length === length && sameBytes(identifier, 0, bytes, start, length)) return this.#values[index]!;
      slot = (slot + 1) & this.#mask;
    }
  }
}
