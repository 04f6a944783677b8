// Connections of one capture may lean on what an earlier one showed: a session that is resumed, an issuer of a certificate. Whoever
// reads a capture without the earlier ones notes what it would have asked them; where they have an answer, it must be read again.
import type { KeyRing } from '../../session/shared/key-ring.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { type RingName, ringNames, ringOf } from '../../session/shared/session-rings.js';

/** Questions and full handshakes noted of one capture: more are a sign that reading it apart saves nothing. */
const maxNoted = 1_048_576;

/** Certificates that were known of a subject when they were first asked for, by SHA-256. */
export interface AskedIssuers {
  subject: string;
  known: string[];
}

/** What one capture told to, and asked of, the memory that sessions share. Plain data. */
export interface Leanings {
  /** What rings were told: key, flow and the number beside it, one after the other. */
  told: Record<RingName, number[]>;
  /** Full handshakes by which tickets are tied to them. */
  handshakes: { peers: string; flow: number; lengths: readonly number[] }[];
  /** Sessions and tickets whose origin was asked for in vain. */
  missedSessions: number[];
  missedTickets: { peers: string; octets: number }[];
  issuers: AskedIssuers[];
}

/** Listens to a context from the beginning of a capture on; null where more was said than is kept. */
export function listen(context: SessionContext): () => Leanings | null {
  const leanings: Leanings = {
    told: { resumptions: [], clientRandoms: [], serverRandoms: [] },
    handshakes: [],
    missedSessions: [],
    missedTickets: [],
    issuers: [],
  };
  const asked = new Set<string>();
  let room = maxNoted;
  for (const name of ringNames) {
    const told = leanings.told[name];
    ringOf(context, name).onChange = (key, flow, aside) => {
      if (room-- > 0) told.push(key, flow, aside);
    };
  }
  context.resumptions.onMissed = (key) => {
    if (room-- > 0) leanings.missedSessions.push(key);
  };
  context.ticketLinks.onKept = (peers, flow, lengths) => {
    if (room-- > 0) leanings.handshakes.push({ peers, flow, lengths });
  };
  context.ticketLinks.onMissed = (peers, octets) => {
    if (room-- > 0) leanings.missedTickets.push({ peers, octets });
  };
  context.certificates.onAsked = (subject, known) => {
    if (asked.has(subject) || room-- <= 0) return;
    asked.add(subject);
    leanings.issuers.push({ subject, known: known.map(({ record }) => record.sha256) });
  };
  return () => (room < 0 ? null : leanings);
}

/** Whether earlier captures, whose memory `context` is, would have answered something else than was noted. */
export function leansOnEarlier(
  leanings: Leanings,
  { resumptions, ticketLinks, certificates }: SessionContext,
): boolean {
  return (
    leanings.missedSessions.some((key) => resumptions.placeOf(key) >= 0) ||
    leanings.missedTickets.some(({ peers, octets }) => ticketLinks.origin(peers, octets) !== null) ||
    leanings.issuers.some(({ subject, known }) =>
      certificates.issuersNamed(subject).some(({ record }, at) => record.sha256 !== known[at]),
    )
  );
}

/** Whether the memory takes what was told without forgetting anything: then it says the same whoever read the capture. */
export function hasRoomFor({ told, handshakes }: Leanings, context: SessionContext): boolean {
  const fits = (ring: KeyRing, entries: number[]): boolean => ring.hasRoomFor(entries.length / 3);
  return (
    ringNames.every((name) => fits(ringOf(context, name), told[name])) &&
    context.ticketLinks.hasRoomFor(handshakes.length)
  );
}
