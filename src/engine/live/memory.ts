// What a run of months remembers. All that connections are folded into is bounded by taking no more; a run that never ends must
// forget instead. So connections are folded twice over: while one fold grows old, a second is begun, and takes the place of
// the first when that is full. What is reported covers the last half of a term at least, and no table, no rule's own memory
// can outgrow a term.
import type { HopBounds } from '../../hops/fold.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Judging } from '../judging/judging.js';
import type { LoadedPolicy } from '../policy/files.js';

/** Bounds of one fold. */
export interface FoldLimits extends HopBounds {
  /** Seconds that it may cover. */
  seconds: number;
}

/** A day and 200,000 hops (a kilobyte each) in a fold; of connections the last quarter of a million are listed. */
export const defaultFoldLimits: FoldLimits = { seconds: 86_400, hops: 200_000, listed: 2 ** 18 };

interface Fold {
  judging: Judging;
  /** Milliseconds when it was begun. */
  begun: number;
}

/** The folds of a run of live sniffing. */
export class LiveMemory {
  /** Connections that no fold holds any more. */
  forgotten = 0;
  /** How often older connections were forgotten. */
  renewals = 0;
  readonly #make: (bounds: HopBounds) => Judging;
  readonly #limits: FoldLimits;
  #current: Fold;
  #next: Fold | null = null;

  /** `make` begins a fold; `now` is in milliseconds, as everywhere below. */
  constructor(make: (bounds: HopBounds) => Judging, limits: FoldLimits, now: number) {
    this.#make = make;
    this.#limits = limits;
    this.#current = this.#begin(now);
  }

  /** What is reported. */
  get judging(): Judging {
    return this.#current.judging;
  }

  /** Takes an ended connection. */
  add(record: ConnectionRecord): void {
    for (const fold of [this.#current, this.#next]) {
      fold?.judging.add(record);
    }
  }

  /** Judges by another policy from `since` on, an RFC 3339 time. */
  adoptPolicy(policy: LoadedPolicy, since: string | null): void {
    this.#current.judging.adoptPolicy(policy, since);
    this.#next?.judging.adoptPolicy(policy, since);
  }

  /** Whether `renew` has something to do: a fold is full. */
  isFull(now: number): boolean {
    if (this.#next === null && this.#fullness(this.#current, now) >= 0.5) this.#next = this.#begin(now);
    return this.#fullness(this.#current, now) >= 1;
  }

  /** Forgets the older half of what is held. */
  renew(now: number): void {
    const successor = this.#next ?? this.#begin(now);
    this.forgotten += this.#current.judging.connections - successor.judging.connections;
    this.renewals++;
    this.#current = successor;
    this.#next = null;
  }

  #begin(now: number): Fold {
    return { judging: this.#make(this.#limits), begun: now };
  }

  #fullness({ judging, begun }: Fold, now: number): number {
    const { seconds, hops } = this.#limits;
    return Math.max((now - begun) / 1000 / seconds, judging.hops / hops);
  }
}
