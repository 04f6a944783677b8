// How well one question and answer on the back leg fits into one on the front leg, and how likely chance would fit it as well.
import type { LegExchange } from './legs.js';

/** What passes with equal volumes on both legs, or an HTTP proxy that rewrites headers. */
export type Carriage = 'unchanged' | 'http';

/** Clocks of two interfaces of one machine may differ by this much, in seconds. */
export const clockSlack = 0.0005;

/** Seconds by which times on two legs may be wrong to each other: more where captures with clocks of their own show them. */
export function slackBetween({ leg: { clock: one } }: LegExchange, { leg: { clock: other } }: LegExchange): number {
  return one === other ? clockSlack : clockSlack + one.uncertainty + other.uncertainty;
}

/** No proxy is faster, so that being nearer is no better sign. */
const forwardingSeconds = 0.00005;

/** Octets by which volumes of unchanged content differ at most: where records are cut isn't known. */
const unchangedOctets = 2;
const unchangedShare = 0.015;

/** A proxy may drop as much of a request's headers, and add as much (a forwarded certificate chain in PEM). */
const droppedRequestOctets = 1_024;
const addedRequestOctets = 8_192;
/** And add to or drop from an answer. */
const changedAnswerOctets = 640;
const changedAnswerShare = 0.1;

/** Headers of an answer in HTTP/1, which HTTP/2 compresses away; and how many times as much a front leg may answer, or have answered. */
const answerHeaderOctets = 320;
const mistakenFor = 2;

/** How surprising a match is, and how many independent measures say so. */
export interface Surprise {
  /** Sum of -ln(chance) over the measures. */
  nats: number;
  measures: number;
}

/** What chance is reckoned with: questions on the front legs of the host, and the seconds in which anything happened. */
export interface Traffic {
  questions: number;
  seconds: number;
}

/** Whether `back` began after `front` and was answered before it. */
export function isWithin(back: LegExchange, front: LegExchange): boolean {
  const slack = slackBetween(back, front);
  if (back.time < front.time - slack || back.answerTime < 0) return false;
  if (front.answerTime < 0) return false;
  return back.answerTime <= (front.leg.multiplexed ? front.leg.answeredUntil : front.answerTime) + slack;
}

/**
 * Whether `back` is one question and answer that lies within `front`, one too, by its times and volumes: so it is on legs of HTTP/2
 * whose requests come one at a time.
 */
export function isOneWithinOne(back: LegExchange, front: LegExchange): boolean {
  const slack = slackBetween(back, front);
  if (back.time < front.time - slack || back.answerTime < 0 || front.answerTime < 0) return false;
  return back.answerTime <= front.answerTime + slack && areCarried(back, front, 'http');
}

/** Whether the volumes on both legs can be those of one question and answer, carried in this way. */
export function volumesFit(back: LegExchange, front: LegExchange, carriage: Carriage): boolean {
  if (front.leg.multiplexed || back.leg.multiplexed) return carriage === 'http';
  return areCarried(back, front, carriage);
}

function areCarried(back: LegExchange, front: LegExchange, carriage: Carriage): boolean {
  const asked = back.asked - front.asked;
  const answered = front.answered - back.answered;
  if (isUnchanged(asked, back.asked) && isUnchanged(answered, back.answered)) return true;
  if (carriage === 'unchanged') return false;
  if (asked < -Math.min(droppedRequestOctets, front.asked / 2) || asked > addedRequestOctets) return false;
  return Math.abs(answered) <= changedAnswerOctets + changedAnswerShare * front.answered;
}

/**
 * Whether `before` octets in front may be the answers behind, `behind` octets in so many: headers are written in another way, and
 * where many clients ask at a time, some answers are taken for those of another.
 */
export function mayCarryAnswers(behind: number, before: number, answers: number): boolean {
  const headers = answers * answerHeaderOctets;
  return behind <= mistakenFor * before + headers && before <= mistakenFor * behind + headers;
}

/**
 * How surprising it were if the match came by chance: that anything was asked so soon after the front leg's question, that
 * its answer came so shortly before the front leg's, and that the volumes are so alike.
 */
export function surpriseOf(back: LegExchange, front: LegExchange, traffic: Traffic): Surprise {
  const perSecond = traffic.questions / Math.max(traffic.seconds, clockSlack);
  const slack = slackBetween(back, front);
  // A connection that was open before is no sign of the wish to ask.
  const wished = back.wished >= front.time - slack ? back.wished : back.time;
  // Nearness that the clocks can't tell is no sign either.
  const unsure = slack - clockSlack;
  const lead = rarity(wished - front.time, 1 / perSecond, unsure);
  const unmeasured = front.leg.multiplexed || back.leg.multiplexed;
  if (unmeasured && (front.leg.multiplexed || !back.leg.timed)) return { nats: lead, measures: 1 };
  // What lies within the question ends before it by chance anywhere in what is left of it.
  const tail = rarity(front.answerTime - back.answerTime, front.answerTime - wished, unsure);
  if (unmeasured) return { nats: lead + tail, measures: 2 };
  const asked = likeness(back.asked - front.asked, back.asked);
  const answered = likeness(front.answered - back.answered, front.answered);
  return { nats: lead + tail + asked + answered, measures: 4 };
}

/** Likewise for the ends of a front leg that answers many questions at a time and of the last leg behind it. */
export function surpriseOfEnds(back: LegExchange, front: LegExchange): Surprise {
  const left = front.leg.answeredUntil - front.time;
  const apart = Math.abs(front.leg.answeredUntil - back.leg.answeredUntil);
  return { nats: rarity(apart, left, slackBetween(back, front) - clockSlack), measures: 1 };
}

/**
 * Natural logarithm of the chance that measures without any connection surprise as much: Chernoff's bound on Fisher's sum,
 * which is gamma-distributed where each measure is uniform. 0 = as likely as not.
 */
export function chanceOf({ nats, measures }: Surprise): number {
  if (nats <= measures) return 0;
  return measures - nats + measures * Math.log(nats / measures);
}

function isUnchanged(difference: number, octets: number): boolean {
  return Math.abs(difference) <= unchangedOctets + unchangedShare * octets;
}

/** Of a moment that is so near, give or take `unsure` seconds, where chance would put it anywhere within `span` seconds. */
function rarity(seconds: number, span: number, unsure: number): number {
  const near = Math.max(0, seconds) + forwardingSeconds + unsure;
  return -Math.log(Math.min(1, near / (Math.max(0, span) + forwardingSeconds)));
}

/** Of two volumes this near to each other. */
function likeness(difference: number, octets: number): number {
  return -Math.log(Math.min(1, (Math.abs(difference) + 1) / (octets + 8)));
}
