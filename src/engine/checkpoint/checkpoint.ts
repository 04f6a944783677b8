// `--checkpoint`: what was finished of a large set of captures is kept, so that a run that was broken off goes on where it was. A
// capture counts as finished when all of its lines and the digest of them are there; whatever stands behind was begun only.

import { createHash, type Hash, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { systemReason } from '../../base/system-reason.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { openSource } from '../../source/open.js';
import { parseLine, type RecordLine, RecordLines, typeAt } from '../../source/record-lines.js';
import type { Fault, Shape } from '../../source/record-shape.js';
import type { Source } from '../../source/source.js';
import { sourceErrorOf } from '../../source/source-error.js';
import {
  CheckpointError,
  type CheckpointTerms,
  checkInput,
  differenceOf,
  type FileIdentity,
  identify,
  isSameFile,
} from './files.js';
import { CheckpointLog } from './log.js';
import { type CheckpointHeader, checkpointVersion, fileIdentity, header, setEnd } from './shape.js';

/** Octets read at a time. */
const chunkOctets = 262_144;

/** Files of a checkpoint whose identities are compared. */
const maxFiles = 1_000_000;

/** A finished capture. */
interface SavedSet {
  files: FileIdentity[];
  /** Octets of the checkpoint up to its end. */
  end: number;
}

/** A checkpoint that was looked through: how much of this run it holds. */
export class Checkpoint {
  readonly path: string;
  /** What hashes of the run are keyed by. */
  readonly seed: number;
  /** Captures of this run, from the first on, that it holds. */
  readonly finished: number;
  readonly #terms: CheckpointTerms;
  readonly #length: number;

  private constructor(path: string, seed: number, finished: number, terms: CheckpointTerms, length: number) {
    this.path = path;
    this.seed = seed;
    this.finished = finished;
    this.#terms = terms;
    this.#length = length;
  }

  /**
   * Looks through a checkpoint, or begins one where there is none. `sets` are the captures of this run in order. Throws a
   * `CheckpointError` for what is none, or was made of other keys; `warn` hears where only a part can be used.
   */
  static async open(
    path: string,
    terms: CheckpointTerms,
    sets: readonly { paths: readonly string[] }[],
    warn: (text: string) => void,
  ): Promise<Checkpoint> {
    for (const { paths } of sets) for (const input of paths) checkInput(input, path);
    const begun = (): Checkpoint => new Checkpoint(path, randomInt(2 ** 32), 0, terms, 0);
    if (!existsSync(path)) return begun();
    const scan = await Scan.of(path);
    if (scan === null) return begun();
    const difference = differenceOf(scan.header.terms, terms);
    if (difference !== null)
      throw new CheckpointError(`${path} was made ${difference}: give the same, or another --checkpoint`);
    if (scan.header.terms.compared !== terms.compared && scan.sets.length > 0) {
      warn(`${path} was made of one capture alone, and now captures are compared: all are read again`);
      return begun();
    }
    const finished = agreeing(scan.sets, sets, (file) =>
      warn(`${file} is not as it was for ${path}: it is read again, and what comes after it`),
    );
    const end = finished === 0 ? scan.headerEnd : scan.sets[finished - 1]!.end;
    return new Checkpoint(path, scan.header.seed, finished, terms, end);
  }

  /** Hands on the lines of what is finished, in order: `onLine` gets the type of each. */
  async replay(onLine: (type: string, line: RecordLine) => void, turn: () => Promise<void>): Promise<void> {
    if (this.finished === 0) return;
    await walk(this.path, this.#length, (line) => onLine(typeAt(line.bytes, line.start, line.end) ?? '', line), turn);
  }

  /** Goes on writing behind what is finished. Called when `context` is as it was then. Throws a `CheckpointError`. */
  log(context: SessionContext): CheckpointLog {
    try {
      const log = new CheckpointLog(this.path, this.#length, context);
      if (this.#length > 0) return log;
      const { seed } = this;
      log.header({ format: 'barewire-checkpoint', version: checkpointVersion, seed, terms: this.#terms });
      if (log.failure === null) return log;
      log.close();
      throw log.failure;
    } catch (thrown) {
      throw new CheckpointError(`cannot write ${this.path}: ${systemReason(thrown)}`, { cause: thrown });
    }
  }
}

/** How many captures, from the first on, are those of before; `changed` hears of the first file that is not. */
function agreeing(
  saved: readonly SavedSet[],
  sets: readonly { paths: readonly string[] }[],
  changed: (path: string) => void,
): number {
  for (const [at, { files }] of saved.entries()) {
    const now = sets[at];
    if (now === undefined) {
      changed(files[0]?.path ?? '');
      return at;
    }
    const differing = now.paths.find(
      (path, part) => files[part] === undefined || !isSameFile(identify(path), files[part]!),
    );
    if (differing !== undefined || now.paths.length !== files.length) {
      changed(differing ?? now.paths[0]!);
      return at;
    }
  }
  return saved.length;
}

/** What the first look at a checkpoint finds. */
class Scan {
  readonly header: CheckpointHeader;
  readonly headerEnd: number;
  readonly sets: SavedSet[] = [];
  #files: FileIdentity[] = [];
  #count = 0;
  #hash: Hash = createHash('sha256');
  #isDamaged = false;
  readonly #fault: Fault = { path: '' };

  private constructor(header: CheckpointHeader, headerEnd: number) {
    this.header = header;
    this.headerEnd = headerEnd;
  }

  /** Null for one that was never begun properly. Throws a `CheckpointError`. */
  static async of(path: string): Promise<Scan | null> {
    let scan: Scan | null = null;
    await walk(path, Number.MAX_SAFE_INTEGER, (line) => {
      if (scan === null) scan = Scan.#begin(path, line);
      else scan.#line(line);
    });
    return scan;
  }

  static #begin(path: string, line: RecordLine): Scan {
    const none = (): CheckpointError => new CheckpointError(`${path} is no checkpoint: it is left as it is`);
    if (typeAt(line.bytes, line.start, line.end) !== 'checkpoint') throw none();
    const begun = shaped(line, header, { path: '' });
    if (begun === undefined) throw none();
    if (begun.version !== checkpointVersion)
      throw new CheckpointError(
        `${path} is a checkpoint of version ${begun.version.slice(0, 20)}, made by another program`,
      );
    return new Scan(begun, line.offset);
  }

  #line(line: RecordLine): void {
    if (this.#isDamaged) return;
    const type = typeAt(line.bytes, line.start, line.end);
    if (type === 'set') {
      const end = shaped(line, setEnd, this.#fault);
      if (end?.digest === this.#hash.digest('hex')) this.sets.push({ files: this.#files, end: line.offset });
      else this.#isDamaged = true;
      this.#files = [];
      this.#hash = createHash('sha256');
      return;
    }
    this.#hash.update(line.bytes.subarray(line.start, line.end)).update('\n');
    if (line.isCut || this.#count >= maxFiles) this.#isDamaged = true;
    else if (type === 'file') {
      this.#count++;
      const file = shaped(line, fileIdentity, this.#fault);
      if (file === undefined) this.#isDamaged = true;
      else this.#files.push(file);
    }
  }
}

function shaped<T>(line: RecordLine, shape: Shape<T>, fault: Fault): T | undefined {
  const parsed = parseLine(line);
  return 'value' in parsed ? shape(parsed.value, fault) : undefined;
}

/** Goes through the first `length` octets by lines; a last one without an end is left out. */
async function walk(
  path: string,
  length: number,
  onLine: (line: RecordLine) => void,
  turn?: () => Promise<void>,
): Promise<void> {
  const source = await opened(path);
  if (source === null) return;
  try {
    const lines = new RecordLines(onLine);
    const chunk = Buffer.allocUnsafe(chunkOctets);
    for (let left = length; left > 0; ) {
      const taken = Math.min(left, await source.read(chunk, 0));
      if (taken === 0) break;
      left -= taken;
      lines.push(chunk, taken);
      await turn?.();
    }
  } finally {
    await source.close();
  }
}

/** Null for an empty file. Throws a `CheckpointError` where it can't be read. */
async function opened(path: string): Promise<Source | null> {
  try {
    return await openSource(path);
  } catch (thrown) {
    const error = sourceErrorOf(path, thrown);
    if (error.code === 'is-empty') return null;
    if (error.code === 'no-captures') throw new CheckpointError(`${path}: it is a directory`, { cause: thrown });
    throw new CheckpointError(error.message, { cause: thrown });
  }
}
