// Fields of protocols that have no builder of their own.

/** Octets of numbers and text, one octet a character. */
export function octets(...parts: (number | string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number' ? [part] : typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part],
    ),
  );
}

/** Numbers of two and four octets, big-endian and little-endian. */
export const u16 = (value: number): Uint8Array => octets(value >> 8, value & 255);
export const u32 = (value: number): Uint8Array => octets(u16(value >>> 16), u16(value & 0xffff));
export const little16 = (value: number): Uint8Array => u16(value).reverse();
export const little32 = (value: number): Uint8Array => u32(value).reverse();
