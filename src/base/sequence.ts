// Sequence numbers live modulo 2^32 (RFC 9293 §3.4). They are kept as int32, so that a difference is one subtraction.

/** Octets from `from` to `to`, signed: negative when `to` lies before `from`. Right while they are under 2^31 apart. */
export function sequenceDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/** `sequence` moved on by `octets`, as an int32. */
export function sequenceAdd(sequence: number, octets: number): number {
  return (sequence + octets) | 0;
}
