import { ownBytes, sameBytes } from '../base/bytes.js';
import { sequenceAdd, sequenceDistance } from '../base/sequence.js';
import type { Origin } from './flow-arrival.js';

/** What a segment costs beside its octets: the object, the array and its buffer. */
const segmentOverhead = 224;

/** What a direction costs that holds anything: this object, its list and its place in the map. */
const listOverhead = 256;

/** Octets of a stream that arrived before their turn. */
export interface HeldSegment extends Origin {
  sequence: number;
  length: number;
  /** A copy; null where the conversation doesn't need the octets. Shorter than `length` when the snap length cut it. */
  bytes: Uint8Array | null;
}

/** A FIN that arrived before its turn; `sequence` is its own number, the one behind the last octet. */
export interface HeldFin extends Origin {
  sequence: number;
}

/**
 * What one direction holds out of order.
 *
 * Invariant: segments are sorted by sequence number, none is empty, and no two overlap. The first copy of an octet wins.
 */
export class HeldSegments {
  readonly segments: HeldSegment[] = [];
  /** Octets of memory, bookkeeping included. */
  cost: number = listOverhead;
  /** When the receiver was first seen to know what the present hole hides, in seconds since 1970; NaN = not yet. */
  knownAt: number = Number.NaN;
  fin: HeldFin | null = null;

  /** What comes first in the stream, the FIN included. */
  get first(): HeldSegment | HeldFin {
    const segment = this.segments[0];
    const fin = this.fin;
    if (segment === undefined) return fin!;
    return fin !== null && sequenceDistance(fin.sequence, segment.sequence) >= 0 ? fin : segment;
  }

  /**
   * Holds `length` octets at `sequence`; those of them in `bytes[start, end)` are copied unless `needed` is false. Returns
   * true when octets that were held already came again with other content.
   */
  hold(
    sequence: number,
    length: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    needed: boolean,
    origin: Origin,
  ): boolean {
    let conflict = false;
    let index = this.#firstEndingAfter(sequence);
    let at = 0; // octets of the new segment dealt with
    while (at < length) {
      const held = this.segments[index];
      const free = held === undefined ? length - at : sequenceDistance(sequenceAdd(sequence, at), held.sequence);
      if (held !== undefined && free <= 0) {
        // These octets are held already: compare, keep the first.
        const inHeld = -free;
        const common = Math.min(length - at, held.length - inHeld);
        const have = held.bytes === null ? 0 : Math.min(common, held.bytes.length - inHeld, end - start - at);
        if (have > 0 && !sameBytes(bytes, start + at, held.bytes!, inHeld, have)) conflict = true;
        at += common;
        index++;
        continue;
      }
      const take = Math.min(free, length - at);
      const from = Math.min(start + at, end);
      const copy = needed ? ownBytes(bytes, from, Math.min(from + take, end)) : null;
      this.cost += segmentOverhead + (copy?.length ?? 0);
      this.segments.splice(index, 0, {
        sequence: sequenceAdd(sequence, at),
        length: take,
        bytes: copy,
        frame: origin.frame,
        seconds: origin.seconds,
        nanoseconds: origin.nanoseconds,
        acknowledged: origin.acknowledged,
      });
      index++;
      at += take;
    }
    return conflict;
  }

  /** Takes out the first segment. */
  shift(): void {
    const first = this.segments.shift();
    if (first !== undefined) this.cost -= segmentOverhead + (first.bytes?.length ?? 0);
  }

  #firstEndingAfter(sequence: number): number {
    let low = 0;
    let high = this.segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const held = this.segments[middle]!;
      if (sequenceDistance(sequence, sequenceAdd(held.sequence, held.length)) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
