// What one TLS session says about client authentication, as one of few kinds that can be counted.
import type { Certainty, ConnectionRecord, TlsSession } from '../model/connection-record.js';
import { mayBeAskedLater } from '../model/later-request.js';
import { refusedInside } from '../model/refused-inside.js';

/** Kinds of sessions, as hops count them. */
export type SessionFact =
  /** A full handshake without a CertificateRequest. */
  | 'not-requested'
  /** Asked, answered with an empty Certificate, served. */
  | 'served-without'
  /** Asked, answered with an empty Certificate; what came of it wasn't seen. */
  | 'declined'
  /** Asked, presented, not refused as far as the packets show. */
  | 'presented'
  /** The server refused the certificate or its absence. */
  | 'refused'
  /** The server closed after the answer without serving, and without saying why. */
  | 'dropped'
  | 'resumed'
  /** Asked at most in a later, encrypted handshake, or after the handshake of TLS 1.3. */
  | 'renegotiated'
  /** Can't be told: hidden, cut, or the handshake ended before it mattered. */
  | 'unknown';

/** Every kind, for counting. */
export const sessionFacts: readonly SessionFact[] = [
  'not-requested',
  'served-without',
  'declined',
  'presented',
  'refused',
  'dropped',
  'resumed',
  'renegotiated',
  'unknown',
];

/** The kind of a session, from what its record says of client authentication. */
export function classifySession(session: TlsSession, record: ConnectionRecord): SessionFact {
  const { status, outcome, requested } = session.clientAuth;
  // Post-handshake authentication (TLS 1.3): not asked in the handshake, but later, as keys show or nobody can rule out.
  if (status === 'not-requested') {
    return session.certificateRequest === null && !mayBeAskedLater(session) ? 'not-requested' : 'renegotiated';
  }
  if (status === 'resumed' || session.resumed === true) return 'resumed';
  if (status === 'renegotiated') return 'renegotiated';
  // A server can refuse a client only after it asked; a refusal where nothing is known of the question stays unknown.
  if (outcome === 'rejected' && (requested === true || status !== 'unknown')) return 'refused';
  if (status === 'unknown') return 'unknown';
  if (outcome === 'dropped') return 'dropped';
  if (refusedInside(record)) return 'refused';
  if (status === 'presented') return 'presented';
  return outcome === 'accepted' ? 'served-without' : 'declined';
}

/** The frame in which a connection without TLS first says something: what it is shows there, and not in the SYN. */
export function firstSaid({ kind, exchanges, content, firstFrame }: ConnectionRecord): number {
  if (kind === 'empty') return firstFrame;
  return exchanges[0]?.frame ?? content?.requests[0]?.frame ?? firstFrame;
}

/** The frame that shows the fact best. */
export function evidenceFrame(record: ConnectionRecord, session: TlsSession, fact: SessionFact): number {
  if (fact === 'refused') {
    const refusal = session.alerts.find((alert) => alert.from === 'server');
    const inside = refusedInside(record) ? record.content?.requests[0]?.answerFrame : null;
    return inside ?? refusal?.frame ?? record.lastFrame;
  }
  const { certificateRequest, clientCertificate } = session.facts;
  const shown = fact === 'not-requested' ? certificateRequest : clientCertificate;
  const first = shown.state === 'hidden' ? undefined : shown.frames[0];
  return first ?? session.serverHello?.frame ?? session.clientHello?.frame ?? record.firstFrame;
}

/** Strongest first. */
const certainties: readonly (Certainty | 'none')[] = ['observed', 'decrypted', 'inferred', 'none'];

/** The weaker of two certainties. */
export function weaker(a: Certainty | 'none', b: Certainty | 'none'): Certainty | 'none' {
  return certainties.indexOf(a) > certainties.indexOf(b) ? a : b;
}

/** The stronger of two certainties. */
export function stronger(a: Certainty | 'none', b: Certainty | 'none'): Certainty | 'none' {
  return certainties.indexOf(a) < certainties.indexOf(b) ? a : b;
}
