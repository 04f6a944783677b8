import type { FlowFacts } from '../../flow/flow-facts.js';
import type { Clocks } from '../../model/clock.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo, VantageSummary } from '../../model/report.js';
import type { VantagePoint } from '../pipeline.js';
import { VantageMerge } from './merge.js';
import type { Sighting } from './sighting.js';
import type { Witness } from './witness.js';

/** What comparing the captures of a run came to. */
export interface VantageResult {
  summary: VantageSummary;
  clocks: Clocks;
  /** Sightings that could not be remembered. */
  unkept: number;
}

/** The captures of a run that has several, one set of files after the other, as places from which the same was seen. */
export class VantageRun {
  readonly #merge: VantageMerge;
  readonly #seed: number;
  readonly #sets: number;
  /** By index of the capture. */
  readonly #setOf: number[] = [];
  #set = -1;

  /** `sets` sets of files will be read; `tell` hears of each connection once; `seed` is drawn per run. */
  constructor(sets: number, seed: number, tell: (record: ConnectionRecord) => void) {
    this.#sets = sets;
    this.#seed = seed;
    this.#merge = new VantageMerge(sets, seed, tell);
  }

  /** Index of the set that is read. */
  get set(): number {
    return this.#set;
  }

  /** The next set of files is read. */
  beginSet(): void {
    this.#set++;
  }

  /** A file of it is in the report now, behind those before it. */
  captured(): void {
    this.#setOf.push(this.#set);
  }

  /** Who hears of every connection as `take` needs it to be told again. */
  set onSeen(hear: (record: ConnectionRecord, sighting: Sighting) => void) {
    this.#merge.onSeen = hear;
  }

  /** Takes a connection by what it is known again by. */
  take(record: ConnectionRecord, sighting: Sighting): void {
    this.#merge.take(record, sighting);
  }

  /** Captures that were compared elsewhere are in the report now, behind those before them. */
  notCompared(captures: number): void {
    for (let left = captures; left > 0; left--) this.#setOf.push(-1);
  }

  /** Who compares the connections of the set being read. */
  point(): VantagePoint {
    const set = this.#set;
    return {
      seed: this.#seed,
      ended: (record: ConnectionRecord, facts: FlowFacts, witness: Witness | null) =>
        this.#merge.add(record, facts, witness, set),
    };
  }

  /** Everything is read: tells what waited, and says in `captures` how their clocks stand. */
  finish(captures: readonly CaptureInfo[]): VantageResult {
    const firstOf = (set: number): number => Math.max(0, this.#setOf.indexOf(set));
    const positions = this.#merge.clocks.positions(this.#sets, firstOf, (set) => captures[firstOf(set)]!.path);
    const summary = this.#merge.finish((set) => positions[set]!.position);
    this.#setOf.forEach((set, capture) => {
      if (set < 0) return;
      const info = captures[capture]!;
      info.clock = positions[set]!.clock;
      const other = this.#merge.directions.of(set);
      if (other !== null) info.otherDirection = { capture: firstOf(other.set), connections: other.connections };
    });
    return {
      summary,
      clocks: (capture) => positions[this.#setOf[capture] ?? 0]!.position,
      unkept: this.#merge.unkept,
    };
  }
}
