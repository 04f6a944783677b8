// The one door to decompression: node:zlib, which is deterministic and has no side effect when it is called with all the input
// at hand. Its errors end here: what is broken or over the bound gives null.
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** Formats that content crosses wires in (RFC 9110 §8.4.1, RFC 7932, RFC 7692). */
export type CompressedFormat = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

/**
 * Decompresses `bytes[start, end)` as far as they go: content that was cut gives what is there. Null where it is broken from the
 * start, or has more than `most` octets. The result is owned.
 */
export function inflate(
  format: CompressedFormat,
  bytes: Uint8Array,
  start: number,
  end: number,
  most: number,
): Uint8Array | null {
  const input = bytes.subarray(start, end);
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most, chunkSize: chunkFor(most) };
  try {
    switch (format) {
      case 'gzip':
        return gunzipSync(input, options);
      case 'deflate':
        // Some servers leave out the header that 'deflate' means (RFC 9110 §8.4.1.2).
        return ((input[0] ?? 0) & 0x0f) === 8 ? inflateSync(input, options) : inflateRawSync(input, options);
      case 'deflate-raw':
        return inflateRawSync(input, options);
      case 'br':
        return brotliDecompressSync(inWindow(input, most), {
          finishFlush: constants.BROTLI_OPERATION_FLUSH,
          maxOutputLength: most,
          chunkSize: chunkFor(most),
        });
    }
  } catch {
    return null;
  }
}

/** Octets of output that room is made for at a time: a new buffer of the usual 16 KiB costs more than inflating a small body. */
function chunkFor(most: number): number {
  return Math.min(16_384, Math.max(1_024, most));
}

/** RFC 7932 §9.1: windows of 2^18 octets and more are written in four bits, of which the first is 1. */
const smallestOfFourBits = 18;
/** RFC 7932 §9.1: a window of so many bits reaches back as far as that, less 16. */
const windowMargin = 16;

/**
 * A brotli stream (RFC 7932) with a window no larger than `most` octets need, lent or owned. As long as no more than these come
 * out, every distance means the same; and a decoder makes and fills a window of up to 16 MiB before it shows the first octet: 14
 * octets take 30 ms.
 */
export function inWindow(stream: Uint8Array, most: number): Uint8Array {
  const first = stream[0] ?? 0;
  const written = (first >> 1) & 7;
  if ((first & 1) === 0 || written === 0) return stream;
  let needed = smallestOfFourBits;
  while (2 ** needed - windowMargin < most && needed < smallestOfFourBits - 1 + written) needed++;
  if (needed === smallestOfFourBits - 1 + written) return stream;
  // Not `slice`, which of a Buffer is a view.
  const narrowed = new Uint8Array(stream);
  narrowed[0] = (first & 0xf0) | ((needed - smallestOfFourBits + 1) << 1) | 1;
  return narrowed;
}
