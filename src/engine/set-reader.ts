// Reads the files of one capture, one after the other, into connection records.
import { secondsBetween } from '../base/time.js';
import { CaptureFramer } from '../capture/framer.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import { PacketView } from '../model/packet.js';
import type { CaptureInfo } from '../model/report.js';
import type { SessionContext } from '../session/shared/session-context.js';
import { type PacketTime, peekCapture } from '../source/head.js';
import { openSource } from '../source/open.js';
import { PeekedSource } from '../source/peeked-source.js';
import { looksLikeJsonReport, looksLikeRecords, recordsHeadOctets } from '../source/record-lines.js';
import type { Source } from '../source/source.js';
import { SourceError, sourceErrorOf } from '../source/source-error.js';
import type { PacketSelection } from './packet-selection.js';
import { Pipeline, type VantagePoint } from './pipeline.js';
import { CaptureReader } from './read-capture.js';
import type { ReadingState } from './reading-state.js';
import type { SecretsIntake } from './secrets-intake.js';

/** Packets of several queues are written a moment out of order, over the seam of two files too. */
const maxDisorderSeconds = 1;

const reportRefusal = 'a JSON report, which is for `diff` and --baseline; what can be read back is --format ndjson';

/** Who hears of what is read. */
export interface SetListener {
  /** A file is begun; false = stop. */
  begin(path: string): Promise<boolean>;
  /** Looks up from the reading; false = stop. */
  turn(source: Source, packets: number): Promise<boolean>;
  /** A connection ended. */
  ended(record: ConnectionRecord): void;
  /** A file is wholly read, or as far as it goes, and stands in the report. */
  captured(info: CaptureInfo): void;
  /** The file holds records instead of packets. */
  records(source: Source): Promise<void>;
}

/** Reads the captures of a run. */
export class SetReader {
  readonly #state: ReadingState;
  readonly #context: SessionContext;
  readonly #seed: number;
  readonly #secrets: SecretsIntake;
  readonly #selection: PacketSelection | null;
  readonly #listener: SetListener;
  readonly #reader: CaptureReader = new CaptureReader();
  #pipeline: Pipeline | null = null;

  /** `seed` is drawn per run. */
  constructor(
    state: ReadingState,
    context: SessionContext,
    seed: number,
    secrets: SecretsIntake,
    selection: PacketSelection | null,
    listener: SetListener,
  ) {
    this.#state = state;
    this.#context = context;
    this.#seed = seed;
    this.#secrets = secrets;
    this.#selection = selection;
    this.#listener = listener;
  }

  /**
   * Reads the files of one rotated capture in the order of time, or one file. With `vantage` it hears of connections in place of the
   * listener. Inputs that can't be read are told in the state.
   */
  async read(paths: readonly string[], vantage: VantagePoint | null): Promise<void> {
    this.#context.beginCapture();
    let pipeline = this.#begin(vantage);
    let frames = 0;
    for (const path of paths) {
      if (!(await this.#listener.begin(path))) break;
      if (!(await goesOnFrom(pipeline.lastTime, path))) {
        this.#end(pipeline);
        pipeline = this.#begin(vantage);
        frames = 0;
      }
      frames = await this.#readFile(path, pipeline, frames);
    }
    this.#end(pipeline);
  }

  /** Ends this part of the open connections early, those that are worth least: memory is short. */
  endEarly(part: number): void {
    this.#pipeline?.endEarly(Math.ceil(this.#pipeline.openFlows * part));
  }

  #begin(vantage: VantagePoint | null): Pipeline {
    const pipeline = new Pipeline(
      this.#context,
      this.#seed,
      this.#state.captures.length,
      this.#state.nextId,
      this.#secrets,
      (record) => this.#listener.ended(record),
      undefined,
      vantage,
    );
    pipeline.selection = this.#selection;
    this.#pipeline = pipeline;
    return pipeline;
  }

  /** The capture is read: tells its open connections, and what only ended ones tell of its files. */
  #end(pipeline: Pipeline): void {
    pipeline.finish();
    const state = this.#state;
    state.nextId = Math.max(state.nextId, pipeline.nextId);
    for (let file = 0; file < pipeline.files; file++) {
      Object.assign(state.captures[pipeline.firstCapture + file]!.health, pipeline.flowHealth(file));
    }
    for (const [name, count] of Object.entries(pipeline.limits)) state.limit(name, count);
    this.#pipeline = null;
  }

  /** Reads one file; returns the number of its last frame. */
  async #readFile(path: string, pipeline: Pipeline, framesBefore: number): Promise<number> {
    try {
      const source = await PeekedSource.of(await openSource(path), recordsHeadOctets);
      try {
        if (looksLikeRecords(source.head)) {
          await this.#listener.records(source);
          return framesBefore;
        }
        const framer = new CaptureFramer(pipeline, new PacketView(), framesBefore);
        pipeline.beginCapture();
        this.#secrets.beginCapture(path);
        const wholly = await this.#reader.read(source, framer, () => this.#listener.turn(source, pipeline.packets));
        if (framer.refusal !== null) {
          pipeline.abandonCapture();
          const isReport = looksLikeJsonReport(source.head);
          throw new SourceError('not-a-capture', path, isReport ? reportRefusal : framer.refusal);
        }
        const info = pipeline.describe(source, framer, framesBefore);
        this.#state.captures.push(info);
        this.#listener.captured(info);
        if (!wholly) info.health.endedEarly ??= `reading was stopped at byte ${source.position}`;
        return framer.frame;
      } finally {
        await source.close();
      }
    } catch (thrown) {
      if (!isSourceFailure(thrown)) throw thrown;
      const error = sourceErrorOf(path, thrown);
      this.#state.unreadable.push({ path, code: error.code, message: error.message });
      return framesBefore;
    }
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
