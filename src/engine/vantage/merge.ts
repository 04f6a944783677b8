// Several captures of one incident, taken at different places: what they show of one connection becomes one record. Captures
// are read one after the other, so records wait until the last one is read, within bounds.

import type { FlowFacts } from '../../flow/flow-facts.js';
import type { ClockPosition } from '../../model/clock.js';
import type { AlsoSeen, ConnectionRecord } from '../../model/connection-record.js';
import type { VantageSummary } from '../../model/report.js';
import { countLacks } from '../flow-health.js';
import { isBetterSeen } from './better-seen.js';
import { ClockOffsets, offsetBetween } from './clock-offsets.js';
import { contradict } from './contradiction.js';
import { maxCandidates, maxHeldRecords, maxSightings } from './limits.js';
import { OtherDirections } from './other-directions.js';
import { type Passage, passageOf } from './passage.js';
import { sameByMoment } from './same-moment.js';
import type { SeenConnection } from './seen-connection.js';
import { mendNames, SharedRandoms } from './shared-randoms.js';
import { areOne, areTranslated, haveSameNumbers, numbersKey, type Sighting, sightingOf } from './sighting.js';
import { Translations } from './translations.js';
import type { Witness } from './witness.js';

/** Seconds that a packet takes at most past a device that translates addresses. */
const maxTranslationSeconds = 1;

/** A place in the index of sightings. */
interface Entry {
  sighting: Sighting;
  connection: SeenConnection;
  /** Between the same ends, or with the same numbers, before this one. */
  earlier: Entry | undefined;
}

/** Finds connections that several captures of a run show, and tells each once. */
export class VantageMerge {
  readonly clocks: ClockOffsets = new ClockOffsets();
  readonly directions: OtherDirections = new OtherDirections();
  /** Hears of every connection as `take` needs it to be told again. */
  onSeen: ((record: ConnectionRecord, sighting: Sighting) => void) | null = null;
  /** Sightings that could not be remembered: their connections may be told more than once. */
  unkept = 0;
  readonly #seed: number;
  readonly #lastSet: number;
  readonly #tell: (record: ConnectionRecord) => void;
  readonly #byEnds: Map<number, Entry> = new Map();
  readonly #byNumbers: Map<number, Entry> = new Map();
  readonly #held: SeenConnection[] = [];
  /** By the ids of all their sightings: connections that several captures show. */
  readonly #shared: Map<number, SeenConnection> = new Map();
  /** The id under which a connection is told, by that of any of its sightings. */
  readonly #reported = (id: number): number => this.#shared.get(id)?.best.id ?? id;
  readonly #translations: Translations = new Translations();
  readonly #most: { records: number; sightings: number };
  /** What the records that are left out lacked: it does not burden the answer. */
  readonly #lacks: VantageSummary['lacking'] = { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0 };
  #sightings = 0;
  /** Sets that show connections which others show too, those connections, and records that are left out for them. */
  readonly #sharing: Set<number> = new Set();
  #connections = 0;
  #repeated = 0;

  /** `sets` captures are read; `tell` hears of each connection once; `seed` is drawn per run. */
  constructor(
    sets: number,
    seed: number,
    tell: (record: ConnectionRecord) => void,
    most: { records: number; sightings: number } = { records: maxHeldRecords, sightings: maxSightings },
  ) {
    this.#lastSet = sets - 1;
    this.#seed = seed | 0;
    this.#tell = tell;
    this.#most = most;
  }

  /** Takes an ended connection of the capture with this index among the sets. `facts` is lent. */
  add(record: ConnectionRecord, facts: FlowFacts, witness: Witness | null, set: number): void {
    const sighting = sightingOf(record, facts, witness, set, this.#seed);
    this.onSeen?.(record, sighting);
    this.take(record, sighting);
  }

  /** Takes it by what it is known again by. */
  take(record: ConnectionRecord, sighting: Sighting): void {
    const known = this.#find(sighting, record);
    if (known !== null) {
      this.#seenAgain(known, sighting, record);
      return;
    }
    this.directions.add(sighting, candidates(this.#byEnds.get(sighting.ends[0])));
    const connection: SeenConnection = { best: sighting, record, others: null };
    this.#remember(this.#byEnds, sighting.ends[0], sighting, connection);
    const key = numbersKey(sighting);
    if (key !== 0) {
      this.#findTranslated(key, connection);
      this.#remember(this.#byNumbers, key, sighting, connection);
    }
    if (this.#held.length < this.#most.records) this.#held.push(connection);
    else {
      connection.record = null;
      mendNames(record, this.#reported);
      this.#tell(record);
    }
  }

  /** All captures are read, and `positionOf` their clocks is known: tells what waited, in the order of ids. */
  finish(positionOf: (set: number) => ClockPosition): VantageSummary {
    const joined = new Set<SeenConnection>();
    for (const { first, again } of sameByMoment(this.#held, positionOf)) {
      if (contradict(first.record!, again.record!)) continue;
      joined.add(again);
      if (again.others !== null) this.#connections--;
      this.#seenAgain(first, again.best, again.record!);
      for (const other of again.others ?? []) {
        first.others!.push(other);
        this.#shared.set(other.id, first);
      }
    }
    const held = this.#held.filter((connection) => !joined.has(connection));
    held.sort((a, b) => a.best.id - b.best.id);
    const randoms = new SharedRandoms(this.#reported);
    for (const connection of held) randoms.add(connection);
    randoms.orient();
    this.#translations.orient();
    for (const { best, record, others } of held) {
      if (others !== null) record!.alsoSeen = others.map((other) => alsoSeen(other, best));
    }
    for (const connection of held) {
      this.#tell(connection.record!);
      connection.record = null;
    }
    this.#held.length = 0;
    return {
      captures: this.#sharing.size,
      connections: this.#connections,
      repeated: this.#repeated,
      translated: this.#translations.told,
      lacking: this.#lacks,
    };
  }

  /** The connection of another capture that this is. */
  #find(sighting: Sighting, record: ConnectionRecord): SeenConnection | null {
    for (const { sighting: earlier, connection } of candidates(this.#byEnds.get(sighting.ends[0]))) {
      if (isSeenBy(connection, sighting.set) || !areOne(earlier, sighting)) continue;
      if (connection.record !== null && contradict(connection.record, record)) continue;
      return connection;
    }
    return null;
  }

  #seenAgain(connection: SeenConnection, sighting: Sighting, record: ConnectionRecord): void {
    const passage = passageOf(sighting);
    this.clocks.add(passageOf(connection.best), passage);
    for (const other of connection.others ?? []) this.clocks.add(other, passage);
    this.#sharing.add(connection.best.set).add(sighting.set);
    this.#repeated++;
    if (connection.others === null) this.#connections++;
    if (connection.record === null && sighting.set === this.#lastSet) {
      // It is told, and nobody will ask for this sighting but by its name.
      this.#shared.set(sighting.id, connection);
      countLacks(this.#lacks, record);
      return;
    }
    this.#shared.set(connection.best.id, connection);
    this.#shared.set(sighting.id, connection);
    connection.others ??= [];
    let left = record;
    if (connection.record !== null && isBetterSeen(record, connection.record)) {
      connection.others.push(passageOf(connection.best));
      left = connection.record;
      connection.best = sighting;
      connection.record = record;
    } else connection.others.push(passage);
    countLacks(this.#lacks, left);
    // A third capture may show what only this one does.
    this.#remember(this.#byEnds, sighting.ends[0], sighting, connection);
  }

  /** The connection that this is with other addresses. Numbers that a capture shows twice are not random. */
  #findTranslated(key: number, connection: SeenConnection): void {
    if (this.#translations.refuses(key)) return;
    const { best } = connection;
    let found: Entry | null = null;
    for (const entry of candidates(this.#byNumbers.get(key))) {
      const { sighting: earlier } = entry;
      if (!haveSameNumbers(earlier, best)) continue;
      const fits = areTranslated(earlier, best);
      if (earlier.set === best.set && !(fits && Math.abs(earlier.start - best.start) <= maxTranslationSeconds)) {
        this.#translations.refuse(key);
        return;
      }
      if (fits) found ??= entry;
    }
    if (found === null) return;
    this.#translations.add(found.connection, connection, key);
    if (found.sighting.set !== best.set) this.clocks.add(passageOf(found.sighting), passageOf(best));
  }

  #remember(index: Map<number, Entry>, key: number, sighting: Sighting, connection: SeenConnection): void {
    // Nobody comes after the last one.
    if (sighting.set === this.#lastSet) return;
    if (this.#sightings >= this.#most.sightings) {
      this.unkept++;
      return;
    }
    this.#sightings++;
    index.set(key, { sighting, connection, earlier: index.get(key) });
  }
}

/** What an index holds of one key, from the latest on, as far as it is looked at. */
function* candidates(latest: Entry | undefined): Generator<Entry, void, void> {
  let left = maxCandidates;
  for (let entry = latest; entry !== undefined && left > 0; entry = entry.earlier, left--) yield entry;
}

function isSeenBy({ best, others }: SeenConnection, set: number): boolean {
  return best.set === set || others?.some((other) => other.set === set) === true;
}

function alsoSeen(other: Passage, best: Sighting): AlsoSeen {
  const { capture, id, firstFrame } = other;
  const difference = offsetBetween(passageOf(best), other);
  return {
    capture,
    id,
    firstFrame,
    offsetSeconds: difference === null ? null : Math.round(difference.offset * 1e6) / 1e6,
  };
}
