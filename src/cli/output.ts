import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { systemReason, type TextOut } from '../index.js';
import { UsageError } from './exit-codes.js';

/** Text is gathered up to this many characters before it is written, unless a person is watching. */
const gatheredCharacters = 1 << 16;

const encoder = new TextEncoder();
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes a report to a descriptor. The first failure ends the writing: `failure` says why, `onFailure` is called once, and
 * what comes later is dropped. A reader that has gone (EPIPE) is the commonest, and no error of ours.
 */
export class Output implements TextOut {
  readonly #write: (octets: Uint8Array) => number;
  readonly #immediate: boolean;
  readonly #onFailure: () => void;
  #gathered = '';
  failure: NodeJS.ErrnoException | null = null;

  constructor(write: (octets: Uint8Array) => number, immediate: boolean, onFailure: () => void) {
    this.#write = write;
    this.#immediate = immediate;
    this.#onFailure = onFailure;
  }

  write(chunk: Uint8Array | string): void {
    if (typeof chunk === 'string') {
      this.#gathered += chunk;
      if (this.#immediate || this.#gathered.length >= gatheredCharacters) this.flush();
    } else {
      this.flush();
      this.#writeAll(chunk);
    }
  }

  /** Writes what was gathered. */
  flush(): void {
    if (this.#gathered === '') return;
    const octets = encoder.encode(this.#gathered);
    this.#gathered = '';
    this.#writeAll(octets);
  }

  #writeAll(octets: Uint8Array): void {
    let rest = octets;
    while (rest.length > 0 && this.failure === null) {
      try {
        rest = rest.subarray(this.#write(rest));
      } catch (error) {
        const failure = error as NodeJS.ErrnoException;
        // Somebody made the pipe non-blocking, and it is full: wait for the reader.
        if (failure.code === 'EAGAIN') Atomics.wait(pause, 0, 0, 5);
        else {
          this.failure = failure;
          this.#onFailure();
        }
      }
    }
  }
}

/** A file that is emptied only when the first octet for it is there, and not left behind when none comes. */
export class OutputFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #created: boolean;
  #written = false;

  /** Throws a UsageError when the file can't be opened or is one of `inputs`. */
  constructor(path: string, inputs: readonly string[]) {
    this.#path = path;
    this.#created = !existsSync(path);
    try {
      this.#descriptor = openSync(path, this.#created ? 'wx' : 'r+');
    } catch (error) {
      // A pipe or a device can't be opened for reading and writing by everyone.
      if (this.#created) throw new UsageError(`cannot write to ${path}: ${systemReason(error)}`, { cause: error });
      this.#descriptor = openToWrite(path);
    }
    if (inputs.some((input) => this.#is(input))) {
      closeSync(this.#descriptor);
      throw new UsageError(`--output ${path} is one of the inputs`);
    }
  }

  write(octets: Uint8Array): number {
    if (!this.#written) {
      this.#written = true;
      if (fstatSync(this.#descriptor).isFile()) ftruncateSync(this.#descriptor);
    }
    return writeSync(this.#descriptor, octets);
  }

  close(): void {
    closeSync(this.#descriptor);
    if (this.#created && !this.#written) unlinkSync(this.#path);
  }

  #is(input: string): boolean {
    const own = fstatSync(this.#descriptor);
    const other = statSync(input, { throwIfNoEntry: false });
    return other !== undefined && other.ino === own.ino && other.dev === own.dev;
  }
}

function openToWrite(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw new UsageError(`cannot write to ${path}: ${systemReason(error)}`, { cause: error });
  }
}

/**
 * False when the reader has left: it has what it wanted (`analyze … | head`), and that is no error. Throws a UsageError where
 * `path` (standard output without one) can't be written.
 */
export function wasWritten(out: Output, path: string | undefined): boolean {
  if (out.failure === null) return true;
  if (out.failure.code === 'EPIPE') return false;
  const cause = out.failure;
  throw new UsageError(`cannot write to ${path ?? 'standard output'}: ${systemReason(cause)}`, { cause });
}
