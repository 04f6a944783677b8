// What a stream of no known protocol is made of: text, or octets spread as evenly as encryption and compression leave them.
import type { ContentSink, Follower } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import { scanStream } from '../../protocols/material/stream-scan.js';

/** What the first octets of both sides show; `null` = neither. */
export type TextureVerdict = 'text' | 'even' | null;

/** Octets of a direction that are looked at: four of each value, where they are spread evenly. */
const sampledOctets = 1_024;
/** Fewer say nothing: one of each value. */
const leastForEvenness = 256;
/** Fewer printable octets on both sides together may be chance. */
const leastForText = 16;
/** Of text: a stray control octet does not make it binary. */
const printableShare = 0.95;

/**
 * Pearson's statistic of 256 values has 255 degrees of freedom: a mean of 255 and a standard deviation of 22.6. Five of them
 * above the mean, one random stream in millions is missed; text and records with lengths in them are thousands above it.
 */
const mostUneven = 255 + 5 * 22.6;
/** Values left out, the most frequent: an encrypted protocol's headers repeat a few (types, versions, zeros of lengths). */
const framingValues = 4;

/** How often each value occurs among the first octets of a direction. */
class Sample {
  octets = 0;
  readonly #counts = new Uint16Array(256);

  add(bytes: Uint8Array, start: number, end: number): void {
    const last = Math.min(end, start + sampledOctets - this.octets);
    for (let at = start; at < last; at++) this.#counts[bytes[at]!]!++;
    if (last > start) this.octets += last - start;
  }

  get printable(): number {
    const counts = this.#counts;
    let sum = counts[0x09]! + counts[0x0a]! + counts[0x0d]!;
    for (let value = 0x20; value < 0x7f; value++) sum += counts[value]!;
    return sum;
  }

  get isText(): boolean {
    return this.printable >= printableShare * this.octets;
  }

  get isEven(): boolean {
    const counts = Uint16Array.from(this.#counts).sort();
    let octets = 0;
    const values = counts.length - framingValues;
    for (let at = 0; at < values; at++) octets += counts[at]!;
    const expected = octets / values;
    let statistic = 0;
    for (let at = 0; at < values; at++) statistic += (counts[at]! - expected) ** 2 / expected;
    return statistic <= mostUneven;
  }
}

/** The texture of both directions; a sample is made when its direction speaks. */
export class Texture {
  #client: Sample | null = null;
  #server: Sample | null = null;

  add(from: Side, bytes: Uint8Array, start: number, end: number): void {
    if (from === 'client') {
      this.#client ??= new Sample();
      this.#client.add(bytes, start, end);
    } else {
      this.#server ??= new Sample();
      this.#server.add(bytes, start, end);
    }
  }

  /**
   * `text` where all that was said is; `even` where all that is long enough to tell is, and what is not isn't text.
   */
  get verdict(): TextureVerdict {
    const samples = [this.#client, this.#server].filter((sample) => sample !== null);
    const octets = samples.reduce((sum, sample) => sum + sample.octets, 0);
    if (octets >= leastForText && samples.every((sample) => sample.isText)) return 'text';
    const long = samples.filter((sample) => sample.octets >= leastForEvenness);
    if (long.length === 0 || !long.every((sample) => sample.isEven)) return null;
    return samples.every((sample) => sample.octets < leastForText || !sample.isText) ? 'even' : null;
  }
}

/** Follows a stream of no known protocol: takes its texture, and looks for certificates and keys. */
export class UnnamedFollower implements Follower {
  readonly #texture: Texture;
  readonly #search: Follower;

  constructor(sink: ContentSink, texture: Texture) {
    this.#texture = texture;
    this.#search = scanStream(sink);
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    this.#texture.add(from, bytes, start, end);
    return this.#search.data(from, bytes, start, end, arrival);
  }

  gap(from: Side, length: number): number {
    return this.#search.gap(from, length);
  }

  end(): void {
    this.#search.end?.();
  }
}
