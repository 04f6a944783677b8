import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { CaptureHealth, Summary, VantageSummary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import type { TrustMaterial } from '../pki/verification.js';
import { SessionContext } from '../session/shared/session-context.js';
import { expandInputs, type InputSet } from '../source/inputs.js';
import type { Source } from '../source/source.js';
import { Checkpoint } from './checkpoint/checkpoint.js';
import type { ReplayTarget } from './checkpoint/replay.js';
import { CheckpointRun, type RunPosition, termsOf } from './checkpoint/run.js';
import { InOrder } from './in-order.js';
import type { AnswerCounts } from './judging/judge.js';
import { Judging, type JudgingOptions } from './judging/judging.js';
import { collectGarbage, type MemoryPace, MemoryPressure } from './memory-pressure.js';
import { PacketSelection, type SelectionOptions } from './packet-selection.js';
import { ProgressTally, type ReadingProgress } from './reading-progress.js';
import { ReadingState, type UnreadableInput } from './reading-state.js';
import { readRecords } from './records/run.js';
import { SavedVantage } from './records/vantage.js';
import { SecretsIntake } from './secrets-intake.js';
import { SetReader } from './set-reader.js';
import { readTrustFiles } from './trust-files.js';
import { VantageRun } from './vantage/vantage-run.js';
import type { ReadApart } from './workers/read-apart.js';
import { takeOver } from './workers/take-over.js';
import type { ReadingWorkers } from './workers/workers.js';

/** Part of the open connections that are ended at a time when memory is short. */
const endedAtOnce = 0.1;

/** Whoever gives a bound would rather wait than have it passed. */
const roomPace: MemoryPace = { settling: 0, share: 0.5 };

/** What to analyse, and who hears of it. */
export interface AnalyzeOptions extends JudgingOptions {
  /** Files, directories, globs, '-' for standard input. */
  inputs: readonly string[];
  sink: ReportSink;
  /** Key logs (NSS format) whose secrets open TLS connections, beside those that captures carry themselves. */
  keylogs?: readonly string[];
  /** Files of certificates that are trusted (PEM bundles or DER); without any, trust is only told where a server names it. */
  authorities?: readonly string[];
  /** Files of certificate revocation lists (PEM or DER). */
  revocationLists?: readonly string[];
  /** Which packets are looked at; all where nothing is said. Records of earlier runs are taken whole. */
  selection?: SelectionOptions;
  /** A file that keeps what is finished, so that a run that is broken off can go on from there; the version that makes it. */
  checkpoint?: { path: string; toolVersion: string };
  /**
   * Processes that read several captures side by side; 'auto' = as many as pay, and 1 = none beside the one that judges (as
   * where nothing is said). The report is the same. With a selection, a checkpoint or a bound of memory there are none.
   */
  workers?: number | 'auto';
  /** Resident octets: before it takes more, silent connections are ended, and counted. */
  maxMemory?: number;
  onProgress?(progress: ReadingProgress): void;
  /** One line for people: an input that breaks off, one that can't be read. */
  onWarning?(text: string): void;
  /** Aborting ends the reading; what was learnt until then is still reported. */
  signal?: AbortSignal;
}

/** How it went. */
export interface AnalyzeResult {
  summary: Summary;
  /** Inputs that could not be read at all. */
  unreadable: UnreadableInput[];
  /** How often each kind of finding was seen, ruled out or beyond telling, by connections. */
  answers: ReadonlyMap<string, Readonly<AnswerCounts>>;
  /** Key logs that could not be read: the analysis went on without them. */
  unreadableKeylogs: SecretsIntake['unreadable'];
  /** DER of a certificate of the report by its SHA-256; null when it is unknown or was not kept. */
  certificateDer(sha256: string): Uint8Array | null;
}

/**
 * Analyses captures from the first octet to the report's last line. Inputs that can't be read are told in the result and
 * don't stop the others. Throws a `TrustFileError` for
 * a file of certificates or revocation lists that is none, a `CheckpointError` for a checkpoint that can't be used, and what the
 * sink throws.
 */
export async function analyze(options: AnalyzeOptions): Promise<AnalyzeResult> {
  const trust = await readTrustFiles(options.authorities ?? [], options.revocationLists ?? []);
  const sets = await expandInputs(options.inputs);
  const checkpoint = await checkpointOf(options, sets);
  const run = new Run(options, trust, sets, checkpoint?.seed ?? randomInt(2 ** 32));
  await run.gatherSecrets(sets.flatMap(({ paths }) => paths));
  try {
    const finished = checkpoint?.finished ?? 0;
    if (checkpoint !== null) await run.resume(checkpoint, sets.slice(0, finished).flatMap(({ paths }) => paths).length);
    if (checkpoint === null) await run.startWorkers(sets);
    for (const { paths } of sets.slice(finished)) await run.readSet(paths);
    return run.finish();
  } finally {
    run.close();
  }
}

async function checkpointOf(options: AnalyzeOptions, sets: readonly InputSet[]): Promise<Checkpoint | null> {
  if (options.checkpoint === undefined) return null;
  const { path, toolVersion } = options.checkpoint;
  const terms = await termsOf(options, toolVersion, sets.length > 1);
  return Checkpoint.open(path, terms, sets, (text) => options.onWarning?.(text));
}

/** The state of one analysis. */
class Run {
  readonly #options: AnalyzeOptions;
  readonly #context: SessionContext;
  readonly #secrets: SecretsIntake;
  readonly #state: ReadingState = new ReadingState();
  readonly #reader: SetReader;
  readonly #inOrder: InOrder;
  readonly #judging: Judging;
  /** Null where there is but one capture: nothing is compared, and nothing waits. */
  readonly #vantage: VantageRun | null;
  readonly #savedVantage: SavedVantage = new SavedVantage();
  readonly #progress: ProgressTally;
  #checkpoint: CheckpointRun | null = null;
  #workers: ReadingWorkers | null = null;
  readonly #seed: number;
  readonly #selection: PacketSelection | null;
  readonly #pressure: MemoryPressure | null;

  constructor(options: AnalyzeOptions, trust: TrustMaterial | null, sets: readonly InputSet[], seed: number) {
    this.#options = options;
    this.#seed = seed;
    this.#selection = options.selection === undefined ? null : new PacketSelection(options.selection);
    this.#pressure = options.maxMemory === undefined ? null : this.#watchMemory(options.maxMemory);
    const paths = sets.flatMap((set) => set.paths);
    this.#progress = new ProgressTally(paths, (progress) => options.onProgress?.(progress));
    this.#vantage = sets.length > 1 ? new VantageRun(sets.length, seed, (record) => this.#inOrder.add(record)) : null;
    this.#context = new SessionContext(seed, trust);
    this.#secrets = new SecretsIntake(this.#context.secrets, (text) => options.onWarning?.(text));
    this.#judging = new Judging(options, this.#context, seed);
    this.#inOrder = new InOrder((record) => this.#told(record));
    this.#reader = new SetReader(this.#state, this.#context, seed, this.#secrets, this.#selection, {
      begin: async (path) => {
        this.#progress.begin(path);
        await nextTurn();
        return this.#options.signal?.aborted !== true;
      },
      turn: (source, packets) => this.#turn(source, packets),
      ended: (record) => {
        this.#checkpoint?.flow(record, null);
        this.#inOrder.add(record);
      },
      captured: ({ path, health }) => {
        this.#vantage?.captured();
        this.#warnOf(path, health);
      },
      records: (source) => this.#readRecords(source),
    });
  }

  /** Takes the secrets of key logs, and those that the captures carry: one may open what is said in another. */
  async gatherSecrets(paths: readonly string[]): Promise<void> {
    for (const path of this.#options.keylogs ?? []) await this.#secrets.keyLog(path);
    for (const path of paths) await this.#secrets.ahead(path);
  }

  /** Has workers read captures side by side, where that pays. */
  async startWorkers(sets: readonly InputSet[]): Promise<void> {
    const { workers = 1, keylogs = [], authorities = [], revocationLists = [], signal } = this.#options;
    if (workers === 1 || sets.length < 2 || this.#selection !== null || this.#pressure !== null) return;
    // Most runs have one capture: they need not load this.
    const { ReadingWorkers, workersFor } = await import('./workers/workers.js');
    const paths = sets.flatMap((set) => set.paths);
    const setup = { seed: this.#seed, keylogs, authorities, revocationLists, paths };
    const count = workersFor(workers, setup, sets);
    if (count < 2) return;
    this.#workers = new ReadingWorkers(count, setup, sets, (progress) => this.#progress.ahead(progress));
    signal?.addEventListener('abort', () => this.#workers?.close(), { once: true });
  }

  /** Reads the files of one rotated capture in the order of time, or one file. */
  async readSet(paths: readonly string[]): Promise<void> {
    this.#checkpoint?.beginSet(paths, this.#position);
    this.#vantage?.beginSet();
    if (await this.#workers?.take((apart) => this.#takeOver(apart, paths))) return;
    await this.#reader.read(paths, this.#vantage?.point() ?? null);
    if (this.#options.signal?.aborted !== true) this.#checkpoint?.endSet(this.#position);
  }

  /** Makes of this run what it was when the checkpoint's last capture was finished. */
  async resume(checkpoint: Checkpoint, files: number): Promise<void> {
    this.#progress.skip(files);
    const target: ReplayTarget = {
      context: this.#context,
      captures: this.#state.captures,
      flow: (record, sighting) => {
        if (sighting !== null && this.#vantage !== null) this.#vantage.take(record, sighting);
        else this.#inOrder.add(record);
      },
      told: (record) => this.#told(record),
      report: (first, vantage) => this.#reportEnded(first, vantage),
      unreadable: (input) => this.#state.unreadable.push(input),
      endSet: (first) => {
        this.#vantage?.beginSet();
        for (const { path, health } of this.#state.captures.slice(first)) {
          this.#vantage?.captured();
          this.#warnOf(path, health);
        }
      },
      state: (nextId, limits, told) => {
        this.#state.nextId = nextId;
        Object.assign(this.#state.limits, limits);
        if (told) this.#inOrder.passTo(nextId);
      },
    };
    const warn = (text: string): void => this.#options.onWarning?.(text);
    const keeping = await CheckpointRun.resume(checkpoint, this.#context, target, warn, async () => {
      await nextTurn();
    });
    this.#checkpoint = keeping;
    if (this.#vantage !== null) this.#vantage.onSeen = (record, sighting) => keeping.flow(record, sighting);
  }

  /** Lets go of what was opened. */
  close(): void {
    this.#checkpoint?.close();
    this.#workers?.close();
  }

  /** Everything is read: tells the rest in the order of `ReportSink`. */
  finish(): AnalyzeResult {
    const { captures, unreadable, limits } = this.#state;
    const vantage = this.#savedVantage.join(this.#vantage?.finish(captures) ?? null);
    if (vantage !== null) this.#state.limit('sightings', vantage.unkept);
    this.#inOrder.finish();
    return {
      summary: this.#judging.report(this.#options.sink, captures, limits, vantage, this.#selection),
      unreadable,
      unreadableKeylogs: this.#secrets.unreadable,
      answers: this.#judging.answers(),
      certificateDer: (sha256) => this.#context.certificates.find(sha256)?.der ?? null,
    };
  }

  /** What sensors or earlier runs found out; it stands in the order in which they told it. */
  async #readRecords(source: Source): Promise<void> {
    const { authorities = [], revocationLists = [] } = this.#options;
    const { path } = source;
    if (this.#selection !== null)
      this.#options.onWarning?.(`${path}: records are taken whole: ${this.#selection.asked} is about packets`);
    if (authorities.length + revocationLists.length > 0)
      this.#options.onWarning?.(`${path}: records were judged by what was trusted when they were made`);
    const state = this.#state;
    state.nextId = await readRecords(source, {
      context: this.#context,
      captures: state.captures,
      firstId: state.nextId,
      flow: (record) => {
        this.#checkpoint?.told(record);
        this.#told(record);
      },
      report: (first, vantage) => {
        this.#checkpoint?.report(state.captures, first, vantage);
        this.#reportEnded(first, vantage);
      },
      limit: (name, count) => state.limit(name, count),
      warn: (text) => this.#options.onWarning?.(text),
      turn: (reading, packets) => this.#turn(reading, packets),
    });
    this.#inOrder.passTo(state.nextId);
  }

  /** Looks up from the reading; false = stop. */
  async #turn({ path, position: bytesRead, size: bytesTotal }: Source, packets: number): Promise<boolean> {
    this.#progress.tell({ path, bytesRead, bytesTotal, packets });
    this.#pressure?.look(performance.now());
    await nextTurn();
    return this.#options.signal?.aborted !== true;
  }

  /** Takes a capture that a worker has read; false where it must be read here. */
  #takeOver(apart: ReadApart, paths: readonly string[]): boolean {
    const { captures } = apart;
    if (this.#secrets.met > 0) return false;
    if (!takeOver(apart, { context: this.#context, state: this.#state, vantage: this.#vantage! })) return false;
    for (const path of paths) this.#progress.begin(path);
    for (const { path, health } of captures) {
      this.#vantage!.captured();
      this.#warnOf(path, health);
    }
    return true;
  }

  #watchMemory(maxMemory: number): MemoryPressure {
    const endEarly = (): void => this.#reader.endEarly(endedAtOnce);
    return new MemoryPressure(maxMemory, roomPace, {
      resident: () => process.memoryUsage.rss(),
      collect: collectGarbage,
      // What a report tells is not forgotten.
      forget: endEarly,
      endEarly,
    });
  }

  #told(record: ConnectionRecord): void {
    this.#judging.add(record);
    this.#options.sink.flow?.(record);
  }

  #reportEnded(first: number, vantage: VantageSummary | null): void {
    const { captures } = this.#state;
    this.#savedVantage.add(captures, first, vantage);
    this.#vantage?.notCompared(captures.length - first);
  }

  #warnOf(path: string, { endedEarly, damage }: CaptureHealth): void {
    if (endedEarly !== null) this.#options.onWarning?.(`${path}: ${endedEarly}`);
    for (const one of damage) this.#options.onWarning?.(`${path}: ${one}`);
  }

  get #position(): RunPosition {
    return { state: this.#state, secretsMet: this.#secrets.met };
  }
}
