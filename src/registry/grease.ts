/**
 * Whether a 16-bit code is one of the sixteen that clients send to keep servers tolerant: 0x0a0a, 0x1a1a, … 0xfafa
 * (RFC 8701 §2). They mean nothing wherever they stand.
 */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >>> 8 === (code & 0xff);
}
