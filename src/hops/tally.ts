import type { Certainty } from '../model/connection-record.js';
import { stronger, weaker } from './session-fact.js';

/**
 * How often something was seen, in which frames first, and how certainly. Order of adding does not matter. Without arrays: a
 * capture may show a million hops, and each has some.
 */
export class Tally {
  count = 0;
  /** Certainty of the surest sight: what a claim that it happened rests on. */
  best: Certainty | 'none' = 'none';
  /** Certainty of the least sure sight: what a claim about all of them rests on. */
  worst: Certainty | 'none' = 'observed';
  /** The lowest frames, in order; -1 = none. */
  #first = -1;
  #second = -1;
  #third = -1;

  add(frame: number, certainty: Certainty | 'none'): void {
    this.count++;
    if (certainty !== this.best) this.best = stronger(this.best, certainty);
    if (certainty !== this.worst) this.worst = weaker(this.worst, certainty);
    // Records come nearly in order: most are later than what is kept.
    if (this.#third < 0 || frame < this.#third) this.#keep(frame);
  }

  /** ' (frames 12, 40)', or '' without any; an ellipsis stands for more. */
  get where(): string {
    const frames = [this.#first, this.#second, this.#third].filter((frame) => frame >= 0);
    if (frames.length === 0) return '';
    const more = this.count > frames.length ? ', …' : '';
    return ` (${frames.length === 1 && more === '' ? 'frame' : 'frames'} ${frames.join(', ')}${more})`;
  }

  #keep(frame: number): void {
    if (this.#second >= 0 && frame >= this.#second) {
      this.#third = frame;
      return;
    }
    this.#third = this.#second;
    if (this.#first >= 0 && frame >= this.#first) this.#second = frame;
    else {
      this.#second = this.#first;
      this.#first = frame;
    }
  }
}

/** Tallies by a key of which few values occur: a chain, mostly of one. */
export class Tallies<K> {
  #chain: Link<K> | null = null;

  /** The keys that were seen. */
  get keys(): K[] {
    const keys: K[] = [];
    for (let link = this.#chain; link !== null; link = link.next) keys.push(link.key);
    return keys;
  }

  /** The tally of `key`, or undefined. */
  get(key: K): Tally | undefined {
    for (let link = this.#chain; link !== null; link = link.next) if (link.key === key) return link;
    return undefined;
  }

  /** The tally of `key`, made when it has none. */
  of(key: K): Tally {
    const known = this.get(key);
    if (known !== undefined) return known;
    this.#chain = new Link(key, this.#chain);
    return this.#chain;
  }
}

/** A tally with its key, in front of the others. */
class Link<K> extends Tally {
  readonly key: K;
  readonly next: Link<K> | null;

  constructor(key: K, next: Link<K> | null) {
    super();
    this.key = key;
    this.next = next;
  }
}
