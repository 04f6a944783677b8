// From counts to a state and a sentence. The worst thing seen decides, because one connection without a certificate is what an
// attacker needs; what can't be told never makes a hop better or worse, and is said.
import type { FlowKind } from '../model/connection-record.js';
import type { Hop, HopState } from '../model/hop.js';
import type { HopFacts, ServiceFacts } from './hop-facts.js';
import { type SessionFact, sessionFacts, weaker } from './session-fact.js';

/** State, certainty and reason of a hop. */
export interface HopVerdict {
  mtls: HopState;
  certainty: Hop['certainty'];
  why: string;
}

/** Judges a hop by its own facts and those of the services that it presented certificates to. */
export function judgeHop(hop: HopFacts, services: readonly ServiceFacts[]): HopVerdict {
  const cleartext = hop.kinds.get('cleartext');
  const secured = countOf(hop, 'tls') + countOf(hop, 'starttls');
  if (cleartext !== undefined) {
    const protocols = [...hop.cleartextProtocols].sort().join(', ');
    const why = `${cleartext.count} of ${connections(hop.flowCount)} in cleartext${protocols && `: ${protocols}`}${cleartext.where}`;
    return { mtls: 'cleartext', certainty: 'observed', why };
  }
  if (secured === 0) return { mtls: 'unknown', certainty: 'none', why: reasonWithoutTls(hop) };
  return judgeSessions(hop, services);
}

/** One kind for all flows: 'mixed' when they differ; payload that fits nothing yields to payload that is known. */
export function kindOf(hop: HopFacts): Hop['kind'] {
  const known = hop.kinds.keys.filter((kind) => kind !== 'unknown');
  if (known.length > 1) return 'mixed';
  return known[0] ?? 'unknown';
}

function countOf(hop: HopFacts, kind: FlowKind): number {
  return hop.kinds.get(kind)?.count ?? 0;
}

function reasonWithoutTls(hop: HopFacts): string {
  const protocols = [...hop.protocols].sort().join(', ');
  if (countOf(hop, 'opaque') > 0 && protocols !== '') return `${protocols} is encrypted or compressed, but not TLS`;
  return hop.kindBasis ?? 'the payload fits no protocol known here';
}

function judgeSessions(hop: HopFacts, services: readonly ServiceFacts[]): HopVerdict {
  const full = sessionFacts.reduce((sum, fact) => sum + (fact === 'resumed' ? 0 : hop.of(fact).count), 0);
  const notRequested = hop.of('not-requested');
  const servedWithout = hop.of('served-without');
  const presented = hop.of('presented');
  const refused = hop.of('refused');
  const dropped = hop.of('dropped');
  const declined = hop.of('declined');
  const asked = `asked in ${askedIn(hop)} of ${handshakes(full)}`;

  if (notRequested.count > 0) {
    const why = `no client certificate was asked for in ${notRequested.count} of ${handshakes(full)}${notRequested.where}`;
    return verdict('server-only', notRequested.best, why, hop, ['not-requested']);
  }
  if (servedWithout.count > 0) {
    const why = `${asked}, answered with an empty Certificate and served all the same in ${servedWithout.count}${servedWithout.where}`;
    return verdict('optional', servedWithout.best, why, hop, ['served-without']);
  }
  if (presented.count > 0) return judgePresented(hop, services, asked);
  if (refused.count > 0) {
    const why = `${asked}, and this client refused in ${refused.count}${refused.where}`;
    return verdict('rejected', refused.best, why, hop, ['refused']);
  }
  if (dropped.count > 0) {
    const why = `${asked}; the server closed without serving after the client's answer in ${dropped.count}${dropped.where}`;
    return verdict('rejected', weaker(dropped.best, 'inferred'), why, hop, ['dropped']);
  }
  if (declined.count > 0) {
    const why = `${asked}, answered with an empty Certificate in ${declined.count}${declined.where}; what came of it was not seen`;
    return verdict('unknown', 'none', why, hop, ['declined']);
  }
  const resumed = hop.of('resumed');
  if (resumed.count > 0 && full === 0) {
    const sessions =
      resumed.count === 1 ? 'the one handshake resumes a session' : `all ${resumed.count} handshakes resume sessions`;
    const { originals } = hop;
    const origin =
      originals === 0
        ? 'whose original is not in the capture'
        : originals === resumed.count
          ? 'begun on another hop of this capture'
          : `${originals} of them begun on another hop of this capture`;
    const why = `${sessions} ${origin}${resumed.where}`;
    return { mtls: 'resumed', certainty: resumed.best, why };
  }
  if (full === 0) {
    return { mtls: 'unknown', certainty: 'none', why: hop.kindBasis ?? 'TLS without a handshake in the capture' };
  }
  const unclear = hop.of('unknown').count + hop.of('renegotiated').count;
  const basis = hop.unknownBasis === null || hop.unknownBasis === '' ? '' : `: ${hop.unknownBasis.replace(/\.$/, '')}`;
  const toldLater = hop.of('renegotiated').count === unclear;
  const why = toldLater
    ? `client authentication is left to what follows the first handshake in ${unclear} of ${handshakes(full)}${basis}`
    : `client authentication can't be told in ${unclear} of ${handshakes(full)}${basis}`;
  return verdict('unknown', 'none', why, hop, ['unknown', 'renegotiated']);
}

function judgePresented(hop: HopFacts, services: readonly ServiceFacts[], asked: string): HopVerdict {
  const presented = hop.of('presented');
  const sight = `${asked}, and a certificate presented in ${presented.count}${presented.where}`;
  const proof = services.find(({ refused }) => refused.count > 0);
  // A service that refuses bad certificates and serves clients without any enforces nothing.
  const lax = services.find(({ servedWithout }) => servedWithout.count > 0);
  if (lax !== undefined) {
    const why = `${sight}; the service also served ${connections(lax.servedWithout.count)} without one${lax.servedWithout.where}`;
    return verdict('presented', presented.worst, why, hop, ['presented', 'refused']);
  }
  if (proof === undefined) {
    return verdict('presented', presented.worst, `${sight}; no refusal by this service was seen`, hop, ['presented']);
  }
  const why = `${sight}; the service refused ${connections(proof.refused.count)}${proof.refused.where}`;
  return verdict('enforced', weaker(presented.worst, proof.refused.best), why, hop, ['presented', 'refused']);
}

/** Handshakes in which a CertificateRequest is known to have been sent. */
function askedIn(hop: HopFacts): number {
  const asking: readonly SessionFact[] = ['served-without', 'declined', 'presented', 'refused', 'dropped'];
  return asking.reduce((sum, fact) => sum + hop.of(fact).count, 0);
}

/** Adds what the sentence leaves out: handshakes of other kinds, each with its number. */
function verdict(
  mtls: HopState,
  certainty: Hop['certainty'],
  why: string,
  hop: HopFacts,
  said: readonly SessionFact[],
): HopVerdict {
  let sentence = why;
  for (const fact of sessionFacts) {
    const tally = hop.of(fact);
    if (tally.count > 0 && !said.includes(fact)) sentence += `; ${tally.count} ${remainders[fact]}`;
  }
  return { mtls, certainty, why: sentence };
}

const remainders: Readonly<Record<SessionFact, string>> = {
  'not-requested': 'without a request',
  'served-without': 'served without a certificate',
  declined: 'answered with an empty Certificate, the outcome not seen',
  presented: 'with a certificate',
  refused: 'refused',
  dropped: 'closed by the server without serving',
  resumed: 'resumed',
  renegotiated: 'renegotiated under encryption',
  unknown: "can't be told",
};

function handshakes(count: number): string {
  return `${count} full handshake${count === 1 ? '' : 's'}`;
}

function connections(count: number): string {
  return `${count} connection${count === 1 ? '' : 's'}`;
}
