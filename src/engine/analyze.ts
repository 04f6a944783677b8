import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { secondsBetween } from '../base/time.js';
import { CaptureFramer } from '../capture/framer.js';
import { PacketView } from '../model/packet.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import type { TrustMaterial } from '../pki/verification.js';
import { SessionContext } from '../session/session-context.js';
import { type PacketTime, peekCapture } from '../source/head.js';
import { expandInputs } from '../source/inputs.js';
import { openSource } from '../source/open.js';
import { SourceError, sourceErrorOf } from '../source/source-error.js';
import { InOrder } from './in-order.js';
import type { AnswerCounts } from './judge.js';
import { Judging, type JudgingOptions } from './judging.js';
import { Pipeline } from './pipeline.js';
import { CaptureReader } from './read-capture.js';
import { SecretsIntake } from './secrets-intake.js';
import { readTrustFiles } from './trust-files.js';

/** Packets of several queues are written a moment out of order, over the seam of two files too. */
const maxDisorderSeconds = 1;

/** How far the reading of one input is. */
export interface ReadingProgress {
  path: string;
  /** Octets taken from the file, packed as they are. */
  bytesRead: number;
  /** Null for pipes. */
  bytesTotal: number | null;
  /** Packets of this input so far. */
  packets: number;
}

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
 * a file of certificates or revocation lists that is none, and what the sink throws.
 */
export async function analyze(options: AnalyzeOptions): Promise<AnalyzeResult> {
  const trust = await readTrustFiles(options.authorities ?? [], options.revocationLists ?? []);
  const run = new Run(options, trust);
  const sets = await expandInputs(options.inputs);
  await run.gatherSecrets(sets.flatMap(({ paths }) => paths));
  for (const { paths } of sets) await run.readSet(paths);
  return run.finish();
}

/** The state of one analysis. */
class Run {
  readonly #options: AnalyzeOptions;
  readonly #seed: number = randomInt(2 ** 32);
  readonly #context: SessionContext;
  readonly #secrets: SecretsIntake;
  readonly #reader: CaptureReader = new CaptureReader();
  readonly #captures: CaptureInfo[] = [];
  readonly #unreadable: AnalyzeResult['unreadable'] = [];
  readonly #inOrder: InOrder;
  readonly #judging: Judging;
  /** How often each bound of reading bit, by name. */
  readonly #limits: Record<string, number> = {};
  #nextId = 1;

  constructor(options: AnalyzeOptions, trust: TrustMaterial | null) {
    this.#options = options;
    this.#context = new SessionContext(this.#seed, trust);
    this.#secrets = new SecretsIntake(this.#context.secrets, (text) => options.onWarning?.(text));
    this.#judging = new Judging(options, this.#context, this.#seed);
    this.#inOrder = new InOrder((record) => {
      this.#judging.add(record);
      this.#options.sink.flow?.(record);
    });
  }

  /** Takes the secrets of key logs, and those that the captures carry: one may open what is said in another. */
  async gatherSecrets(paths: readonly string[]): Promise<void> {
    for (const path of this.#options.keylogs ?? []) await this.#secrets.keyLog(path);
    for (const path of paths) await this.#secrets.ahead(path);
  }

  /** Reads the files of one rotated capture in the order of time, or one file. */
  async readSet(paths: readonly string[]): Promise<void> {
    let pipeline = this.#begin();
    let frames = 0;
    for (const path of paths) {
      if (this.#options.signal?.aborted) break;
      if (!(await goesOnFrom(pipeline.lastTime, path))) {
        this.#end(pipeline);
        pipeline = this.#begin();
        frames = 0;
      }
      frames = await this.#readFile(path, pipeline, frames);
    }
    this.#end(pipeline);
  }

  /** Everything is read: tells the rest in the order of `ReportSink`. */
  finish(): AnalyzeResult {
    this.#inOrder.finish();
    return {
      summary: this.#judging.report(this.#options.sink, this.#captures, this.#limits),
      unreadable: this.#unreadable,
      unreadableKeylogs: this.#secrets.unreadable,
      answers: this.#judging.answers(),
      certificateDer: (sha256) => this.#context.certificates.find(sha256)?.der ?? null,
    };
  }

  /** A pipeline for the next capture. */
  #begin(): Pipeline {
    return new Pipeline(this.#context, this.#seed, this.#captures.length, this.#nextId, this.#secrets, (record) =>
      this.#inOrder.add(record),
    );
  }

  /** The capture is read: tells its open connections, and what only ended ones tell of its files. */
  #end(pipeline: Pipeline): void {
    pipeline.finish();
    this.#nextId = pipeline.nextId;
    for (let file = 0; pipeline.firstCapture + file < this.#captures.length; file++) {
      Object.assign(this.#captures[pipeline.firstCapture + file]!.health, pipeline.flowHealth(file));
    }
    for (const [name, count] of Object.entries(pipeline.limits)) this.#limit(name, count);
  }

  /** Reads one file; returns the number of its last frame. */
  async #readFile(path: string, pipeline: Pipeline, framesBefore: number): Promise<number> {
    try {
      const source = await openSource(path);
      try {
        const framer = new CaptureFramer(pipeline, new PacketView(), framesBefore);
        pipeline.beginCapture();
        this.#secrets.beginCapture(path);
        const wholly = await this.#reader.read(source, framer, async () => {
          this.#options.onProgress?.({
            path,
            bytesRead: source.position,
            bytesTotal: source.size,
            packets: pipeline.packets,
          });
          await nextTurn();
          return this.#options.signal?.aborted !== true;
        });
        if (framer.refusal !== null) {
          pipeline.abandonCapture();
          throw new SourceError('not-a-capture', path, framer.refusal);
        }
        const info = pipeline.describe(source, framer, framesBefore);
        this.#captures.push(info);
        if (info.health.endedEarly !== null) this.#options.onWarning?.(`${path}: ${info.health.endedEarly}`);
        for (const damage of info.health.damage) this.#options.onWarning?.(`${path}: ${damage}`);
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
