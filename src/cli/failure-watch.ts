import type * as barewire from '../index.js';
import { UsageError } from './exit-codes.js';

/** Most severe first. */
const severities: readonly barewire.Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Whether what is reported makes the exit status 1: `--fail-on` and `--fail-under`. */
export class FailureWatch {
  readonly #severities: readonly barewire.Severity[];
  readonly #onUndecided: boolean;
  readonly #onPolicy: boolean;
  readonly #onUnseen: boolean;
  readonly #lowestScore: number;
  #found = false;

  /** Takes the options as they were typed; throws a UsageError for what they can't be. */
  constructor(failOn: readonly string[] = [], failUnder?: string) {
    let least = -1;
    for (const word of failOn) {
      if (word === 'undecided' || word === 'policy' || word === 'unseen') continue;
      const rank = severities.indexOf(word as barewire.Severity);
      if (rank < 0)
        throw new UsageError(`--fail-on ${word} is not one of ${severities.join(', ')}, undecided, policy, unseen`);
      least = Math.max(least, rank);
    }
    this.#severities = severities.slice(0, least + 1);
    this.#onUndecided = failOn.includes('undecided');
    this.#onUnseen = failOn.includes('unseen');
    // Who fails on what can't be told fails on what is told to be broken.
    this.#onPolicy = this.#onUnseen || failOn.includes('policy');
    if (failUnder !== undefined && !/^(\d{1,2}|100)$/.test(failUnder)) {
      throw new UsageError(`--fail-under ${failUnder} is not a score from 0 to 100`);
    }
    this.#lowestScore = Number(failUnder ?? 0);
  }

  /** The least severity that fails; null where none does. */
  get threshold(): barewire.Severity | null {
    return this.#severities.at(-1) ?? null;
  }

  /** Whether what can't be decided fails. */
  get onUndecided(): boolean {
    return this.#onUndecided;
  }

  /** Hears of every finding of the report. */
  finding({ kind, severity, certainty, suppressed }: barewire.Finding): void {
    if (suppressed !== null) return;
    if (this.#severities.includes(severity)) this.#found = true;
    // What record lengths tell is decided, as surely as it is said to be.
    if (this.#onUndecided && kind === 'mtls-status-unobservable' && certainty !== 'inferred') this.#found = true;
  }

  /** Hears of the policy: a line that fails weighs what its segment says; `policy` and `unseen` take each. */
  policy({ lines }: barewire.PolicyReport): void {
    for (const { verdict, severity, suppressed } of lines) {
      if (suppressed !== null) continue;
      if (verdict === 'FAIL' && (this.#onPolicy || this.#severities.includes(severity))) this.#found = true;
      if (verdict === 'UNSEEN' && this.#onUnseen) this.#found = true;
    }
  }

  /** Hears of every hop. */
  hop({ mtls }: barewire.Hop): void {
    if (this.#onUndecided && (mtls === 'unknown' || mtls === 'resumed')) this.#found = true;
  }

  /** Hears of what got worse by so much. */
  weigh(severity: barewire.Severity): void {
    if (this.#severities.includes(severity)) this.#found = true;
  }

  /** Everything was heard: whether it fails. A run with nothing to judge has no score, and fails none. */
  fails({ score }: barewire.Summary): boolean {
    return this.#found || (score !== null && score < this.#lowestScore);
  }
}
