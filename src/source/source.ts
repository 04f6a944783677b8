/** How the bytes of an input are packed; told by content, never by name. */
export type Compression = 'gzip' | 'zstd' | 'lz4';

/** The bytes of one input, unpacked, in order. */
export interface Source {
  /** As given; '-' for standard input. */
  readonly path: string;
  readonly compression: Compression | null;
  /** Octets of the file on disk; null where there is none. */
  readonly size: number | null;
  /** Octets taken from the file or pipe so far, packed as they are: over `size`, the progress. */
  readonly position: number;
  /** Why the bytes end before the input does (packed data cut or corrupt, a disk error); null while all is well. */
  readonly endedEarly: string | null;
  /**
   * Reads into `into` from `offset` on and returns how many octets, 0 at the end. A number where the bytes are at hand (a
   * plain file is read synchronously: 1.4 times as fast), else a promise. Never throws for what the bytes are.
   */
  read(into: Uint8Array, offset: number): number | Promise<number>;
  close(): void | Promise<void>;
}

/** Pieces of bytes in order; each is lent until the next is asked for. */
export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** Octets taken at a time from a packed file or a pipe. */
export const chunkLength: number = 64 * 1024;
