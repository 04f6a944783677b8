// RFC 7541: HPACK. A decoder of one direction with its dynamic table.
import { latin1 } from '../../base/bytes.js';
import type { LentOctets } from '../../model/content-sink.js';
import { staticTable } from './hpack-static-table.js';
import { decodeHuffman } from './huffman.js';

/** Hears a header: its name in lower case, its value lent for the call. */
export type HpackSink = (name: string, value: LentOctets) => void;

/** An entry of the dynamic table. */
interface Entry {
  name: string;
  value: Uint8Array;
}

/** What an entry costs beside its octets (RFC 7541 §4.1). */
const entryOverhead = 32;
/** The size before any setting says otherwise (RFC 9113 §6.5.2); nothing is gained by a larger table than servers use. */
const defaultSize = 4_096;
const largestTable = 65_536;
/** Places of entries that are gone are kept up to so many, or to half of all. */
const gapBefore = 64;
const longestString = 65_536;
const staticEntries: readonly Entry[] = staticTable.map(([name, value]) => ({
  name,
  value: Uint8Array.from(value, (character) => character.charCodeAt(0)),
}));
/** Strings are decoded into here, one at a time. */
const scratch = new Uint8Array(longestString);

/** Decodes header blocks in their order. */
export class HpackDecoder {
  /**
   * Oldest first, as a new one is pushed; those before `#oldest` are gone. A list whose beginning moves with each entry costs as much
   * as the table is long, and entries of three octets can be thousands.
   */
  #entries: (Entry | null)[] = [];
  #oldest = 0;
  #size = 0;
  #capacity = defaultSize;
  #at = 0;
  #bytes: Uint8Array = scratch;
  #end = 0;
  /** The block in hand is broken: no block after it can be read. */
  #broken = false;

  /** Decodes the header block `bytes[start, end)`; false where it is broken, which the table does not survive. */
  decode(bytes: Uint8Array, start: number, end: number, sink: HpackSink): boolean {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    while (this.#at < this.#end && !this.#broken) this.#field(sink);
    this.#bytes = scratch;
    return !this.#broken;
  }

  #field(sink: HpackSink): void {
    const first = this.#bytes[this.#at]!;
    if (first & 0x80) {
      const entry = this.#entry(this.#integer(7));
      if (entry !== null) sink(entry.name, { bytes: entry.value, start: 0, end: entry.value.length });
    } else if ((first & 0xe0) === 0x20) {
      const size = this.#integer(5);
      if (size > largestTable) this.#broken = true;
      else this.#resize(size);
    } else {
      this.#literal((first & 0xc0) === 0x40, sink);
    }
  }

  #literal(indexed: boolean, sink: HpackSink): void {
    const index = this.#integer(indexed ? 6 : 4);
    let name = '';
    if (index > 0) name = this.#entry(index)?.name ?? '';
    else {
      const length = this.#string();
      if (length < 0) return;
      name = latin1(scratch, 0, length).toLowerCase();
    }
    if (this.#broken) return;
    const length = this.#string();
    if (length < 0) return;
    if (indexed) this.#add({ name, value: scratch.slice(0, length) });
    sink(name, { bytes: scratch, start: 0, end: length });
  }

  #entry(index: number): Entry | null {
    if (index <= staticEntries.length) {
      const entry = staticEntries[index - 1];
      if (entry === undefined) this.#broken = true;
      return entry ?? null;
    }
    const at = this.#entries.length - (index - staticEntries.length);
    if (at >= this.#oldest) return this.#entries[at]!;
    this.#broken = true;
    return null;
  }

  #add(entry: Entry): void {
    const cost = entry.name.length + entry.value.length + entryOverhead;
    this.#entries.push(entry);
    this.#size += cost;
    this.#evict();
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    this.#evict();
  }

  #evict(): void {
    const entries = this.#entries;
    while (this.#size > this.#capacity) {
      const oldest = entries[this.#oldest]!;
      entries[this.#oldest++] = null;
      this.#size -= oldest.name.length + oldest.value.length + entryOverhead;
      oldest.value.fill(0);
    }
    if (this.#oldest > gapBefore && this.#oldest * 2 > entries.length) {
      this.#entries = entries.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  /** RFC 7541 §5.1: an integer behind a prefix of `bits`. */
  #integer(bits: number): number {
    const most = (1 << bits) - 1;
    let value = this.#bytes[this.#at++]! & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= this.#end) break;
      const octet = this.#bytes[this.#at++]!;
      value += (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    this.#broken = true;
    return 0;
  }

  /** RFC 7541 §5.2: a string, into the scratch; its length, or -1. */
  #string(): number {
    if (this.#at >= this.#end) return this.#fail();
    const isHuffman = (this.#bytes[this.#at]! & 0x80) !== 0;
    const length = this.#integer(7);
    const start = this.#at;
    const end = start + length;
    if (this.#broken || end > this.#end || length > longestString) return this.#fail();
    this.#at = end;
    if (!isHuffman) {
      scratch.set(this.#bytes.subarray(start, end));
      return length;
    }
    const decoded = decodeHuffman(this.#bytes, start, end, scratch, 0);
    return decoded < 0 ? this.#fail() : decoded;
  }

  #fail(): -1 {
    this.#broken = true;
    return -1;
  }
}
