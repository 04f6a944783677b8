/** Undoes the protection of one direction's records under one set of keys. */
export interface RecordOpener {
  /**
   * Whether a record may be tried under several sequence numbers: what a loss of records calls for. A stream cipher, or a chain
   * of blocks through all records, has no second try.
   */
  readonly canSearch: boolean;
  /** Type of the content that was opened last; in TLS 1.3 it stands inside. */
  contentType: number;
  /**
   * Opens the record of a type and version whose content is `bytes[start, end)`. Returns the plaintext, owned; null when it
   * is not authentic under these keys and this sequence number.
   */
  open(
    sequence: number,
    type: number,
    version: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null;
}

/** A sequence number as eight octets, big-endian, from `at` on. */
export function writeSequence(into: Uint8Array, at: number, sequence: number): void {
  const high = Math.floor(sequence / 0x1_0000_0000);
  for (let shift = 24, to = at; shift >= 0; shift -= 8, to++) {
    into[to] = (high >>> shift) & 0xff;
    into[to + 4] = (sequence >>> shift) & 0xff;
  }
}
