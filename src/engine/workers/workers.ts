// Programs of our own that read captures by themselves, ahead of the one that judges them all. Processes and no threads: two
// threads that unpack gzip in one process wait for each other's memory, and take half as long again (measured on 1 GB each).
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type FileKind, kindOfFile } from '../../source/file-kind.js';
import type { ReadingProgress } from '../reading-progress.js';
import { secondsOfReading, worthWorkers } from './costs.js';
import type { ApartSetup, ReadApart } from './read-apart.js';
import type { Asked, Said } from './worker.js';

/** Captures that may be read ahead, for each worker: what was found waits in memory. */
const aheadOfWorker = 2;

/** Captures in a row that are better read where they are judged: those that follow are like them. */
const enoughRefusals = 2;

/** The captures of a run in order. */
type Sets = readonly { readonly paths: readonly string[] }[];

/** How many workers read the captures best; `asked` is what the user said. Less than two = none beside the one that judges. */
export function workersFor(
  asked: number | 'auto',
  { keylogs, authorities, revocationLists }: ApartSetup,
  sets: Sets,
): number {
  // Each worker reads these again: without the keys of a pipe it would find something else.
  if ([...keylogs, ...authorities, ...revocationLists].some((path) => kindOfFile(path) === null)) return 0;
  const readable = sets.map(kindsOf).filter((kinds) => kinds !== null);
  const most = Math.min(asked === 'auto' ? availableParallelism() : asked, readable.length);
  if (asked !== 'auto' || most < 2) return most;
  const seconds = readable.flat().reduce((sum, { size, compression }) => sum + secondsOfReading(size, compression), 0);
  return seconds < worthWorkers ? 0 : most;
}

/** The files of a capture; null where one of them can't be read twice. */
function kindsOf({ paths }: Sets[number]): FileKind[] | null {
  const kinds = paths.map(kindOfFile).filter((kind) => kind !== null);
  return kinds.length < paths.length ? null : kinds;
}

/** One worker, and the capture that it has. */
class ReadingWorker {
  readonly #process: ChildProcess;
  /** Takes what became of its capture. */
  #settle: ((read: ReadApart | null) => void) | null = null;
  #isGone = false;

  /** `onIdle` is called when it can take a capture. */
  constructor(
    setup: ApartSetup,
    onIdle: (worker: ReadingWorker) => void,
    onProgress: (progress: ReadingProgress) => void,
  ) {
    const path = fileURLToPath(new URL('./worker.js', import.meta.url));
    this.#process = fork(path, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#process.on('message', (said: Said) => {
      // What it said before it was ended may come after that.
      if (this.#isGone) return;
      if ('progress' in said) {
        onProgress(said.progress);
        return;
      }
      if ('read' in said) this.#answer(said.read);
      onIdle(this);
    });
    // Where no process may be started, or one ends before its time, there is still the one that judges.
    this.#process.on('error', () => this.#leave());
    this.#process.on('exit', () => this.#leave());
    this.#ask({ setup });
  }

  /** Reads a capture; null where it must be read by whoever asks. */
  async read(paths: readonly string[]): Promise<ReadApart | null> {
    if (this.#isGone) return null;
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#ask({ paths });
    });
  }

  end(): void {
    this.#process.kill();
    this.#leave();
  }

  #leave(): void {
    this.#isGone = true;
    this.#answer(null);
  }

  #ask(asked: Asked): void {
    this.#process.send(asked, () => {});
  }

  #answer(read: ReadApart | null): void {
    this.#settle?.(read);
    this.#settle = null;
  }
}

/** The workers of a run. */
export class ReadingWorkers {
  readonly #sets: Sets;
  readonly #ahead: number;
  readonly #workers: ReadingWorker[] = [];
  readonly #idle: ReadingWorker[] = [];
  /** By index: captures that workers read, or have read. */
  readonly #reading: Map<number, Promise<ReadApart | null>> = new Map();
  /** Captures that were asked for, and the first that no worker was given. */
  #taken = 0;
  #next = 0;
  #refusals = 0;

  /** Starts so many; `sets` are the captures of the run. */
  constructor(count: number, setup: ApartSetup, sets: Sets, onProgress: (progress: ReadingProgress) => void) {
    this.#sets = sets;
    this.#ahead = count * aheadOfWorker;
    const onIdle = (worker: ReadingWorker): void => {
      this.#idle.push(worker);
      this.#handOut();
    };
    for (let left = count; left > 0; left--) this.#workers.push(new ReadingWorker(setup, onIdle, onProgress));
  }

  /**
   * Gives the next capture in order, as a worker read it, to `accept`. False where none read it, or it was not accepted: then it
   * must be read by whoever asks.
   */
  async take(accept: (read: ReadApart) => boolean): Promise<boolean> {
    const reading = this.#reading.get(this.#taken);
    const read = (await reading) ?? null;
    this.#reading.delete(this.#taken);
    this.#taken++;
    this.#next = Math.max(this.#next, this.#taken);
    this.#handOut();
    if (read === null) return false;
    const accepted = accept(read);
    if (!accepted) this.#refused();
    return accepted;
  }

  /** Ends the workers: what they have not read is read by whoever asks. */
  close(): void {
    for (const worker of this.#workers) worker.end();
    this.#workers.length = 0;
    this.#idle.length = 0;
  }

  #handOut(): void {
    const end = Math.min(this.#sets.length, this.#taken + this.#ahead);
    for (; this.#next < end && this.#idle.length > 0; this.#next++) {
      const set = this.#sets[this.#next]!;
      if (kindsOf(set) !== null) this.#reading.set(this.#next, this.#read(this.#idle.pop()!, set.paths));
    }
  }

  async #read(worker: ReadingWorker, paths: readonly string[]): Promise<ReadApart | null> {
    const read = await worker.read(paths);
    if (read === null) this.#refused();
    else this.#refusals = 0;
    return read;
  }

  #refused(): void {
    if (++this.#refusals >= enoughRefusals) this.close();
  }
}
