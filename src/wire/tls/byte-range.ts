/** Where octets lie in the lent bytes that were parsed: absolute offsets, valid as long as the bytes are. */
export interface ByteRange {
  start: number;
  /** Exclusive. */
  end: number;
}
