// A tap writes each direction of a wire to a file of its own. Records are taken whole, so such halves stay two; but whoever gave
// them should hear that together they are one capture.
import { maxClockPairs } from './limits.js';
import type { Sighting } from './sighting.js';

/** Seconds between the first packets of both directions at most: questions are answered, and clocks of one machine agree. */
const maxApart = 60;

/** Which capture shows the other direction of most connections. */
export interface OtherDirection {
  set: number;
  connections: number;
}

/** Counts connections of which two captures show one direction each. */
export class OtherDirections {
  readonly #pairs: Map<string, { a: number; b: number; connections: number }> = new Map();

  /** A connection, and those between the same ends that others showed before, from the latest on. */
  add(sighting: Sighting, earlier: Iterable<{ sighting: Sighting }>): void {
    const side = onlySide(sighting);
    if (side < 0) return;
    for (const { sighting: other } of earlier) {
      if (other.set === sighting.set || onlySide(other) !== 1 - side || !areBetweenSameEnds(other, sighting)) continue;
      if (Math.abs(other.start - sighting.start) <= maxApart) {
        this.#count(other.set, sighting.set);
        return;
      }
    }
  }

  /** The capture that shows the other direction of what this one shows; null where none does. */
  of(set: number): OtherDirection | null {
    let most: OtherDirection | null = null;
    for (const { a, b, connections } of this.#pairs.values()) {
      if ((a !== set && b !== set) || connections <= (most?.connections ?? 0)) continue;
      most = { set: a === set ? b : a, connections };
    }
    return most;
  }

  #count(a: number, b: number): void {
    const key = `${a} ${b}`;
    const pair = this.#pairs.get(key);
    if (pair !== undefined) pair.connections++;
    else if (this.#pairs.size < maxClockPairs) this.#pairs.set(key, { a, b, connections: 1 });
  }
}

/** The one end that was heard; -1 where both were, or none. */
function onlySide({ sides: [first, second] }: Sighting): number {
  if ((first.opening === null) === (second.opening === null)) return -1;
  return first.opening === null ? 1 : 0;
}

function areBetweenSameEnds(a: Sighting, b: Sighting): boolean {
  return a.ends[0] === b.ends[0] && a.ends[1] === b.ends[1] && a.datagrams === b.datagrams;
}
