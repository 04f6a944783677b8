// What workers save and cost, by measurements on one machine: only ratios of these figures count.
import type { Compression } from '../../source/source.js';

/** Seconds of reading below which workers don't pay: each has to start, and learns anew what code is worth optimising. */
export const worthWorkers = 8;

/** Seconds that an octet of a file takes, of a capture with as much to say as a busy segment has. */
const secondsOfOctet = 1e-9;
const secondsOfPackedOctet = 8e-9;

/**
 * Seconds that a letter of what is handed over takes, written, sent and read again, four times over: what is saved must be worth the
 * second core. A capture of nothing but handshakes has nearly as many letters as octets, and is read faster than handed over.
 */
const secondsOfLetter = 4e-8;

/** Seconds that reading takes. */
export function secondsOfReading(octets: number, compression: Compression | null): number {
  return octets * (compression === null ? secondsOfOctet : secondsOfPackedOctet);
}

/** Whether so many letters are too many, of a file that was read up to `octets`. */
export function isDearer(letters: number, octets: number, compression: Compression | null): boolean {
  return letters * secondsOfLetter > secondsOfReading(octets, compression);
}
