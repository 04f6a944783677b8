// Patterns of lengths that both flights show.
import type { RecordRun } from './inference-records.js';
import {
  emptyCertificateOctets,
  type InferenceSizes,
  isFullRecord,
  isVerifyLength,
  jssePadding,
  paddedInner,
  paddingUnit,
  smallBlock,
  smallestOddBlock,
} from './inference-sizes.js';

/** Padding to a block is believed when this many records, or all where there are fewer, fit it. */
const paddedRecords = 6;

/** CertificateVerify and Finished are looked for in so many records; longer flights are not seen. */
const longestFlight = 64;

/** Records of equal length are pieces of one message only from here on: shorter limits are not in use. */
const shortestLimit = 256;

/**
 * Index of the first Finished that stands right after a CertificateVerify at index `from` or later; -1 = there is none
 * before a loss.
 */
export function findVerifyAndFinished(records: RecordRun, from: number, sizes: InferenceSizes): number {
  const end = Math.min(records.whole, longestFlight);
  for (let at = from; at + 1 < end; at++) if (verifyAndFinishedAt(records, at, sizes)) return at + 1;
  return -1;
}

/** Index of the first record as long as a lone Finished; -1 = there is none before a loss. */
export function findFinished(records: RecordRun, sizes: InferenceSizes): number {
  if (isPadded(records)) return findPaddedFinished(records, paddingBlock(records), sizes);
  for (let at = 0; at < records.whole; at++) {
    const padding = records.content(at) - sizes.finished;
    if (padding === 0 || padding === jssePadding) return at;
  }
  return -1;
}

/**
 * Zero octets that this side adds to each record, as the one at index `finished` tells, which ends with its Finished: none or as
 * many as JSSE; -1 = not told.
 */
export function paddingOf(records: RecordRun, finished: number, sizes: InferenceSizes): number {
  if (finished < 0) return -1;
  const beside = records.content(finished) - sizes.finished;
  for (const padding of [0, jssePadding]) {
    const octets = beside - padding;
    if (octets === 0 || octets === emptyCertificateOctets || isVerifyLength(octets)) return padding;
  }
  return -1;
}

function verifyAndFinishedAt(records: RecordRun, at: number, sizes: InferenceSizes): boolean {
  if (at + 1 >= records.whole) return false;
  const padding = records.content(at + 1) - sizes.finished;
  if (padding !== 0 && padding !== jssePadding) return false;
  return isVerifyLength(records.content(at) - padding);
}

/**
 * Index of the record in which the message that begins at index `at` ends: a record as long as a limit allows, or as long as
 * the one after it, goes on in the next. A longer one after it shows that there is no such limit.
 */
export function messageEnd(records: RecordRun, at: number): number {
  let end = at;
  while (end + 1 < records.whole) {
    const length = records.length(end);
    const isOneOfEqual = records.length(end + 1) === length || (end > at && records.length(end - 1) === length);
    if (!isFullRecord(records.content(end)) && !(isOneOfEqual && length >= shortestLimit)) break;
    if (records.length(end + 1) > length) break;
    end++;
  }
  return end;
}

/**
 * Index of the first record as long as a lone Finished that is padded to a block; -1 = there is none before a loss, or the block
 * is so long that other messages fill one as well.
 */
export function findPaddedFinished(records: RecordRun, block: number, sizes: InferenceSizes): number {
  if (block > smallBlock) return -1;
  const finished = paddedInner(sizes.finished, block);
  for (let at = 0; at < records.whole; at++) if (records.inner(at) === finished) return at;
  return -1;
}

/**
 * Whether the records' lengths all fit a padding to some block. No Finished without padding does: it has 37 octets or 53, and as
 * many as JSSE adds.
 */
export function isPadded(records: RecordRun): boolean {
  const count = Math.min(records.whole, paddedRecords);
  if (count === 0) return false;
  const first = records.inner(0);
  // One record alone is a multiple of 16 by chance too often, if it can hold a whole flight.
  const unit = count === 1 && first > smallestOddBlock ? 2 * paddingUnit : paddingUnit;
  if (areMultiples(records, count, unit)) return true;
  return count > 1 && first >= smallestOddBlock && areMultiples(records, count, first);
}

function areMultiples(records: RecordRun, count: number, unit: number): boolean {
  for (let at = 0; at < count; at++) if (records.inner(at) % unit !== 0) return false;
  return true;
}

/** The block that all of the first records are padded to: their lengths' greatest common divisor. */
export function paddingBlock(records: RecordRun): number {
  const count = Math.min(records.whole, paddedRecords);
  let block = 0;
  for (let at = 0; at < count; at++) block = greatestCommonDivisor(records.inner(at), block);
  return block;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
