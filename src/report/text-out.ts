/** Where a report goes: standard output, a file, a test's array. */
export interface TextOut {
  /** Takes UTF-8 bytes (lent: valid only during the call) or text. Blocks, or keeps a copy, when the reader is slow. */
  write(chunk: Uint8Array | string): void;
}
