// Keeps a run under `--max-memory`: what costs least to lose goes first.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Room is made before the bound is reached: it takes a moment to show. */
const alarm = 0.9;

/** How hard a run tries. */
export interface MemoryPace {
  /** Milliseconds that freed memory may take until it is the system's again, and the next step is worth it. */
  settling: number;
  /** Making room takes at most this part of the time. */
  share: number;
}

/** What a run can give up. */
export interface Reserves {
  /** Resident octets. */
  resident(): number;
  /** Frees what nobody needs any more. */
  collect(): void;
  /** Forgets connections that ended long ago. */
  forget(): void;
  /** Ends silent connections early. */
  endEarly(): void;
}

/** Looks at the memory, and makes room step by step while it is short. */
export class MemoryPressure {
  readonly #maxMemory: number;
  readonly #reserves: Reserves;
  readonly #pace: MemoryPace;
  #steps = 0;
  #due = 0;

  /** `maxMemory` in resident octets. */
  constructor(maxMemory: number, pace: MemoryPace, reserves: Reserves) {
    this.#maxMemory = maxMemory;
    this.#pace = pace;
    this.#reserves = reserves;
  }

  /** Called once a second, or every few megabytes; `now` counts milliseconds. */
  look(now: number): void {
    const { resident, collect, forget, endEarly } = this.#reserves;
    if (resident() <= this.#maxMemory * alarm) {
      this.#steps = 0;
      return;
    }
    if (now < this.#due) return;
    const begun = performance.now();
    // Garbage first: where a machine has much memory, it is left lying for long.
    if (this.#steps === 1) forget();
    else if (this.#steps > 1) endEarly();
    this.#steps++;
    collect();
    const { settling, share } = this.#pace;
    this.#due = now + Math.max(settling, (performance.now() - begun) / share);
  }
}

let collector: (() => void) | null = null;

/** Frees unreachable memory at once. Node has this only behind a flag, which may be set late. */
export function collectGarbage(): void {
  if (collector === null) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}
