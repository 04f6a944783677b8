// Takes what a worker read of a capture into the run, as if it had been read here: the report is the same.
import type { KeyRing } from '../../session/shared/key-ring.js';
import type { EarlierRandom } from '../../session/shared/random-index.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { ringNames, ringOf } from '../../session/shared/session-rings.js';
import type { ReadingState } from '../reading-state.js';
import { takeCertificate } from '../records/run.js';
import { renumber } from '../renumber.js';
import type { VantageRun } from '../vantage/vantage-run.js';
import { hasRoomFor, leansOnEarlier } from './leanings.js';
import type { ReadApart, SeenApart } from './read-apart.js';

/** The run that it goes to. */
export interface TakingRun {
  readonly context: SessionContext;
  readonly state: ReadingState;
  readonly vantage: VantageRun;
}

/** Connections of a capture whose random an earlier one showed, by their ids there; null = nobody can tell for all of them. */
type ShownEarlier = ReadonlyMap<number, EarlierRandom> | null;

/** Takes a capture that was read apart, or does nothing and returns false: then it must be read here. */
export function takeOver(apart: ReadApart, { context, state, vantage }: TakingRun): boolean {
  if (!standsAlone(apart, context)) return false;
  const { told } = apart.leanings;
  const hellos = shownEarlier(told.clientRandoms, ringOf(context, 'clientRandoms'));
  const answers = shownEarlier(told.serverRandoms, ringOf(context, 'serverRandoms'));
  if (hellos === null || answers === null) return false;
  const seen = apart.seen.flatMap((text) => JSON.parse(text) as SeenApart[]);
  if (isDoubtful(seen, hellos)) return false;
  const ids = state.nextId - 1;
  const captures = state.captures.length;
  remember(apart, context, ids);
  for (const { record, sighting } of seen) {
    const { id, tls } = record;
    const same = tls?.sameClientRandom ?? null;
    const hello = hellos.get(same?.flow ?? id);
    const answer = answers.get(tls?.sameServerRandom?.flow ?? id);
    renumber(record, ids, captures);
    if (tls !== null && hello !== undefined)
      tls.sameClientRandom = { flow: hello.flow, identical: hello.identical && same?.identical !== false };
    if (tls !== null && answer !== undefined) tls.sameServerRandom = { flow: answer.flow };
    sighting.id += ids;
    sighting.capture += captures;
    sighting.set = vantage.set;
    vantage.take(record, sighting);
  }
  state.nextId += apart.ids;
  state.captures.push(...apart.captures);
  state.unreadable.push(...apart.unreadable);
  for (const [name, count] of Object.entries(apart.limits)) state.limit(name, count);
  return true;
}

/** Whether it would have been read alike behind the captures that were read before. */
function standsAlone({ leanings, certificates, names }: ReadApart, context: SessionContext): boolean {
  const { announced, addressNames, verification } = context;
  const octets = certificates.reduce((sum, { content }) => sum + content.length, 0);
  return (
    announced.isEmpty &&
    verification.work.refused === 0 &&
    addressNames.hasRoomFor(names.length) &&
    context.certificates.hasRoomFor(certificates.length, octets) &&
    hasRoomFor(leanings, context) &&
    !leansOnEarlier(leanings, context)
  );
}

/** What earlier captures, whose randoms `ring` holds, showed first of those that `told` enters. */
function shownEarlier(told: readonly number[], ring: KeyRing): ShownEarlier {
  const shown = new Map<number, EarlierRandom>();
  const entered = new Set<number>();
  for (let at = 0; at + 2 < told.length; at += 3) {
    const flow = told[at + 1]!;
    const place = ring.placeOf(told[at]!);
    // Which of two randoms of one connection others share is not in their records.
    if (entered.has(flow) && (place >= 0 || shown.has(flow))) return null;
    entered.add(flow);
    if (place >= 0) shown.set(flow, { flow: ring.flowAt(place), identical: ring.asideAt(place) === told[at + 2]! });
  }
  return shown;
}

/** Whether a hello differs from one that differs from an earlier one: both may be alike or not. */
function isDoubtful(seen: readonly SeenApart[], hellos: ReadonlyMap<number, EarlierRandom>): boolean {
  if (hellos.size === 0) return false;
  return seen.some(({ record }) => {
    const same = record.tls?.sameClientRandom ?? null;
    return same !== null && !same.identical && hellos.get(same.flow)?.identical === false;
  });
}

/** Tells the memory of the run what the capture told its own. */
function remember(
  { leanings, certificates, names, announced, refusedOctets }: ReadApart,
  context: SessionContext,
  ids: number,
): void {
  for (const name of ringNames) {
    const ring = ringOf(context, name);
    const told = leanings.told[name];
    for (let at = 0; at + 2 < told.length; at += 3) {
      // A session belongs to its latest handshake, a random to whoever showed it first.
      if (name === 'resumptions') ring.set(told[at]!, told[at + 1]! + ids, told[at + 2]!);
      else ring.enter(told[at]!, told[at + 1]! + ids, told[at + 2]!);
    }
  }
  for (const { peers, flow, lengths } of leanings.handshakes) context.ticketLinks.keep(peers, flow + ids, [...lengths]);
  for (const certificate of certificates) takeCertificate(context.certificates, certificate);
  for (const named of names) context.addressNames.take(named);
  context.announced.restore(announced);
  context.octets.refused += refusedOctets;
}
