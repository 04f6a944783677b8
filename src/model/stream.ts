// The door between flow (ordered bytes) and session (what was said).

/**
 * A direction of a connection: 0 (called a) sent the first packet seen, 1 (b) is its peer. Who is client is decided later.
 */
export type Direction = 0 | 1;

/** Returned by a conversation that needs nothing more from this direction. */
export const skipAll = 0x7fffffff;

/** When and where the bytes in hand were captured; lent, one instance per run. */
export interface Arrival {
  /** Frame that carried the bytes (for held bytes: the frame that carried them, not the one that released them). */
  frame: number;
  seconds: number;
  nanoseconds: number;
  /**
   * The acknowledgment the segment carried, as an offset into the other direction's byte stream (octets since its first),
   * or -1 where it can't be told. Tells what the sender had received when it spoke.
   */
  acknowledged: number;
  /** Offset of the first lent octet in its direction's byte stream, counted from the first octet seen (after the SYN). */
  offset: number;
}

/**
 * What is said on one connection. Bytes of a direction come in order, each once; what is missing is a `gap`. Between calls
 * nothing lent may be kept.
 */
export interface Conversation {
  /**
   * Bytes of a TCP stream. Returns how many octets after these need not be lent (0 = go on, `skipAll` = never again): the
   * flow only counts them. A gap wholly inside skipped octets is not reported.
   */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
  /** `length` octets are missing from the stream before the next bytes. Returns like `data`. */
  gap(direction: Direction, length: number, arrival: Arrival): number;
  /** One UDP payload. Returns like `data`, in datagrams: 0 or `skipAll`. */
  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
  /**
   * The direction was closed by FIN, after all its bytes; or both by RST (`reset`), told when it comes: bytes that were on
   * their way may follow.
   */
  closed(direction: Direction, reset: boolean, arrival: Arrival): void;
}
