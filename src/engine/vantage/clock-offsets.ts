// How the clocks of captures differ, from connections that both saw. A capture nearer to the client sees the client's octets
// earlier and the server's later than one nearer to the server: half the sum of both differences is the offset, and half of
// their difference is by how much unequal ways there and back may falsify it (as NTP reckons, RFC 5905 §8).
import type { CaptureClock, ClockPosition } from '../../model/clock.js';
import { maxClockPairs, maxClockSamples, minClockConnections, minMedianConnections, timeResolution } from './limits.js';
import type { Passage } from './passage.js';

/** Median of the absolute deviation → standard deviation of a normal distribution. */
const scatterScale = 1.4826;

/** Two sets of files, and how the second's clock is ahead of the first's. */
interface Pair {
  a: number;
  b: number;
  /** Connections that both saw, those beyond the kept samples too. */
  connections: number;
  /** Where both directions were seen: offset, and the way there and back between the vantage points. */
  readonly offsets: number[];
  readonly delays: number[];
  /** Where only one was, or none with octets: difference of the first packets. */
  readonly oneWay: number[];
}

/** A pair's clocks, as far as they can be told. */
interface Estimate {
  a: number;
  b: number;
  offset: number;
  uncertainty: number | null;
  connections: number;
  /** Of which so many were measured. */
  measured: number;
}

/** Gathers what connections say of the clocks of the captures that saw them. */
export class ClockOffsets {
  readonly #pairs: Map<string, Pair> = new Map();

  /** One connection, seen in two sets of files. */
  add(one: Passage, other: Passage): void {
    const [a, b] = one.set < other.set ? [one, other] : [other, one];
    const key = `${a.set} ${b.set}`;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      if (this.#pairs.size >= maxClockPairs) return;
      pair = { a: a.set, b: b.set, connections: 0, offsets: [], delays: [], oneWay: [] };
      this.#pairs.set(key, pair);
    }
    pair.connections++;
    if (pair.offsets.length + pair.oneWay.length >= maxClockSamples) return;
    const difference = offsetBetween(a, b);
    if (difference === null) return;
    if (difference.delay === null) pair.oneWay.push(difference.offset);
    else {
      pair.offsets.push(difference.offset);
      pair.delays.push(difference.delay);
    }
  }

  /**
   * The clocks of `sets` sets of files. `captureOf` is the index of a set's first file, `nameOf` what people call it. Sets that
   * nothing ties to another have a domain of their own and no `clock`.
   */
  positions(sets: number, captureOf: (set: number) => number, nameOf: (set: number) => string): ToldClock[] {
    const estimates = [...this.#pairs.values()].map(estimate).filter((made) => made !== null);
    // The surest ties first: those of many connections.
    estimates.sort((x, y) => y.connections - x.connections || x.a - y.a || x.b - y.b);
    const sure = estimates.filter(({ uncertainty }) => uncertainty !== null);
    const told: ToldClock[] = Array.from({ length: sets }, (_, set) => ({
      position: { domain: set, offset: 0, uncertainty: 0 },
      clock: null,
    }));
    const members: number[] = new Array<number>(sets).fill(0);
    const placed = new Set<number>();
    for (let domain = 0; domain < sets; domain++) {
      if (placed.has(domain)) continue;
      placed.add(domain);
      for (let tie = nextTie(sure, placed, told, domain); tie !== null; tie = nextTie(sure, placed, told, domain)) {
        const { from, to, ahead, made } = tie;
        placed.add(to);
        members[domain]!++;
        const before = told[from]!.position;
        const offset = before.offset + ahead;
        const uncertainty = before.uncertainty + made.uncertainty!;
        told[to] = {
          position: { domain, offset, uncertainty },
          clock: {
            against: captureOf(domain),
            offsetSeconds: rounded(offset),
            uncertaintySeconds: rounded(uncertainty),
            basis: basisOf(made, from === domain ? null : nameOf(from)),
            connections: made.connections,
          },
        };
      }
    }
    for (const made of estimates) {
      if (made.uncertainty !== null) continue;
      // Worth saying of a capture that nothing else ties to another.
      const isAlone = (set: number): boolean => told[set]!.clock === null && members[set] === 0;
      const set = isAlone(made.b) ? made.b : made.a;
      if (!isAlone(set)) continue;
      const other = set === made.b ? made.a : made.b;
      told[set]!.clock = {
        against: captureOf(other),
        offsetSeconds: rounded(set === made.b ? made.offset : -made.offset),
        uncertaintySeconds: null,
        basis: basisOf(made, null),
        connections: made.connections,
      };
      members[other]!++;
    }
    return told;
  }
}

/** What is told of a set's clock. */
interface ToldClock {
  position: ClockPosition;
  clock: CaptureClock | null;
}

/** How far b's clock is ahead of a's by one connection; `delay` null = the way between them is in it. */
export function offsetBetween(a: Passage, b: Passage): { offset: number; delay: number | null } | null {
  const areAlike = (ofA: number, ofB: number): boolean => a.datagrams || ofA === ofB;
  const asked = areAlike(a.askedFrom, b.askedFrom) ? b.asked - a.asked : Number.NaN;
  const answered = areAlike(a.answeredFrom, b.answeredFrom) ? b.answered - a.answered : Number.NaN;
  if (!Number.isNaN(asked) && !Number.isNaN(answered)) {
    return { offset: (asked + answered) / 2, delay: Math.abs(asked - answered) };
  }
  if (a.sawSyn && b.sawSyn) return { offset: b.start - a.start, delay: null };
  const only = Number.isNaN(asked) ? answered : asked;
  return Number.isNaN(only) ? null : { offset: only, delay: null };
}

function estimate({ a, b, connections, offsets, delays, oneWay }: Pair): Estimate | null {
  if (offsets.length >= minMedianConnections) {
    const offset = median(offsets);
    const uncertainty = median(delays) / 2 + scatterScale * scatterOf(offsets, offset) + timeResolution;
    return { a, b, offset, uncertainty, connections, measured: offsets.length };
  }
  if (offsets.length >= minClockConnections) {
    const delay = Math.min(...delays);
    const offset = offsets[delays.indexOf(delay)]!;
    return { a, b, offset, uncertainty: delay / 2 + timeResolution, connections, measured: 1 };
  }
  const all = [...offsets, ...oneWay];
  if (all.length < minMedianConnections) return null;
  return { a, b, offset: median(all), uncertainty: null, connections, measured: all.length };
}

interface Tie {
  from: number;
  to: number;
  ahead: number;
  made: Estimate;
}

/** The surest tie between a set of this domain and one that is not placed yet. */
function nextTie(
  estimates: readonly Estimate[],
  placed: ReadonlySet<number>,
  told: readonly ToldClock[],
  domain: number,
): Tie | null {
  const isIn = (set: number): boolean => placed.has(set) && told[set]!.position.domain === domain;
  for (const made of estimates) {
    const { a, b, offset } = made;
    if (isIn(a) && !placed.has(b)) return { from: a, to: b, ahead: offset, made };
    if (isIn(b) && !placed.has(a)) return { from: b, to: a, ahead: -offset, made };
  }
  return null;
}

function basisOf({ measured, uncertainty }: Estimate, over: string | null): string {
  const way = over === null ? '' : ` (by way of ${over})`;
  const connections = measured === 1 ? 'a connection' : `${measured} connections`;
  const median = measured === 1 ? 'difference' : 'median difference';
  return uncertainty === null
    ? `${median} of the first packets of ${connections} that both captures show${way}; the delay between them is in it`
    : `${median} of the first octets there and back of ${connections} that both captures show${way}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function scatterOf(values: readonly number[], middle: number): number {
  return median(values.map((value) => Math.abs(value - middle)));
}

/** To the microsecond: captures seldom tell more, and sums of seconds since 1970 don't. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6 || 0;
}
