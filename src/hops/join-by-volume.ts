// Joins legs whose content can't be read: what a proxy passes on lies within the question that it answers, in time and by
// volume. Silence is better than a guess: a host that serves TLS also has backups, health checks and databases.
import type { Leg, LegExchange } from './legs.js';
import {
  chanceOf,
  clockSlack,
  isOneWithinOne,
  isWithin,
  mayCarryAnswers,
  type Surprise,
  surpriseOf,
  surpriseOfEnds,
  type Traffic,
  volumesFit,
} from './volume-match.js';

/** Questions before one on the back leg that are looked at as its origin: so many are waiting for an answer at a time. */
const maxWaiting = 64;

/**
 * Pairs of a question and its possible origin that are kept for one host, some 100 octets each. Where there would be more, the most
 * surprising few of each question: the others would only be taken if all of those were.
 */
const maxPairs = 1_048_576;
const fewestOrigins = 4;

/** Natural logarithms. A path is joined where chance would show as much on fewer than one back leg in a hundred. */
const joinedBelow = Math.log(0.01);
/** At a host that is a proxy for other legs, one in ten. */
const joinedAtProxyBelow = Math.log(0.1);
/** And through a front leg of which a fifth or less is chance. */
const frontBelow = Math.log(0.2);

/** A front leg whose questions a back leg carries, as far as volumes tell. */
export interface VolumeJoin {
  back: number;
  front: number;
  /** Questions of the back leg that fit this front leg's, and all that it asked. */
  fitting: number;
  asked: number;
  /** How many times out of one chance would show as much on the back leg. */
  chance: number;
}

interface Pair {
  back: LegExchange;
  front: LegExchange;
  surprise: Surprise;
  /** No other question on any front leg could be its origin. */
  only: boolean;
}

/** What was said at one host, by clocks that can be compared: on the legs that end there and on those that begin there. */
export interface HostExchanges {
  fronts: LegExchange[];
  backs: LegExchange[];
}

/** Joins the legs of one host; `knownToForward` = its content says that it is a proxy. */
export function joinByVolume({ fronts, backs: all }: HostExchanges, knownToForward: boolean): VolumeJoin[] {
  const byTime = (a: LegExchange, b: LegExchange): number => a.time - b.time;
  const questions = fronts.filter(({ answerTime }) => answerTime >= 0).sort(byTime);
  tellOneAtATime(questions, all);
  // Of a leg that carries many questions at a time, and can't be read, only the first is told apart.
  const backs = all.filter(({ leg, wished, time }) => !runsTogether(leg) || wished < time);
  const traffic = trafficOf(questions, backs);
  const unsure = 2 * Math.max(worstClock(questions), worstClock(backs));
  const pairs: Pair[] = [];
  /** Of each question on a front leg, the hop of those that it may be the origin of; -1 = several. */
  const behind = new Map<LegExchange, number>();
  const most = Math.max(fewestOrigins, Math.floor(maxPairs / backs.length));
  for (const back of backs) {
    const found = originsOf(back, questions, traffic, unsure);
    for (const { front } of found) {
      const known = behind.get(front);
      if (known === undefined) behind.set(front, back.leg.hop);
      else if (known !== back.leg.hop) behind.set(front, -1);
    }
    if (found.length > most) found.sort((a, b) => b.surprise.nats - a.surprise.nats).length = most;
    for (const pair of found) pairs.push(pair);
  }
  return verdicts(carried(assign(pairs)), askedByHop(backs), knownToForward, (front) => behind.get(front) !== -1);
}

/**
 * Finds the legs of HTTP/2 and its like, not readable, that carry one question at a time: where most of them fit one on the other
 * side. Those are legs like any other.
 */
function tellOneAtATime(questions: readonly LegExchange[], backs: readonly LegExchange[]): void {
  const untold = [...questions, ...backs].filter(({ leg }) => runsTogether(leg));
  if (untold.length === 0) return;
  const fitting = new Set<LegExchange>();
  const unsure = 2 * Math.max(worstClock(questions), worstClock(backs));
  for (const back of backs) {
    visitWaiting(back, questions, unsure, (front) => {
      if (isOneWithinOne(back, front)) fitting.add(back).add(front);
    });
  }
  const balance = new Map<Leg, number>();
  for (const { leg } of untold) balance.set(leg, (balance.get(leg) ?? 0) - 1);
  for (const { leg } of fitting) if (balance.has(leg)) balance.set(leg, balance.get(leg)! + 2);
  for (const [leg, more] of balance) if (more > 0) leg.multiplexed = false;
}

/** Whether a leg carries many questions at a time, as far as is known, and can't be read. */
function runsTogether({ multiplexed, timed }: Leg): boolean {
  return multiplexed && !timed;
}

/** Seconds by which the clock behind any of them may be off. */
function worstClock(exchanges: readonly LegExchange[]): number {
  let worst = 0;
  for (const { leg } of exchanges) if (leg.clock.uncertainty > worst) worst = leg.clock.uncertainty;
  return worst;
}

function trafficOf(questions: readonly LegExchange[], backs: readonly LegExchange[]): Traffic {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const exchanges of [questions, backs]) {
    for (const { time, end } of exchanges) {
      if (time < first) first = time;
      if (end > last) last = end;
    }
  }
  return { questions: questions.length, seconds: last - first };
}

/** The questions that one on a back leg may carry. */
function originsOf(back: LegExchange, questions: readonly LegExchange[], traffic: Traffic, unsure: number): Pair[] {
  const pairs: Pair[] = [];
  visitWaiting(back, questions, unsure, (front) => {
    if (!isWithin(back, front)) return;
    const carriage = front.leg.http && back.leg.http ? 'http' : 'unchanged';
    if (!volumesFit(back, front, carriage)) return;
    pairs.push({ back, front, surprise: surpriseOf(back, front, traffic), only: true });
  });
  for (const pair of pairs) pair.only = pairs.length === 1;
  return pairs;
}

/** Visits the questions of other hops, latest first, that may be waiting for an answer when one on a back leg is asked. */
function visitWaiting(
  back: LegExchange,
  questions: readonly LegExchange[],
  unsure: number,
  visit: (front: LegExchange) => void,
): void {
  // What another clock shows may be later by its uncertainty: whoever visits looks closer.
  const next = firstAfter(questions, back.time + clockSlack + unsure);
  for (let at = next - 1; at >= 0 && at >= next - maxWaiting; at--) {
    const front = questions[at]!;
    if (front.leg.hop !== back.leg.hop) visit(front);
  }
}

function firstAfter(questions: readonly LegExchange[], time: number): number {
  let low = 0;
  let high = questions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (questions[middle]!.time <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Each question is carried once, and carries one: the most surprising pairs first. */
function assign(pairs: Pair[]): Pair[] {
  pairs.sort((a, b) => b.surprise.nats - a.surprise.nats || a.back.time - b.back.time);
  const taken = new Set<LegExchange>();
  return pairs.filter(({ back, front }) => {
    if (taken.has(back) || taken.has(front)) return false;
    taken.add(back);
    if (!runsTogether(front.leg)) taken.add(front);
    return true;
  });
}

/**
 * Without the pairs of front legs that carry many questions at a time, where what is answered behind them, taken together, is not
 * what they answer: an application that asks a service of its own for each question.
 */
function carried(pairs: readonly Pair[]): Pair[] {
  const unlike = new Set<Pair>();
  for (const ofLeg of grouped(pairs, ({ front }) => front.leg).values()) {
    if (!runsTogether(ofLeg[0]!.front.leg)) continue;
    for (const its of grouped(ofLeg, ({ back }) => back.leg.hop).values()) {
      if (!its.some(({ back }) => runsTogether(back.leg)) && !answersAreCarried(its))
        for (const pair of its) unlike.add(pair);
    }
  }
  return pairs.filter((pair) => !unlike.has(pair));
}

function answersAreCarried(pairs: readonly Pair[]): boolean {
  let behind = 0;
  for (const { back } of pairs) behind += back.answered;
  let before = 0;
  for (const front of new Set(pairs.map(({ front }) => front))) before += front.answered;
  return mayCarryAnswers(behind, before, pairs.length);
}

function askedByHop(backs: readonly LegExchange[]): Map<number, number> {
  const asked = new Map<number, number>();
  for (const { leg } of backs) asked.set(leg.hop, (asked.get(leg.hop) ?? 0) + 1);
  return asked;
}

function verdicts(
  pairs: readonly Pair[],
  asked: ReadonlyMap<number, number>,
  knownToForward: boolean,
  isAlone: (front: LegExchange) => boolean,
): VolumeJoin[] {
  const byBack = grouped(pairs, ({ back }) => back.leg.hop);
  const forwards = knownToForward || forwardsOverall(byBack, asked);
  const joins: VolumeJoin[] = [];
  for (const [back, its] of byBack) {
    const all = asked.get(back)!;
    const chance = chanceOfLeg(its, all);
    if (chance > (forwards ? joinedAtProxyBelow : joinedBelow)) continue;
    // A single sight must leave no other explanation.
    if (its.length === 1 && !(its[0]!.only && isAlone(its[0]!.front))) continue;
    const byFront = grouped(its, ({ front }) => front.leg.hop);
    for (const { front, through } of likelyFronts(byFront, all)) {
      joins.push({ back, front, fitting: through.length, asked: all, chance: Math.exp(chance) });
    }
  }
  return joins;
}

/** Whether the back legs that mostly fit, taken together, show that the host forwards. */
function forwardsOverall(byBack: ReadonlyMap<number, Pair[]>, asked: ReadonlyMap<number, number>): boolean {
  const fitting: Pair[] = [];
  let all = 0;
  for (const [back, its] of byBack) {
    const questions = asked.get(back)!;
    if (its.length * 2 < questions) continue;
    for (const pair of its) fitting.push(pair);
    all += questions;
  }
  return chanceOfLeg(fitting, all) <= joinedBelow;
}

/** Logarithm of the chance that a leg shows this much; what fits nothing speaks against it, by one measure each. */
function chanceOfLeg(its: readonly Pair[], asked: number): number {
  const { nats, measures } = sum(its);
  return chanceOf({ nats, measures: measures + asked - its.length });
}

function grouped<Key>(pairs: readonly Pair[], by: (pair: Pair) => Key): Map<Key, Pair[]> {
  const groups = new Map<Key, Pair[]>();
  for (const pair of pairs) {
    const key = by(pair);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [pair]);
    else known.push(pair);
  }
  return groups;
}

/**
 * Of the front legs through which a joined path may lead those that chance does not explain: all that the back leg asked
 * had its chance to fit one. Where many clients share a path, none stands out: then all that fit well.
 */
function likelyFronts(byFront: ReadonlyMap<number, Pair[]>, asked: number): { front: number; through: Pair[] }[] {
  const fronts = [...byFront].map(([front, through]) => ({ front, through, chance: chanceOf(sum(through)) }));
  const clear = fronts.filter(({ chance }) => chance + Math.log(asked) <= frontBelow);
  return clear.length > 0 ? clear : fronts.filter(({ chance }) => chance <= frontBelow);
}

function sum(pairs: readonly Pair[]): Surprise {
  let nats = 0;
  let measures = 0;
  /** Of front legs that answer many questions at a time: what ends last behind them. */
  const last = new Map<Leg, Pair>();
  for (const pair of pairs) {
    nats += pair.surprise.nats;
    measures += pair.surprise.measures;
    const { leg } = pair.front;
    if (!leg.multiplexed) continue;
    const known = last.get(leg);
    if (known === undefined || pair.back.leg.answeredUntil > known.back.leg.answeredUntil) last.set(leg, pair);
  }
  for (const { back, front } of last.values()) {
    const surprise = surpriseOfEnds(back, front);
    nats += surprise.nats;
    measures += surprise.measures;
  }
  return { nats, measures };
}
