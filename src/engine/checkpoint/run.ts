// A run that keeps a checkpoint: takes what is finished from it, and adds to it what it finishes.
import { systemReason } from '../../base/system-reason.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo, VantageSummary } from '../../model/report.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import type { ReadingState } from '../reading-state.js';
import type { Sighting } from '../vantage/sighting.js';
import type { Checkpoint } from './checkpoint.js';
import { type CheckpointTerms, digestsOf, type FileIdentity, identify } from './files.js';
import type { CheckpointLog } from './log.js';
import { CheckpointReplay, type ReplayTarget } from './replay.js';

/** Where a run stands between two captures. */
export interface RunPosition {
  state: ReadingState;
  /** Blocks of secrets that were met while captures were read. */
  secretsMet: number;
}

/** The checkpoint of a run that goes on. */
export class CheckpointRun {
  readonly #path: string;
  readonly #warn: (text: string) => void;
  #log: CheckpointLog | null;
  #files: readonly FileIdentity[] = [];
  #captures = 0;
  #unreadable = 0;
  #secretsMet = 0;

  private constructor(path: string, log: CheckpointLog, warn: (text: string) => void) {
    this.#path = path;
    this.#log = log;
    this.#warn = warn;
  }

  /** Makes the run what it was, and goes on writing from there. Throws a `CheckpointError`. */
  static async resume(
    checkpoint: Checkpoint,
    context: SessionContext,
    target: ReplayTarget,
    warn: (text: string) => void,
    turn: () => Promise<void>,
  ): Promise<CheckpointRun> {
    const replay = new CheckpointReplay(checkpoint.path, target);
    await checkpoint.replay((type, line) => replay.take(type, line), turn);
    return new CheckpointRun(checkpoint.path, checkpoint.log(context), warn);
  }

  /** A connection that a capture told, before anybody changed its record. */
  flow(record: ConnectionRecord, sighting: Sighting | null): void {
    this.#log?.flow(record, sighting);
  }

  /** A connection that records told. */
  told(record: ConnectionRecord): void {
    this.#log?.told(record);
  }

  /** A report among records is over; its captures stand from `first` on. */
  report(captures: readonly CaptureInfo[], first: number, vantage: VantageSummary | null): void {
    this.#log?.report(captures.slice(first), first, vantage);
    this.#captures = captures.length;
  }

  /** A capture is read now. */
  beginSet(paths: readonly string[], { state, secretsMet }: RunPosition): void {
    // As they are before: what is added while they are read is not in the records.
    this.#files = paths.map(identify);
    this.#captures = state.captures.length;
    this.#unreadable = state.unreadable.length;
    this.#secretsMet = secretsMet;
  }

  /** It was read to its end. */
  endSet({ state, secretsMet }: RunPosition): void {
    if (this.#log === null) return;
    if (secretsMet > this.#secretsMet) {
      const file = this.#files[0]?.path ?? '';
      this.#warn(
        `${file} holds secrets that only its reading finds, and secrets are not kept: ${this.#path} ends before it`,
      );
      this.close();
      return;
    }
    this.#log.endSet({
      files: this.#files,
      captures: state.captures.slice(this.#captures),
      unreadable: state.unreadable.slice(this.#unreadable),
      nextId: state.nextId,
      limits: state.limits,
    });
    if (this.#log.failure === null) return;
    this.#warn(`cannot write ${this.#path}: ${systemReason(this.#log.failure)}; it ends here, and the report goes on`);
    this.close();
  }

  close(): void {
    this.#log?.close();
    this.#log = null;
  }
}

/** What a run's records hang on beside the captures. */
export async function termsOf(
  options: {
    keylogs?: readonly string[];
    authorities?: readonly string[];
    revocationLists?: readonly string[];
  },
  toolVersion: string,
  compared: boolean,
): Promise<CheckpointTerms> {
  return {
    toolVersion,
    keylogs: await digestsOf(options.keylogs ?? []),
    authorities: await digestsOf(options.authorities ?? []),
    revocationLists: await digestsOf(options.revocationLists ?? []),
    compared,
  };
}
