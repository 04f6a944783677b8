// A file of records as an input: it is gone through twice, for what connections are judged by (their certificates) is written when
// everything was seen, and so stands behind them. What can't be read twice, a pipe, is laid aside on disk meanwhile.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSource } from './file-source.js';
import { openSource, standardInput } from './open.js';
import { type RecordLine, RecordLines } from './record-lines.js';
import type { Source } from './source.js';
import { sourceErrorOf } from './source-error.js';

/** Octets read at a time. */
const chunkOctets = 262_144;

/** Chunks between two looks at the event loop. */
const chunksPerTurn = 8;

/** A file of records that was opened. */
export class RecordsInput {
  readonly path: string;
  readonly #first: Source;
  readonly #aside: Aside | null;
  readonly #chunk: Buffer = Buffer.allocUnsafe(chunkOctets);
  /** Octets, unpacked, that the first reading found: a sensor may write on meanwhile. */
  #octets = 0;
  #endedEarly: string | null = null;

  /** `source` stands at its beginning. */
  constructor(source: Source) {
    this.path = source.path;
    this.#first = source;
    this.#aside = isFile(source.path) ? null : new Aside();
  }

  /** Why the octets ended before the input did; null while all is well. Of the first reading. */
  get endedEarly(): string | null {
    return this.#endedEarly;
  }

  /** Goes through all lines for the first time. `turn` is called every few chunks; where it answers false, so does this. */
  async first(onLine: (line: RecordLine) => void, turn: (source: Source) => Promise<boolean>): Promise<boolean> {
    const source = this.#first;
    const wholly = await this.#read(source, Number.MAX_SAFE_INTEGER, onLine, turn);
    this.#endedEarly = source.endedEarly;
    return wholly;
  }

  /** Goes through the same lines again. */
  async again(onLine: (line: RecordLine) => void, turn: (source: Source) => Promise<boolean>): Promise<boolean> {
    const source = this.#aside === null ? await openSource(this.path) : this.#aside.open(this.path);
    try {
      return await this.#read(source, this.#octets, onLine, turn);
    } finally {
      await source.close();
    }
  }

  close(): void {
    this.#aside?.close();
  }

  async #read(
    source: Source,
    most: number,
    onLine: (line: RecordLine) => void,
    turn: (source: Source) => Promise<boolean>,
  ): Promise<boolean> {
    const isFirst = most === Number.MAX_SAFE_INTEGER;
    const lines = new RecordLines(onLine);
    const chunk = this.#chunk;
    let left = most;
    for (let chunks = 1; left > 0; chunks++) {
      const reading = source.read(chunk, 0);
      const taken = Math.min(left, typeof reading === 'number' ? reading : await reading);
      if (taken === 0) break;
      left -= taken;
      if (isFirst) {
        this.#octets += taken;
        this.#aside?.write(chunk, taken);
      }
      lines.push(chunk, taken);
      if (chunks % chunksPerTurn === 0 && !(await turn(source))) return false;
    }
    lines.end();
    return true;
  }
}

/** Octets that are laid aside on disk, readable by nobody else. */
class Aside {
  readonly #folder: string;
  readonly #path: string;
  #descriptor: number;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'barewire-'));
    this.#path = join(this.#folder, 'records');
    this.#descriptor = openSync(this.#path, 'wx', 0o600);
  }

  /** Throws a `SourceError` where the disk is full. */
  write(bytes: Buffer, length: number): void {
    try {
      for (let at = 0; at < length; ) at += writeSync(this.#descriptor, bytes, at, length - at);
    } catch (thrown) {
      throw sourceErrorOf(this.#path, thrown);
    }
  }

  /** What was laid aside, as a source under the name of what it came from. */
  open(path: string): Source {
    this.#closeWriting();
    return new FileSource(path, statSync(this.#path).size, openSync(this.#path, 'r'));
  }

  close(): void {
    this.#closeWriting();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #closeWriting(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

function isFile(path: string): boolean {
  try {
    return path !== standardInput && statSync(path).isFile();
  } catch {
    return false;
  }
}
