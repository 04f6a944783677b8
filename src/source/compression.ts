import { gunzipChunks } from './gzip.js';
import { unlz4Chunks } from './lz4.js';
import type { Chunks, Compression } from './source.js';
import { unzstdChunks } from './zstd.js';

/** Octets of the head by which packed data is told. */
export const magicLength = 4;

/** How the bytes that begin with `head` are packed; null = not, or by something unknown. */
export function identifyCompression(head: Uint8Array): Compression | null {
  if (head.length < magicLength) return null;
  const magic = (head[0]! | (head[1]! << 8) | (head[2]! << 16) | (head[3]! << 24)) >>> 0;
  if ((magic & 0xffffff) === 0x088b1f) return 'gzip';
  // A frame to be skipped may begin either of the two; only parallel zstd is known to write one first.
  if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return 'zstd';
  if (magic === 0x184d2204 || magic === 0x184c2102) return 'lz4';
  return null;
}

/** Pieces of unpacked bytes out of pieces of packed ones, a bounded number of octets at a time. */
export function unpack(compression: Compression, packed: Chunks): Chunks {
  if (compression === 'gzip') return gunzipChunks(packed);
  return compression === 'zstd' ? unzstdChunks(packed) : unlz4Chunks(packed);
}
