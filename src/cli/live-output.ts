import { closeSync, openSync, writeSync } from 'node:fs';
import { systemReason } from '../index.js';
import { UsageError } from './exit-codes.js';

/** The file of `--output` in a run that may outlive it: whoever rotates logs moves it away and sends SIGHUP. */
export class LiveOutputFile {
  readonly #path: string;
  #descriptor: number;

  /** Empties the file; throws a UsageError when it can't be opened. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'w');
    } catch (cause) {
      throw new UsageError(`cannot write to ${path}: ${systemReason(cause)}`, { cause });
    }
  }

  write(octets: Uint8Array): number {
    return writeSync(this.#descriptor, octets);
  }

  /** Goes on in whatever has the file's name now, behind what is in it; in the old file where that fails. */
  reopen(): void {
    const descriptor = openSync(this.#path, 'a');
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
