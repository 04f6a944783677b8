import { RecentMap } from '../base/recent-map.js';
import type { ConnectionRecord, TlsSession } from '../model/connection-record.js';
import {
  type Answer,
  clean,
  inapplicable,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
  type Sighting,
  type Unobservable,
} from '../model/rule.js';
import { acceptanceByServer } from './shared/acceptance.js';

/** Full handshakes with client certificates that are remembered; the oldest make room. Some 100 octets each. */
const maxOriginals = 65_536;

const about: RuleMetadata = {
  kind: 'session-outlives-client-cert',
  severity: 'medium',
  title: 'Session outlives the client certificate, or the policy',
  meaning:
    'A session was resumed and served after the client certificate of its full handshake, valid then, had passed its notAfter; or ' +
    'the server gave out a ticket that lives longer than the policy allows (max-ticket-lifetime).',
  why:
    'Resumption skips the certificate. With short-lived certificates, which are used instead of revocation, a ticket that ' +
    'outlives them gives a client that was shut out its access back until the ticket dies.',
  blindSpots: [
    'The full handshake must be in the same capture, with its client certificate readable.',
    'Tickets that would outlive the certificate but were not used are not told, unless the policy sets a limit.',
    'TLS 1.3 encrypts its tickets: without keys their lifetime is not seen.',
  ],
  remediation: {
    general:
      'Keep session lifetimes below those of client certificates, and have the server check the dates again when it resumes.',
    products: {
      nginx:
        'ssl_session_timeout (5m by default) below the lifetime of the certificates; ssl_session_tickets off for the strict.',
      HAProxy: 'tune.ssl.lifetime, and no-tls-tickets on the bind line.',
      Envoy: 'session_timeout in the DownstreamTlsContext.',
      Apache: 'SSLSessionCacheTimeout, and SSLSessionTickets off.',
      Node: 'sessionTimeout in the options of tls.createServer.',
      Go: 'Check ConnectionState.PeerCertificates in tls.Config.VerifyConnection, which runs on resumptions too.',
      Java: 'SSLSessionContext.setSessionTimeout.',
    },
  },
  cwe: [613],
  standards: ['RFC 8446 4.6.1', 'RFC 9846', 'RFC 5077'],
  scope: 'hop',
  concerns: 'tls',
};

/** Resumption accepted after the original client certificate had expired, or a ticket lifetime above policy. */
export const sessionOutlivesClientCert: Rule = {
  about,
  begin(context: RunContext): RuleJudge {
    /** By flow: the end of its client certificate, as the record writes it. */
    const ends = new RecentMap<number, string>(maxOriginals);
    return { connection: (record) => judge(record, context, ends) };
  },
};

function judge(record: ConnectionRecord, context: RunContext, ends: RecentMap<number, string>): Answer {
  const session = record.tls!;
  const longLived = ticketAbovePolicy(record, session, context);
  if (longLived !== null) return longLived;
  const leaf = session.clientCertificates?.[0];
  if (leaf !== undefined) {
    const notAfter = context.certificate(leaf)?.notAfter ?? '';
    // RFC 3339 in UTC sorts as text, and '…00.5Z' is before '…00Z': the last second counts as valid.
    if (notAfter !== '' && record.startTime <= notAfter) ends.set(record.id, notAfter);
    return inapplicable;
  }
  if (session.clientAuth.status !== 'resumed') return inapplicable;
  const original = session.resumedFrom;
  if (original === null) return untold;
  const end = ends.get(original);
  if (end === undefined) return inapplicable;
  ends.set(record.id, end);
  if (record.startTime <= end) return clean;
  if (acceptanceByServer(record, session) === 'refused') return clean;
  if (!session.established) return untold;
  return {
    answer: 'fires',
    certainty: 'observed',
    frames: [session.serverHello?.frame ?? record.firstFrame],
    detail: `The session of flow ${original} was resumed at ${record.startTime}; its client certificate had ended at ${end}.`,
  };
}

/** A ticket that lives longer than the policy allows; null without one. */
function ticketAbovePolicy(record: ConnectionRecord, session: TlsSession, context: RunContext): Sighting | null {
  if (session.tickets.length === 0) return null;
  const most = context.demands(record)?.maxTicketSeconds ?? null;
  if (most === null) return null;
  for (const { frame, from, lifetimeSeconds } of session.tickets) {
    if (from !== 'server' || lifetimeSeconds <= most) continue;
    return {
      answer: 'fires',
      certainty: session.version === 'TLSv1.3' ? 'decrypted' : 'observed',
      frames: [frame],
      detail: `The server gave out a ticket for ${lifetimeSeconds} seconds; the policy allows ${most} seconds.`,
    };
  }
  return null;
}

const untold: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'the handshake that is resumed, or what came of the resumption, is not in the capture',
});
