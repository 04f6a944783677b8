// A message's body: searched for certificates and keys as it comes, or kept, bounded, and read as a whole where its kind asks.
import { inflate } from '../../base/inflate.js';
import type { ContentSink } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import { MaterialScanner } from '../material/scanner.js';
import type { BodyKind } from './body-kind.js';
import type { FieldSink } from './fields.js';
import {
  maxKeptBody,
  maxKeptTotal,
  maxSearchedNoise,
  maxSearchedOctets,
  maxSearchedStore,
  mostInflated,
} from './limits.js';

/** Octets of a body that tell whether it is noise. */
const sample = 256;

/** Whether octets look compressed or encrypted: half of those have the highest bit set. Text, archives of text and zeros don't. */
function isNoise(bytes: Uint8Array, start: number, end: number): boolean {
  const sampleEnd = Math.min(end, start + sample);
  let high = 0;
  for (let at = start; at < sampleEnd; at++) high += bytes[at]! >> 7;
  return high * 4 > sampleEnd - start;
}

/** Octets that the bodies of all connections keep at present. */
let keptTotal = 0;

/** One body. */
export class Body {
  /** Nothing more of it is wanted: the rest may be stepped over. */
  done = false;
  readonly #scanner: MaterialScanner;
  readonly #kind: BodyKind;
  readonly #fields: FieldSink;
  #kept: Uint8Array | null = null;
  #keptLength = 0;
  #keeps: boolean;
  /** Octets that are still searched, and how many more where something has begun in the last of them. */
  #unsearched: number;
  #unsearchedOfBegun = 0;

  /** `fields` hears what a structured body says. */
  constructor(sink: ContentSink, from: Side, kind: BodyKind, fields: FieldSink) {
    this.#scanner = new MaterialScanner(sink, from, kind.where);
    this.#kind = kind;
    this.#fields = fields;
    this.#unsearched = kind.searchedOctets;
    this.#keeps = kind.format !== null || kind.readFields !== null;
  }

  /** Octets are kept to be read as a whole. */
  get keeps(): boolean {
    return this.#keeps;
  }

  /** The next octets; `last` = the body ends with them. */
  content(bytes: Uint8Array, start: number, end: number, arrival: Arrival, last: boolean): void {
    if (this.done) return;
    if (!this.#keeps) {
      this.#search(bytes, start, end, arrival);
      if (last) this.#finish();
    } else if (last && this.#kept === null) {
      this.#whole(bytes, start, end, arrival);
      this.#finish();
    } else {
      this.#keep(bytes, start, end, arrival);
      if (last) this.end(arrival);
    }
  }

  /** The body is over, or what follows is not its next: what is kept is read as it stands. `arrival` null = nothing is. */
  end(arrival: Arrival | null): void {
    if (this.done) return;
    if (this.#kept !== null && arrival !== null) this.#readKept(arrival);
    this.#finish();
  }

  #keep(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const take = Math.min(end - start, maxKeptBody - this.#keptLength);
    const needed = this.#keptLength + take;
    if (this.#kept === null || needed > this.#kept.length) this.#grow(needed);
    if (this.#kept === null || needed > this.#kept.length) {
      // The memory budget is spent.
      this.#readKept(arrival);
      this.#afterKept(bytes, start, end, arrival);
      return;
    }
    this.#kept.set(bytes.subarray(start, start + take), this.#keptLength);
    this.#keptLength = needed;
    if (needed < maxKeptBody) return;
    this.#readKept(arrival);
    this.#afterKept(bytes, start + take, end, arrival);
  }

  #grow(needed: number): void {
    const length = Math.min(maxKeptBody, Math.max(needed, 2 * (this.#kept?.length ?? 256)));
    const more = length - (this.#kept?.length ?? 0);
    if (keptTotal + more > maxKeptTotal) return;
    keptTotal += more;
    const grown = new Uint8Array(length);
    if (this.#kept !== null) grown.set(this.#kept.subarray(0, this.#keptLength));
    this.#kept?.fill(0);
    this.#kept = grown;
  }

  #readKept(arrival: Arrival): void {
    const kept = this.#kept;
    this.#keeps = false;
    if (kept === null) return;
    this.#kept = null;
    keptTotal -= kept.length;
    this.#whole(kept, 0, this.#keptLength, arrival);
    kept.fill(0);
  }

  /** What is longer than what is kept is searched as it comes; of compressed content nothing more can be read. */
  #afterKept(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.#kind.format !== null) this.#finish();
    else this.#search(bytes, start, end, arrival);
  }

  #whole(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (start === end) return;
    const { format } = this.#kind;
    const plain = format === null ? null : inflate(format, bytes, start, end, mostInflated(end - start));
    if (format !== null && plain === null) return;
    if (plain !== null) this.#read(plain, 0, plain.length, arrival);
    else this.#read(bytes, start, end, arrival);
  }

  #read(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.#kind.readFields?.(bytes, start, end, this.#fields);
    this.#search(bytes, start, end, arrival);
  }

  #search(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.#unsearched === maxSearchedOctets && isNoise(bytes, start, end)) {
      this.#unsearched = maxSearchedNoise;
      this.#unsearchedOfBegun = maxSearchedStore;
    }
    let at = start;
    while (at < end && this.#unsearched > 0) {
      const searchedEnd = Math.min(end, at + this.#unsearched);
      this.#scanner.scan(bytes, at, searchedEnd, arrival);
      this.#unsearched -= searchedEnd - at;
      at = searchedEnd;
      if (this.#unsearched === 0 && this.#scanner.holds) {
        this.#unsearched = this.#unsearchedOfBegun;
        this.#unsearchedOfBegun = 0;
      }
    }
    if (this.#unsearched <= 0) this.#finish();
  }

  #finish(): void {
    this.#scanner.end();
    this.done = true;
    if (this.#kept !== null) keptTotal -= this.#kept.length;
    this.#kept = null;
  }
}
