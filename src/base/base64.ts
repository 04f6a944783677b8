// Base64 and base64url (RFC 4648 §4 and §5), read leniently: both alphabets, with or without padding.

/** Value of each octet as a base64 digit; 64 = padding, 65 = white space, 255 = anything else. */
const digits: Uint8Array = new Uint8Array(256).fill(255);
const padding = 64;
const space = 65;
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  digits[character.charCodeAt(0)] = value;
digits[0x2d] = 62;
digits[0x5f] = 63;
digits[0x3d] = padding;
for (const blank of [0x20, 0x09, 0x0d, 0x0a]) digits[blank] = space;

/**
 * Decodes `bytes[start, end)` into `target`, as far as it reaches. Returns how many octets were written, or -1 where another
 * character than digits, white space and padding at the end stands.
 */
export function decodeBase64(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let written = 0;
  let held = 0;
  let bits = 0;
  let padded = false;
  for (let at = start; at < end; at++) {
    const digit = digits[bytes[at]!]!;
    if (digit === space) continue;
    if (digit === padding) {
      padded = true;
      continue;
    }
    if (digit > padding || padded) return -1;
    held = ((held << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    if (written === target.length) return written;
    target[written++] = (held >> bits) & 0xff;
  }
  return written;
}
