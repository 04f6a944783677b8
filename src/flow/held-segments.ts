import { ownBytes, sameBytes } from '../base/bytes.js';
import { sequenceAdd, sequenceDistance } from '../base/sequence.js';

/** Octets of a stream that arrived before their turn. */
export interface HeldSegment {
  sequence: number;
  length: number;
  /** A copy; null where the conversation doesn't need the octets. Shorter than `length` when the snap length cut it. */
  bytes: Uint8Array | null;
  frame: number;
  seconds: number;
  nanoseconds: number;
  acknowledged: number;
}

/**
 * What one direction holds out of order.
 *
 * Invariant: segments are sorted by sequence number, none is empty, and no two overlap. The first copy of an octet wins.
 */
export class HeldSegments {
  readonly segments: HeldSegment[] = [];
  /** Octets copied. */
  octets = 0;
  /** Packet clock when the present hole was first seen. */
  since = 0;
  /** Sequence number behind the last octet, when a FIN came out of order; null otherwise. */
  finSequence: number | null = null;
  finFrame = 0;

  /**
   * Holds `length` octets at `sequence`; those of them in `bytes[start, end)` are copied unless `needed` is false. Returns
   * true when octets that were held already came again with other content.
   */
  hold(
    segment: Omit<HeldSegment, 'bytes' | 'length'>,
    length: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    needed: boolean,
  ): boolean {
    let conflict = false;
    let index = this.#firstEndingAfter(segment.sequence);
    let at = 0; // octets of the new segment dealt with
    while (at < length) {
      const held = this.segments[index];
      const free =
        held === undefined ? length - at : sequenceDistance(sequenceAdd(segment.sequence, at), held.sequence);
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
      this.octets += copy === null ? 0 : copy.length;
      this.segments.splice(index, 0, {
        ...segment,
        sequence: sequenceAdd(segment.sequence, at),
        length: take,
        bytes: copy,
      });
      index++;
      at += take;
    }
    return conflict;
  }

  /** Takes out the first segment. */
  shift(): HeldSegment | undefined {
    const first = this.segments.shift();
    if (first?.bytes) this.octets -= first.bytes.length;
    return first;
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
