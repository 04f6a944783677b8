import type { Certainty } from '../model/connection-record.js';
import { stronger, weaker } from './session-fact.js';

// Evidence in a sentence: enough to look up, short enough to read.
const maxFrames = 3;

const noFrames: readonly number[] = [];

/** How often something was seen, in which frames first, and how certainly. Order of adding does not matter. */
export class Tally {
  count = 0;
  /** The lowest frames, in order. */
  frames: readonly number[] = noFrames;
  /** Certainty of the surest sight: what a claim that it happened rests on. */
  best: Certainty | 'none' = 'none';
  /** Certainty of the least sure sight: what a claim about all of them rests on. */
  worst: Certainty | 'none' = 'observed';

  add(frame: number, certainty: Certainty | 'none'): void {
    this.count++;
    if (certainty !== this.best) this.best = stronger(this.best, certainty);
    if (certainty !== this.worst) this.worst = weaker(this.worst, certainty);
    const { frames } = this;
    // Records come nearly in order: most are later than what is kept.
    if (frames.length === maxFrames && frame >= frames[maxFrames - 1]!) return;
    this.frames = withFrame(frames, frame);
  }

  /** ' (frames 12, 40)', or '' without any; an ellipsis stands for more. */
  get where(): string {
    if (this.frames.length === 0) return '';
    const more = this.count > this.frames.length ? ', …' : '';
    return ` (${this.frames.length === 1 && more === '' ? 'frame' : 'frames'} ${this.frames.join(', ')}${more})`;
  }
}

/** Tallies by a key of which few values occur: two short arrays, as a capture may show a million hops. */
export class Tallies<K> {
  keys: readonly K[] = [];
  #tallies: readonly Tally[] = [];

  /** The tally of `key`, or undefined. */
  get(key: K): Tally | undefined {
    const { keys } = this;
    for (let at = 0; at < keys.length; at++) if (keys[at] === key) return this.#tallies[at];
    return undefined;
  }

  /** The tally of `key`, made when it has none. */
  of(key: K): Tally {
    const known = this.get(key);
    if (known !== undefined) return known;
    const tally = new Tally();
    // A spread or a push would leave room for sixteen more.
    this.keys = this.keys.concat(key);
    this.#tallies = this.#tallies.concat(tally);
    return tally;
  }
}

/** The lowest frames with one more; made to measure, and without a sort: every connection of a new hop comes by. */
function withFrame(frames: readonly number[], frame: number): readonly number[] {
  let at = frames.length;
  while (at > 0 && frames[at - 1]! > frame) at--;
  const kept = new Array<number>(Math.min(frames.length + 1, maxFrames));
  for (let to = 0; to < kept.length; to++) kept[to] = to < at ? frames[to]! : to === at ? frame : frames[to - 1]!;
  return kept;
}
