// Looks for certificates, keys and key stores in octets that come in pieces, in whatever encoding they cross.
import { sha256Hex } from '../../base/hash.js';
import type { ContentSink } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import { type Found, Search, searchNothing } from './search.js';

/**
 * Candidates that are looked at in one stream at most. Random octets have one in 64 KiB, a text of base64 one in 4; a stream of
 * beginnings without an end would have every octet looked at again and again.
 */
const maxCandidates = 512;

const digestDigits = 8;
const search = new Search();

/**
 * Searches one stream, or one body. What may be the beginning of something is kept until it can be told, bounded by the longest
 * thing that is looked for; nothing is kept of all else.
 */
export class MaterialScanner {
  readonly #sink: ContentSink;
  readonly #from: Side;
  readonly #where: string;
  #held: Uint8Array | null = null;
  #heldLength = 0;
  #heldFrame = 0;
  /** Octets that must be there before what is held can be told. */
  #needed = 0;
  #candidates = 0;
  /** Octets that came, and those that were decoded for candidates. */
  #came = 0;
  #judged = 0;
  /** The octets before the next ones that are searched; see `Search`. */
  #context = 0;

  /** `where` as in `MaterialRecord`. */
  constructor(sink: ContentSink, from: Side, where: string) {
    this.#sink = sink;
    this.#from = from;
    this.#where = where;
  }

  /** Whether the octets so far end in what may be the beginning of something. */
  get holds(): boolean {
    return this.#held !== null;
  }

  /** The next octets. */
  scan(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (start >= end || this.#candidates >= maxCandidates) return;
    this.#came += end - start;
    if (this.#held === null) {
      this.#search(bytes, start, end, arrival.frame, 0, arrival.frame, false);
      return;
    }
    const boundary = this.#heldLength;
    const frame = this.#heldFrame;
    this.#append(bytes, start, end);
    if (this.#heldLength < this.#needed) return;
    const held = this.#held;
    const length = this.#heldLength;
    this.#drop();
    this.#search(held, 0, length, frame, boundary, arrival.frame, false);
  }

  /** Nothing more comes, or what comes does not follow: what is held is told as it stands. */
  end(): void {
    const held = this.#held;
    if (held === null) return;
    const length = this.#heldLength;
    this.#drop();
    this.#search(held, 0, length, this.#heldFrame, length, this.#heldFrame, true);
    this.#drop();
  }

  /** Octets before `boundary` came in `frame`, those from it on in `laterFrame`. */
  #search(
    bytes: Uint8Array,
    start: number,
    end: number,
    frame: number,
    boundary: number,
    laterFrame: number,
    final: boolean,
  ): void {
    const before = this.#came - (end - start);
    search.begin(bytes, start, end, final, this.#context, maxCandidates - this.#candidates, before, this.#judged);
    let found = search.next();
    while (found !== null) {
      this.#tell(found, found.start < boundary ? frame : laterFrame);
      found = search.next();
    }
    this.#candidates += search.candidates;
    this.#judged = search.judged;
    if (search.rest < end && !final) this.#hold(bytes, search.rest, end, search.rest < boundary ? frame : laterFrame);
    this.#context = final ? 0 : search.contextAt(search.rest);
    search.begin(searchNothing, 0, 0, true, 0, 0, 0, 0);
  }

  #tell({ shape, encoding, bytes, length }: Found, frame: number): void {
    const digest = sha256Hex(bytes);
    this.#sink.material({
      frame,
      from: this.#from,
      kind: shape.kind,
      form: shape.form,
      encoding,
      where: this.#where,
      length,
      sha256: shape.kind === 'certificate' ? digest : digest.slice(0, digestDigits),
      subject: shape.subject,
    });
  }

  #hold(bytes: Uint8Array, start: number, end: number, frame: number): void {
    this.#held = bytes.slice(start, end);
    this.#heldLength = end - start;
    this.#heldFrame = frame;
    this.#needed = search.needed;
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#heldLength + end - start;
    let held = this.#held!;
    if (length > held.length) {
      held = new Uint8Array(Math.max(length, Math.min(this.#needed, 2 * held.length)));
      held.set(this.#held!.subarray(0, this.#heldLength));
      this.#held!.fill(0);
      this.#held = held;
    }
    held.set(bytes.subarray(start, end), this.#heldLength);
    this.#heldLength = length;
  }

  #drop(): void {
    this.#held = null;
    this.#heldLength = 0;
    this.#needed = 0;
  }
}
