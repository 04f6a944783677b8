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
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most };
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
        return brotliDecompressSync(input, {
          finishFlush: constants.BROTLI_OPERATION_FLUSH,
          maxOutputLength: most,
        });
    }
  } catch {
    return null;
  }
}
