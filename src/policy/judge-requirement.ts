// Whether one connection keeps to one requirement. As with rules: nothing is said that the packets don't show.
import type { CertificateRecord } from '../model/certificate.js';
import type {
  Certainty,
  ChainProblemCode,
  ChainVerdict,
  ConnectionRecord,
  TlsSession,
} from '../model/connection-record.js';
import { mayBeAskedLater } from '../model/later-request.js';
import type { Side } from '../model/side.js';
import { cipherSuite } from '../registry/cipher-suite-properties.js';
import { versionNumber } from '../registry/tls-versions.js';
import { identitiesOf } from './pattern.js';
import type { Demand } from './policy.js';

/** What a connection says of a requirement; `idle` = it does not exercise it. */
export interface RequirementAnswer {
  answer: 'holds' | 'fails' | 'untold' | 'idle';
  /** Half a sentence: "the server never asked for a certificate". */
  because: string;
  certainty: Certainty;
  /** Frames that show it; none for `untold` and `idle`. */
  frames: readonly number[];
}

/** What is known beside the connection. */
export interface RequirementFacts {
  certificate(sha256: string): CertificateRecord | null;
  /** SHA-256 of a certificate's SubjectPublicKeyInfo. */
  publicKey(sha256: string): string | null;
  /** What the full handshake said that a resumed session goes back to; null where it is not known. */
  original(flow: number): RequirementAnswer['answer'] | null;
}

/** Judges a connection that carries payload. */
export function judgeRequirement(demand: Demand, record: ConnectionRecord, facts: RequirementFacts): RequirementAnswer {
  switch (demand.kind) {
    case 'cleartext-ok':
      return holds(record.tls === null ? `${record.kind}, which is allowed` : 'TLS, more than is asked for', [
        record.firstFrame,
      ]);
    case 'tls':
      return judgeTls(record);
    case 'mutual':
      return judgeMutual(record, facts);
    case 'min-version':
      return judgeVersion(demand.version, record);
    case 'suites':
      return judgeSuite(demand.ids, record);
    case 'server-ca':
      return judgeAuthority('server', record);
    case 'client-ca':
      return judgeAuthority('client', record);
    case 'pins':
      return judgePins(demand.digests, record, facts);
    case 'client-identities':
      return judgeIdentity(demand, record, facts);
    case 'max-ticket-lifetime':
      return judgeTickets(demand.seconds, record);
  }
}

function holds(because: string, frames: readonly number[], certainty: Certainty = 'observed'): RequirementAnswer {
  return { answer: 'holds', because, certainty, frames };
}

function fails(because: string, frames: readonly number[], certainty: Certainty = 'observed'): RequirementAnswer {
  return { answer: 'fails', because, certainty, frames };
}

function untold(because: string): RequirementAnswer {
  return { answer: 'untold', because, certainty: 'observed', frames: [] };
}

function idle(because: string): RequirementAnswer {
  return { answer: 'idle', because, certainty: 'observed', frames: [] };
}

const brokenOff: RequirementAnswer = Object.freeze(idle('the handshake was broken off, and nothing crossed'));

/** Whether an alert, or a refusal of the client, ended the handshake: then nothing of it was put to use. */
function isBrokenOff({ established, alerts, clientAuth }: TlsSession): boolean {
  if (established) return false;
  return clientAuth.outcome === 'rejected' || alerts.some(({ level }) => level === 'fatal');
}

/** What a connection without TLS says of a demand for it; null = it has TLS. */
function withoutTls(record: ConnectionRecord): RequirementAnswer | null {
  if (record.tls !== null) return null;
  const named = record.protocol === null ? '' : ` (${record.protocol})`;
  if (record.kind === 'cleartext') return fails(`in cleartext${named}`, [record.firstFrame]);
  if (record.kind === 'starttls') return untold('the change to TLS is seen, and nothing of its handshake');
  if (record.kind === 'opaque') return untold(`encrypted or compressed${named}, but not TLS`);
  return untold(record.kindBasis ?? 'the payload fits no protocol known here');
}

function judgeTls(record: ConnectionRecord): RequirementAnswer {
  const without = withoutTls(record);
  if (without !== null) return without;
  const session = record.tls!;
  const suite = session.serverHello === null ? null : cipherSuite(session.serverHello.cipherSuite.id);
  if (suite !== null && suite.cipher === 'null') {
    return fails(`TLS without encryption (${suite.name})`, frameOfChoice(record, session));
  }
  if (session.established) return holds(session.version ?? 'TLS', frameOfChoice(record, session));
  return isBrokenOff(session) ? brokenOff : untold('the TLS handshake is not seen to end well');
}

const flawNames: Readonly<Partial<Record<ChainProblemCode, string>>> = {
  'self-signed': 'a self-signed certificate',
  expired: 'an expired certificate',
  'not-yet-valid': 'a certificate that is not valid yet',
  'bad-signature': 'a certificate whose signature does not verify',
  revoked: 'a revoked certificate',
};

function judgeMutual(record: ConnectionRecord, facts: RequirementFacts): RequirementAnswer {
  const without = withoutTls(record);
  if (without !== null) return without;
  const session = record.tls!;
  const { status, outcome, basis } = session.clientAuth;
  const certainty = session.clientAuth.certainty === 'none' ? 'inferred' : session.clientAuth.certainty;
  const refused = outcome === 'rejected' || outcome === 'dropped';
  const frames = clientFrames(record, session);
  switch (status) {
    case 'presented': {
      if (refused) return holds('a client certificate was shown and refused: the server enforces', frames, certainty);
      const flaw = flawOf(session.clientVerification);
      if (outcome !== 'accepted' && !session.established) return untold(`a client certificate was shown; ${basis}`);
      if (flaw !== null) return fails(`${flaw} of a client was accepted`, frames, certainty);
      return holds('the client showed a certificate', frames, certainty);
    }
    case 'declined':
      if (refused) return holds('a client without a certificate was refused', frames, certainty);
      if (outcome === 'accepted') return fails('a client without a certificate was served', frames, certainty);
      return untold(`the client showed no certificate; ${basis}`);
    case 'not-requested':
      if (mayBeAskedLater(session)) {
        return untold('no certificate was asked for at first, and a later request would be encrypted');
      }
      if (!session.established && outcome !== 'accepted')
        return untold('no certificate was asked for, and the handshake is not seen to end');
      return fails('the server did not ask for a certificate', frames, certainty);
    case 'resumed': {
      const original = session.resumedFrom === null ? null : facts.original(session.resumedFrom);
      if (original === 'holds' && session.established)
        return holds(`it resumes flow ${session.resumedFrom}, which was mutual`, frames, certainty);
      if (original === 'fails' && session.established)
        return fails(`it resumes flow ${session.resumedFrom}, which was not mutual`, frames, certainty);
      return untold('a resumed session, and its full handshake is not in the capture');
    }
    case 'renegotiated':
    case 'unknown':
      return isBrokenOff(session) ? brokenOff : untold(basis);
  }
}

/** What makes an accepted client certificate prove nothing, in words; null where it is as good as can be told. */
function flawOf(verdict: ChainVerdict | null): string | null {
  if (verdict === null) return null;
  for (const { code, certificate } of verdict.problems) {
    // What is in the bundle itself may be its own issuer.
    if (code === 'self-signed' && (verdict.trust === 'trusted' || certificate !== verdict.path[0])) continue;
    if (verdict.clockDistrusted !== null && (code === 'expired' || code === 'not-yet-valid')) continue;
    const name = flawNames[code];
    if (name !== undefined) return name;
  }
  return verdict.trust === 'untrusted' ? 'a certificate of an authority that is not trusted' : null;
}

function judgeVersion(least: number, record: ConnectionRecord): RequirementAnswer {
  const session = record.tls;
  if (session === null) return idle('no TLS in it');
  if (session.version === null) return untold('no ServerHello was seen that tells the version');
  if (isBrokenOff(session)) return brokenOff;
  const frames = frameOfChoice(record, session);
  const version = versionNumber(session.version) ?? 0;
  return version >= least ? holds(session.version, frames) : fails(`${session.version} was negotiated`, frames);
}

function judgeSuite(ids: ReadonlySet<number>, record: ConnectionRecord): RequirementAnswer {
  const session = record.tls;
  if (session === null) return idle('no TLS in it');
  if (session.serverHello === null) return untold('no ServerHello was seen that tells the suite');
  const { id, name } = session.serverHello.cipherSuite;
  if (ids.has(id)) return holds(name, [session.serverHello.frame]);
  if (isBrokenOff(session)) return brokenOff;
  return fails(`${name} was negotiated`, [session.serverHello.frame]);
}

function judgeAuthority(side: Side, record: ConnectionRecord): RequirementAnswer {
  const session = record.tls;
  if (session === null) return idle('no TLS in it');
  const verdict = side === 'server' ? session.serverVerification : session.clientVerification;
  if (verdict === null) return withoutCertificate(side, session);
  const frames = certificateFrames(side, record, session);
  const certainty = session.version === 'TLSv1.3' ? 'decrypted' : 'observed';
  if (verdict.trust === 'trusted') return holds('the chain leads to the bundle', frames, certainty);
  if (verdict.trust === 'unknown') return untold('the chain could not be judged against the bundle');
  if (wasRefused(side, session)) return holds('a chain from outside of the bundle was refused', frames, certainty);
  return fails('the chain does not lead to the bundle', frames, certainty);
}

function judgePins(digests: ReadonlySet<string>, record: ConnectionRecord, facts: RequirementFacts): RequirementAnswer {
  const session = record.tls;
  if (session === null) return idle('no TLS in it');
  const shown = session.serverCertificates;
  if (shown === null || shown.length === 0) return withoutCertificate('server', session);
  const keys = shown.map((sha256) => facts.publicKey(sha256));
  const frames = certificateFrames('server', record, session);
  const certainty = session.version === 'TLSv1.3' ? 'decrypted' : 'observed';
  if (keys.some((key) => key !== null && digests.has(key))) return holds('a pinned key was shown', frames, certainty);
  if (keys.includes(null)) return untold('a certificate could not be kept or read');
  if (wasRefused('server', session)) return holds('a key that is not pinned was refused', frames, certainty);
  return fails(`the server's key sha256 ${keys[0]!.slice(0, 12)}… is not pinned`, frames, certainty);
}

function judgeIdentity(
  { patterns }: Extract<Demand, { kind: 'client-identities' }>,
  record: ConnectionRecord,
  facts: RequirementFacts,
): RequirementAnswer {
  const session = record.tls;
  if (session === null) return idle('no TLS in it');
  const leaf = session.clientCertificates?.[0];
  if (leaf === undefined) return withoutCertificate('client', session);
  const certificate = facts.certificate(leaf);
  if (certificate === null) return untold('the certificate of the client could not be kept');
  const frames = certificateFrames('client', record, session);
  const certainty = session.version === 'TLSv1.3' ? 'decrypted' : 'observed';
  const texts = identitiesOf(certificate.subjectAltNames, certificate.subject);
  const name = certificate.spiffeId ?? texts[0] ?? '(no name)';
  if (texts.some((text) => patterns.some((pattern) => pattern.matches(text))))
    return holds(name.slice(0, 200), frames, certainty);
  if (wasRefused('client', session)) return holds(`${name.slice(0, 200)} was refused`, frames, certainty);
  if (session.clientAuth.outcome !== 'accepted' && !session.established)
    return untold('what came of the certificate was not seen');
  return fails(`the client ${name.slice(0, 200)} was accepted`, frames, certainty);
}

function judgeTickets(most: number, record: ConnectionRecord): RequirementAnswer {
  const session = record.tls;
  if (session === null) return idle('no TLS in it');
  for (const { frame, from, lifetimeSeconds } of session.tickets) {
    if (from === 'server' && lifetimeSeconds > most) return fails(`a ticket lives ${lifetimeSeconds} s`, [frame]);
  }
  const [ticket] = session.tickets;
  if (ticket !== undefined) return holds(`a ticket lives ${ticket.lifetimeSeconds} s`, [ticket.frame]);
  if (session.version === 'TLSv1.3' && !session.decrypted) return untold('TLS 1.3 encrypts its tickets');
  return session.version === null ? untold('no ServerHello was seen') : idle('no ticket was given');
}

/** No certificate of a side was seen: whether that is so because none was shown. */
function withoutCertificate(side: Side, session: TlsSession): RequirementAnswer {
  const fact = side === 'server' ? session.facts.serverCertificate : session.facts.clientCertificate;
  if (session.resumed === true) return idle('a resumed session shows no certificate');
  if (fact.state === 'hidden') return untold(fact.because);
  return idle(`the ${side} showed no certificate`);
}

/** Whether the peer of `side` refused what it showed. */
function wasRefused(side: Side, session: TlsSession): boolean {
  if (side === 'client') {
    const { outcome } = session.clientAuth;
    return outcome === 'rejected' || outcome === 'dropped';
  }
  return !session.established && session.alerts.some(({ from, level }) => from === 'client' && level === 'fatal');
}

function frameOfChoice(record: ConnectionRecord, session: TlsSession): number[] {
  return [session.serverHello?.frame ?? record.firstFrame];
}

function certificateFrames(side: Side, record: ConnectionRecord, session: TlsSession): readonly number[] {
  const fact = side === 'server' ? session.facts.serverCertificate : session.facts.clientCertificate;
  return fact.state === 'seen' ? fact.frames : frameOfChoice(record, session);
}

/** Frames that show what the client was asked and answered. */
function clientFrames(record: ConnectionRecord, session: TlsSession): readonly number[] {
  const { clientCertificate, certificateRequest } = session.facts;
  if (clientCertificate.state === 'seen') return clientCertificate.frames;
  if (certificateRequest.state !== 'hidden' && certificateRequest.frames.length > 0) return certificateRequest.frames;
  return frameOfChoice(record, session);
}
