// What rules about one flaw of a certificate chain have in common: the flaw, and whether the peer went on all the same.
import type {
  ChainProblem,
  ChainProblemCode,
  ChainVerdict,
  ConnectionRecord,
  TlsSession,
} from '../../model/connection-record.js';
import { type Answer, clean, inapplicable, type Unobservable } from '../../model/rule.js';
import type { Side } from '../../model/side.js';
import { acceptanceFrames, acceptanceOf, certaintyOf } from './acceptance.js';

/** A flaw that one rule is about. */
export interface Flaw {
  /** Whose certificate it is. */
  side: Side;
  /** The problem in a verdict, or null where it has none of this kind. */
  find(verdict: ChainVerdict): ChainProblem | null;
}

/** Fires where the certificate of `flaw.side` has the flaw and the peer went on. */
export function judgeFlaw(flaw: Flaw, record: ConnectionRecord): Answer {
  const session = record.tls!;
  const verdict = flaw.side === 'client' ? session.clientVerification : session.serverVerification;
  if (verdict === null) return hiddenCertificate(flaw.side, session);
  if (verdict.problems.length === 0 && verdict.trust !== 'untrusted') return clean;
  const problem = flaw.find(verdict);
  if (problem === null) return clean;
  const acceptance = acceptanceOf(flaw.side, record, session);
  if (acceptance === 'refused') return clean;
  if (acceptance === 'unknown') return flaw.side === 'client' ? serverUnseen : clientUnseen;
  const peer = flaw.side === 'client' ? 'The server' : 'The client';
  return {
    answer: 'fires',
    certainty: certaintyOf(flaw.side, session),
    frames: acceptanceFrames(flaw.side, record, session),
    detail: `${sentence(problem.detail)} ${peer} went on with the connection (certificate sha256 ${problem.certificate.slice(0, 12)}…).`,
  };
}

/** The first problem of a kind. */
export function problemOf(verdict: ChainVerdict, code: ChainProblemCode): ChainProblem | null {
  for (const problem of verdict.problems) if (problem.code === code) return problem;
  return null;
}

/** The first problem of a kind, where the clock of the capture can be believed. */
export function validityProblem(verdict: ChainVerdict, code: 'expired' | 'not-yet-valid'): ChainProblem | null {
  return verdict.clockDistrusted === null ? problemOf(verdict, code) : null;
}

/** The leaf is its own issuer, and is not trusted as itself. */
export function selfSignedLeaf(verdict: ChainVerdict): ChainProblem | null {
  if (verdict.trust === 'trusted') return null;
  const problem = problemOf(verdict, 'self-signed');
  return problem !== null && (verdict.path[0] ?? problem.certificate) === problem.certificate ? problem : null;
}

/** The path ends outside of what is trusted; a self-signed leaf has a kind of its own. */
export function untrustedPath(verdict: ChainVerdict): ChainProblem | null {
  if (verdict.trust !== 'untrusted' || selfSignedLeaf(verdict) !== null) return null;
  const problem = problemOf(verdict, 'untrusted') ?? problemOf(verdict, 'incomplete-chain');
  if (problem !== null) return problem;
  const [leaf] = verdict.path;
  return leaf === undefined
    ? null
    : { code: 'untrusted', certificate: leaf, detail: 'its chain does not end in a trusted CA' };
}

/** In TLS 1.3 certificates are encrypted; a session without any in clear has nothing to judge. */
function hiddenCertificate(side: Side, session: TlsSession): Answer {
  if (session.resumed === true) return inapplicable;
  const fact = side === 'client' ? session.facts.clientCertificate : session.facts.serverCertificate;
  if (fact.state !== 'hidden' || (side === 'client' && session.clientAuth.status === 'not-requested'))
    return inapplicable;
  return session.serverHello === null ? inapplicable : certificateHidden;
}

const certificateHidden: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'the certificate is encrypted or not in the capture',
});
const serverUnseen: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'what the server did with the certificate was not seen',
});
const clientUnseen: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'what the client did with the certificate was not seen',
});

function sentence(text: string): string {
  return text === '' || text.endsWith('.') ? text : `${text}.`;
}
