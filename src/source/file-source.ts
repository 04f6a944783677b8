import { closeSync, readSync } from 'node:fs';
import type { Compression, Source } from './source.js';

/** A regular file that isn't packed, read synchronously into the caller's buffer. */
export class FileSource implements Source {
  readonly path: string;
  readonly compression: Compression | null = null;
  readonly size: number;
  position = 0;
  endedEarly: string | null = null;
  #descriptor: number;

  /** Takes over `descriptor`, which stands at the file's beginning. */
  constructor(path: string, size: number, descriptor: number) {
    this.path = path;
    this.size = size;
    this.#descriptor = descriptor;
  }

  read(into: Uint8Array, offset: number): number {
    if (this.#descriptor < 0 || offset >= into.length) return 0;
    try {
      const taken = readSync(this.#descriptor, into, offset, into.length - offset, null);
      this.position += taken;
      return taken;
    } catch (thrown) {
      this.endedEarly = `reading failed at byte ${this.position}: ${(thrown as Error).message}`;
      return 0;
    }
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}
