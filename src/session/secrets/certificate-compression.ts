// RFC 8879 §4: algorithms of CompressedCertificate. What comes out is bounded before it is made: a few octets can promise
// sixteen megabytes.
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { Decompress } from 'fzstd';
import { inWindow } from '../../base/inflate.js';
import { mostDecompressed } from './limits.js';

/** Algorithm numbers. IANA "TLS Certificate Compression Algorithm IDs", as of 2026-08-11. */
const algorithms = { zlib: 1, brotli: 2, zstd: 3 } as const;

/** What a zstd frame may ask for as its window: what RFC 8878 §3.1.1.1.2 wants every decoder to have. */
const maxWindow = 8_388_608;

/**
 * The body of the Certificate message, owned. Else why there is none: 'damaged' where the algorithm is unknown, the octets are
 * broken, or they hold more or less than the `length` that they declare; 'limit' where that is over `mostDecompressed`, and
 * nothing is done.
 */
export function decompressCertificate(
  algorithm: number,
  compressed: Uint8Array,
  length: number,
): Uint8Array | 'damaged' | 'limit' {
  if (length === 0) return 'damaged';
  if (length > mostDecompressed(compressed.length)) return 'limit';
  try {
    const message = decompress(algorithm, compressed, length);
    return message !== null && message.length === length ? message : 'damaged';
  } catch {
    return 'damaged';
  }
}

function decompress(algorithm: number, compressed: Uint8Array, length: number): Uint8Array | null {
  switch (algorithm) {
    case algorithms.zlib:
      return inflateSync(compressed, { maxOutputLength: length });
    case algorithms.brotli:
      return brotliDecompressSync(inWindow(compressed, length), { maxOutputLength: length });
    case algorithms.zstd:
      return unzstd(compressed, length);
    default:
      return null;
  }
}

/** Blocks of at most 128 KiB come out one by one, so that it can end when there is too much. */
function unzstd(compressed: Uint8Array, length: number): Uint8Array | null {
  if (zstdWindow(compressed) > maxWindow) return null;
  const message = new Uint8Array(length);
  let filled = 0;
  let over = false;
  const decoder = new Decompress((piece) => {
    if (filled + piece.length > length) over = true;
    else message.set(piece, filled);
    filled += piece.length;
  });
  for (let at = 0; at < compressed.length && !over; at += zstdStep) {
    const end = Math.min(at + zstdStep, compressed.length);
    decoder.push(compressed.slice(at, end), end === compressed.length);
  }
  return over ? null : message.subarray(0, filled);
}

/** Octets given to the decoder at a time: each block of four can stand for 128 KiB. */
const zstdStep = 64;

/** Window that a zstd frame asks for (RFC 8878 §3.1.1.1.2); infinite where it is no frame or needs a dictionary. */
function zstdWindow(frame: Uint8Array): number {
  const descriptor = frame[4] ?? 0xff;
  const isFrame = frame[0] === 0x28 && frame[1] === 0xb5 && frame[2] === 0x2f && frame[3] === 0xfd;
  if (!isFrame || (descriptor & 3) !== 0) return Number.POSITIVE_INFINITY;
  // A single segment's window is its content, which the decoder's caller bounds; it is not allocated ahead beyond this.
  if ((descriptor & 0x20) !== 0) return contentSize(frame, descriptor >> 6);
  const field = frame[5] ?? 0xff;
  const base = 2 ** (10 + (field >> 3));
  return base + (base / 8) * (field & 7);
}

function contentSize(frame: Uint8Array, flag: number): number {
  const octets = [1, 2, 4, 8][flag]!;
  // RFC 8878 §3.1.1.1.4: of two octets, 256 are taken off.
  let size = flag === 1 ? 256 : 0;
  for (let at = 0; at < octets; at++) size += (frame[5 + at] ?? 0) * 256 ** at;
  return size;
}
