import { statSync } from 'node:fs';

/** How far the reading of one input is. */
export interface ReadingProgress {
  path: string;
  /** Octets taken from the file, packed as they are. */
  bytesRead: number;
  /** Null for pipes. */
  bytesTotal: number | null;
  /** Packets of this input so far. */
  packets: number;
  /** How far the whole run is; absent where there is one input. */
  run?: RunProgress;
}

/** How far a run over several inputs is. */
export interface RunProgress {
  /** From 1. */
  file: number;
  files: number;
  /** Octets of all inputs up to here; of those before, `bytesSkipped` were not read now but earlier. */
  bytesRead: number;
  bytesSkipped: number;
  /** Of all inputs, as long as they were when the run began; pipes left out. */
  bytesTotal: number;
}

/** Adds the inputs of a run up. */
export class ProgressTally {
  readonly #tell: ((progress: ReadingProgress) => void) | undefined;
  readonly #paths: readonly string[];
  readonly #sizes: readonly number[];
  readonly #total: number;
  #file = 0;
  /** Octets of the files before the one being read. */
  #before = 0;
  #skipped = 0;
  /** Octets of files that are read ahead, by path, and of all of them together. */
  readonly #ahead: Map<string, number> = new Map();
  #aheadOctets = 0;

  /** `paths` are read in this order. */
  constructor(paths: readonly string[], tell: ((progress: ReadingProgress) => void) | undefined) {
    this.#tell = tell;
    this.#paths = paths;
    this.#sizes = tell === undefined || paths.length < 2 ? [] : paths.map(sizeOf);
    this.#total = this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The next `files` need not be read: that was done earlier. */
  skip(files: number): void {
    for (let left = files; left > 0; left--) this.#next();
    // Whoever is begun next counts the last of them as read.
    this.#skipped = this.#before + (this.#sizes[this.#file - 1] ?? 0);
  }

  /** The next file is read: told where there are several, however small it is. */
  begin(path: string): void {
    this.#next();
    if (this.#sizes.length === 0) return;
    this.tell({ path, bytesRead: 0, bytesTotal: this.#sizes[this.#file - 1]!, packets: 0 });
  }

  #next(): void {
    if (this.#file > 0) this.#before += this.#sizes[this.#file - 1] ?? 0;
    this.#readAhead(this.#paths[this.#file] ?? '', 0);
    this.#file++;
  }

  /** Tells how far its reading is. */
  tell(progress: ReadingProgress): void {
    if (this.#sizes.length === 0) {
      this.#tell?.(progress);
      return;
    }
    const run: RunProgress = {
      file: this.#file,
      files: this.#sizes.length,
      bytesRead: this.#before + progress.bytesRead + this.#aheadOctets,
      bytesSkipped: this.#skipped,
      bytesTotal: this.#total,
    };
    this.#tell?.({ ...progress, run });
  }

  /** Tells how far the reading of a file is that is read before its turn. */
  ahead(progress: ReadingProgress): void {
    if (!this.#paths.includes(progress.path, this.#file)) return;
    this.#readAhead(progress.path, progress.bytesRead);
    this.tell({ ...progress, bytesRead: this.#sizes[this.#file - 1] ?? 0 });
  }

  #readAhead(path: string, octets: number): void {
    this.#aheadOctets += octets - (this.#ahead.get(path) ?? 0);
    if (octets === 0) this.#ahead.delete(path);
    else this.#ahead.set(path, octets);
  }
}

function sizeOf(path: string): number {
  try {
    const status = statSync(path);
    return status.isFile() ? status.size : 0;
  } catch {
    return 0;
  }
}
