import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { secondsBetween } from '../base/time.js';
import { CaptureFramer } from '../capture/framer.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import { PacketView } from '../model/packet.js';
import type { CaptureHealth, CaptureInfo, Summary, VantageSummary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import type { TrustMaterial } from '../pki/verification.js';
import { SessionContext } from '../session/shared/session-context.js';
import { type PacketTime, peekCapture } from '../source/head.js';
import { expandInputs, type InputSet } from '../source/inputs.js';
import { openSource } from '../source/open.js';
import { PeekedSource } from '../source/peeked-source.js';
import { looksLikeJsonReport, looksLikeRecords, recordsHeadOctets } from '../source/record-lines.js';
import type { Source } from '../source/source.js';
import { SourceError, sourceErrorOf } from '../source/source-error.js';
import { Checkpoint } from './checkpoint/checkpoint.js';
import type { ReplayTarget } from './checkpoint/replay.js';
import { CheckpointRun, type RunPosition, termsOf } from './checkpoint/run.js';
import { InOrder } from './in-order.js';
import type { AnswerCounts } from './judging/judge.js';
import { Judging, type JudgingOptions } from './judging/judging.js';
import { PacketSelection, type SelectionOptions } from './packet-selection.js';
import { Pipeline } from './pipeline.js';
import { CaptureReader } from './read-capture.js';
import { ProgressTally, type ReadingProgress } from './reading-progress.js';
import { readRecords } from './records/run.js';
import { SavedVantage } from './records/vantage.js';
import { SecretsIntake } from './secrets-intake.js';
import { readTrustFiles } from './trust-files.js';
import { VantageRun } from './vantage/vantage-run.js';

/** Packets of several queues are written a moment out of order, over the seam of two files too. */
const maxDisorderSeconds = 1;

const reportRefusal = 'a JSON report, which is for `diff` and --baseline; what can be read back is --format ndjson';

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
  unreadable: { path: string; code: SourceError['code']; message: string }[];
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
  readonly #seed: number;
  readonly #context: SessionContext;
  readonly #secrets: SecretsIntake;
  readonly #reader: CaptureReader = new CaptureReader();
  readonly #captures: CaptureInfo[] = [];
  readonly #unreadable: AnalyzeResult['unreadable'] = [];
  readonly #inOrder: InOrder;
  readonly #judging: Judging;
  /** Null where there is but one capture: nothing is compared, and nothing waits. */
  readonly #vantage: VantageRun | null;
  readonly #savedVantage: SavedVantage = new SavedVantage();
  /** How often each bound of reading bit, by name. */
  readonly #limits: Record<string, number> = {};
  #nextId = 1;
  readonly #progress: ProgressTally;
  #checkpoint: CheckpointRun | null = null;
  readonly #selection: PacketSelection | null;

  constructor(options: AnalyzeOptions, trust: TrustMaterial | null, sets: readonly InputSet[], seed: number) {
    this.#options = options;
    this.#seed = seed;
    this.#selection = options.selection === undefined ? null : new PacketSelection(options.selection);
    const paths = sets.flatMap((set) => set.paths);
    this.#progress = new ProgressTally(paths, (progress) => options.onProgress?.(progress));
    this.#vantage =
      sets.length > 1 ? new VantageRun(sets.length, this.#seed, (record) => this.#inOrder.add(record)) : null;
    this.#context = new SessionContext(this.#seed, trust);
    this.#secrets = new SecretsIntake(this.#context.secrets, (text) => options.onWarning?.(text));
    this.#judging = new Judging(options, this.#context, this.#seed);
    this.#inOrder = new InOrder((record) => this.#told(record));
  }

  /** Takes the secrets of key logs, and those that the captures carry: one may open what is said in another. */
  async gatherSecrets(paths: readonly string[]): Promise<void> {
    for (const path of this.#options.keylogs ?? []) await this.#secrets.keyLog(path);
    for (const path of paths) await this.#secrets.ahead(path);
  }

  /** Reads the files of one rotated capture in the order of time, or one file. */
  async readSet(paths: readonly string[]): Promise<void> {
    this.#checkpoint?.beginSet(paths, this.#position);
    this.#vantage?.beginSet();
    let pipeline = this.#begin();
    let frames = 0;
    for (const path of paths) {
      this.#progress.begin(path);
      await nextTurn();
      if (this.#options.signal?.aborted) break;
      if (!(await goesOnFrom(pipeline.lastTime, path))) {
        this.#end(pipeline);
        pipeline = this.#begin();
        frames = 0;
      }
      frames = await this.#readFile(path, pipeline, frames);
    }
    this.#end(pipeline);
    if (this.#options.signal?.aborted !== true) this.#checkpoint?.endSet(this.#position);
  }

  /** Makes of this run what it was when the checkpoint's last capture was finished. */
  async resume(checkpoint: Checkpoint, files: number): Promise<void> {
    this.#progress.skip(files);
    const target: ReplayTarget = {
      context: this.#context,
      captures: this.#captures,
      flow: (record, sighting) => {
        if (sighting !== null && this.#vantage !== null) this.#vantage.take(record, sighting);
        else this.#inOrder.add(record);
      },
      told: (record) => this.#told(record),
      report: (first, vantage) => this.#reportEnded(first, vantage),
      unreadable: (input) => this.#unreadable.push(input),
      endSet: (first) => {
        this.#vantage?.beginSet();
        for (const { path, health } of this.#captures.slice(first)) {
          this.#vantage?.captured();
          this.#warnOf(path, health);
        }
      },
      state: (nextId, limits, told) => {
        this.#nextId = nextId;
        Object.assign(this.#limits, limits);
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
  }

  /** Everything is read: tells the rest in the order of `ReportSink`. */
  finish(): AnalyzeResult {
    const vantage = this.#savedVantage.join(this.#vantage?.finish(this.#captures) ?? null);
    if (vantage !== null) this.#limit('sightings', vantage.unkept);
    this.#inOrder.finish();
    return {
      summary: this.#judging.report(this.#options.sink, this.#captures, this.#limits, vantage, this.#selection),
      unreadable: this.#unreadable,
      unreadableKeylogs: this.#secrets.unreadable,
      answers: this.#judging.answers(),
      certificateDer: (sha256) => this.#context.certificates.find(sha256)?.der ?? null,
    };
  }

  /** A pipeline for the next capture. */
  #begin(): Pipeline {
    const pipeline = new Pipeline(
      this.#context,
      this.#seed,
      this.#captures.length,
      this.#nextId,
      this.#secrets,
      (record) => {
        this.#checkpoint?.flow(record, null);
        this.#inOrder.add(record);
      },
      undefined,
      this.#vantage?.point() ?? null,
    );
    pipeline.selection = this.#selection;
    return pipeline;
  }

  /** The capture is read: tells its open connections, and what only ended ones tell of its files. */
  #end(pipeline: Pipeline): void {
    pipeline.finish();
    this.#nextId = Math.max(this.#nextId, pipeline.nextId);
    for (let file = 0; file < pipeline.files; file++) {
      Object.assign(this.#captures[pipeline.firstCapture + file]!.health, pipeline.flowHealth(file));
    }
    for (const [name, count] of Object.entries(pipeline.limits)) this.#limit(name, count);
  }

  /** Reads one file; returns the number of its last frame. */
  async #readFile(path: string, pipeline: Pipeline, framesBefore: number): Promise<number> {
    try {
      const source = await PeekedSource.of(await openSource(path), recordsHeadOctets);
      try {
        if (looksLikeRecords(source.head)) {
          await this.#readRecords(source);
          return framesBefore;
        }
        const framer = new CaptureFramer(pipeline, new PacketView(), framesBefore);
        pipeline.beginCapture();
        this.#secrets.beginCapture(path);
        const wholly = await this.#reader.read(source, framer, async () => {
          return this.#turn(source, pipeline.packets);
        });
        if (framer.refusal !== null) {
          pipeline.abandonCapture();
          const isReport = looksLikeJsonReport(source.head);
          throw new SourceError('not-a-capture', path, isReport ? reportRefusal : framer.refusal);
        }
        const info = pipeline.describe(source, framer, framesBefore);
        this.#captures.push(info);
        this.#vantage?.captured();
        this.#warnOf(path, info.health);
        if (!wholly) info.health.endedEarly ??= `reading was stopped at byte ${source.position}`;
        return framer.frame;
      } finally {
        await source.close();
      }
    } catch (thrown) {
      if (!isSourceFailure(thrown)) throw thrown;
      const error = sourceErrorOf(path, thrown);
      this.#unreadable.push({ path, code: error.code, message: error.message });
      return framesBefore;
    }
  }

  /** What sensors or earlier runs found out; it stands in the order in which they told it. */
  async #readRecords(source: Source): Promise<void> {
    const { authorities = [], revocationLists = [] } = this.#options;
    const { path } = source;
    if (this.#selection !== null)
      this.#options.onWarning?.(`${path}: records are taken whole: ${this.#selection.asked} is about packets`);
    if (authorities.length + revocationLists.length > 0)
      this.#options.onWarning?.(`${path}: records were judged by what was trusted when they were made`);
    this.#nextId = await readRecords(source, {
      context: this.#context,
      captures: this.#captures,
      firstId: this.#nextId,
      flow: (record) => {
        this.#checkpoint?.told(record);
        this.#told(record);
      },
      report: (first, vantage) => {
        this.#checkpoint?.report(this.#captures, first, vantage);
        this.#reportEnded(first, vantage);
      },
      limit: (name, count) => this.#limit(name, count),
      warn: (text) => this.#options.onWarning?.(text),
      turn: (reading, packets) => this.#turn(reading, packets),
    });
    this.#inOrder.passTo(this.#nextId);
  }

  /** Looks up from the reading; false = stop. */
  async #turn({ path, position: bytesRead, size: bytesTotal }: Source, packets: number): Promise<boolean> {
    this.#progress.tell({ path, bytesRead, bytesTotal, packets });
    await nextTurn();
    return this.#options.signal?.aborted !== true;
  }

  #told(record: ConnectionRecord): void {
    this.#judging.add(record);
    this.#options.sink.flow?.(record);
  }

  #reportEnded(first: number, vantage: VantageSummary | null): void {
    this.#savedVantage.add(this.#captures, first, vantage);
    this.#vantage?.notCompared(this.#captures.length - first);
  }

  #warnOf(path: string, { endedEarly, damage }: CaptureHealth): void {
    if (endedEarly !== null) this.#options.onWarning?.(`${path}: ${endedEarly}`);
    for (const one of damage) this.#options.onWarning?.(`${path}: ${one}`);
  }

  get #position(): RunPosition {
    return {
      captures: this.#captures,
      unreadable: this.#unreadable,
      nextId: this.#nextId,
      limits: this.#limits,
      secretsMet: this.#secrets.met,
    };
  }

  #limit(name: string, count: number): void {
    if (count > 0) this.#limits[name] = (this.#limits[name] ?? 0) + count;
  }
}

/** Whether a file goes on where another ended: `last` is the time of its last packet, null without one. */
async function goesOnFrom(last: PacketTime | null, path: string): Promise<boolean> {
  if (last === null) return true;
  const first = (await peekCapture(path))?.first ?? null;
  if (first === null) return true;
  return secondsBetween(first.seconds, first.nanoseconds, last.seconds, last.nanoseconds) <= maxDisorderSeconds;
}

/** Whether an input failed, rather than we: a source error, or an error of the system's. */
function isSourceFailure(thrown: unknown): boolean {
  return thrown instanceof SourceError || (thrown instanceof Error && 'syscall' in thrown);
}
