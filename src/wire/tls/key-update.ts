// RFC 9846 (KeyUpdate): one octet, 0 or 1.

/** Whether a KeyUpdate's body asks the peer to update too; null when it is none. */
export function parseKeyUpdate(bytes: Uint8Array, start: number, end: number): boolean | null {
  if (Math.min(end, bytes.length) - start !== 1) return null;
  const request = bytes[start]!;
  return request > 1 ? null : request === 1;
}
