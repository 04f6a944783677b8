// RFC 9846 (Record Protocol), RFC 5246 §6.2: one direction's records, in step by their headers.
import { u16 } from '../../base/bytes.js';
import { type Arrival, type Direction, skipAll } from '../../model/stream.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { isTlsRecordHeader, recordHeaderLength } from '../../wire/tls/record.js';
import { maxStepSearches } from '../limits.js';

/** Reason of a loss that is none of the capture's: what stands behind a record's end is no record header. */
export const outOfStep = 'record headers are out of step';

/** What the record layer hands on. Bytes are lent for the call. */
export interface RecordSink {
  /** A record begins at `offset` of its direction's stream. Returns whether its content is wanted; where it isn't, its octets are stepped over unread. */
  recordBegins(direction: Direction, type: number, length: number, offset: number, arrival: Arrival): boolean;
  /** A piece of the content of a wanted record. */
  content(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void;
  /**
   * Octets of a wanted record are lost, or (not `inStep`) record headers: what follows may not begin a message.
   */
  lost(direction: Direction, reason: string, inStep: boolean): void;
}

/**
 * Steps over the records of one direction. After a gap, or from the middle of a connection, it looks for a header at the
 * beginning of each stretch of bytes and goes on from there.
 */
export class RecordLayer {
  /** Record headers seen. */
  records = 0;
  /** Whether the next octets are the content of a record or a header; at first taken for granted. */
  #inStep = true;
  #type = 0;
  #remaining = 0;
  #wanted = false;
  /** Octets of a header that is cut between two stretches of bytes, as one number, and how many they are. */
  #header = 0;
  #headerLength = 0;
  #searches = 0;

  /** Whether one record went by, whole, and nothing else. */
  get hadOneRecord(): boolean {
    return (
      this.records === 1 && this.#inStep && this.#remaining === 0 && this.#headerLength === 0 && this.#searches === 0
    );
  }

  /** Takes bytes in order; returns how many after them need not be lent (see `Conversation.data`). */
  step(
    sink: RecordSink,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): number {
    let at = start;
    if (!this.#inStep) {
      if (this.#searches++ >= maxStepSearches) return skipAll;
      if (!beginsInStep(bytes, start, end)) return 0;
    }
    while (at < end) {
      if (this.#remaining > 0) {
        const take = Math.min(this.#remaining, end - at);
        this.#remaining -= take;
        if (this.#wanted) sink.content(direction, this.#type, bytes, at, at + take, arrival);
        at += take;
        if (this.#remaining > 0 && !this.#wanted) {
          const rest = this.#remaining;
          this.#remaining = 0;
          return rest;
        }
        continue;
      }
      if (this.#headerLength === 0 && end - at >= recordHeaderLength) {
        if (!this.#begin(sink, direction, bytes, at, arrival.offset + at - start, arrival)) return 0;
        at += recordHeaderLength;
        continue;
      }
      this.#header = this.#header * 256 + bytes[at++]!;
      if (++this.#headerLength < recordHeaderLength) continue;
      if (!this.#beginCut(sink, direction, arrival.offset + at - start - recordHeaderLength, arrival)) return 0;
    }
    return 0;
  }

  /** `length` octets are missing; returns how many after them need not be lent. */
  stepOver(sink: RecordSink, direction: Direction, length: number): number {
    const inStep = this.#remaining >= length && this.#headerLength === 0;
    if (this.#wanted || !inStep) {
      sink.lost(direction, 'octets are missing from the capture', inStep);
    }
    if (inStep) {
      // What is left of the record can't be read any more, but where it ends is known.
      const rest = this.#remaining - length;
      this.#remaining = 0;
      this.#wanted = false;
      return rest;
    }
    this.#outOfStep();
    return 0;
  }

  #begin(
    sink: RecordSink,
    direction: Direction,
    bytes: Uint8Array,
    at: number,
    offset: number,
    arrival: Arrival,
  ): boolean {
    if (!isTlsRecordHeader(bytes, at)) {
      sink.lost(direction, outOfStep, false);
      this.#outOfStep();
      return false;
    }
    this.#inStep = true;
    this.records++;
    this.#type = bytes[at]!;
    this.#remaining = u16(bytes, at + 3);
    this.#wanted = sink.recordBegins(direction, this.#type, this.#remaining, offset, arrival);
    return true;
  }

  /** Begins with a header whose octets came in several stretches. */
  #beginCut(sink: RecordSink, direction: Direction, offset: number, arrival: Arrival): boolean {
    for (let at = recordHeaderLength - 1; at >= 0; at--) {
      cutHeader[at] = this.#header % 256;
      this.#header = Math.floor(this.#header / 256);
    }
    this.#headerLength = 0;
    return this.#begin(sink, direction, cutHeader, 0, offset, arrival);
  }

  #outOfStep(): void {
    this.#inStep = false;
    this.#remaining = 0;
    this.#header = 0;
    this.#headerLength = 0;
    this.#wanted = false;
  }
}

/** Serves every connection: a header is looked at before the next is put together. */
const cutHeader = new Uint8Array(recordHeaderLength);

/**
 * Whether a stretch of bytes begins with a record header that what follows bears out: the record ends with the stretch, or
 * runs past it, or another header stands behind it.
 */
export function beginsInStep(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (let headers = 0; headers < 3; headers++) {
    if (end - at < recordHeaderLength) return headers > 0;
    if (!isTlsRecordHeader(bytes, at)) return false;
    // A header in the middle of a connection is most often application data; other types are short.
    const length = u16(bytes, at + 3);
    if (bytes[at] === tlsContentTypes.change_cipher_spec && length !== 1) return false;
    at += recordHeaderLength + length;
    if (at >= end) return true;
  }
  return true;
}
