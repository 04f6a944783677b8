// Patterns of lengths that both flights show.
import type { RecordRun } from './inference-records.js';
import { type InferenceSizes, isFullRecord, isVerifyLength, jssePadding, paddingUnit } from './inference-sizes.js';

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
  for (let at = 0; at < records.whole; at++) {
    const padding = records.content(at) - sizes.finished;
    if (padding === 0 || padding === jssePadding) return at;
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

/** Whether the records' lengths all fit a padding to some block. */
export function isPadded(records: RecordRun): boolean {
  const count = Math.min(records.whole, paddedRecords);
  for (let at = 0; at < count; at++) if (records.inner(at) % paddingUnit !== 0) return false;
  return count > 0;
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
