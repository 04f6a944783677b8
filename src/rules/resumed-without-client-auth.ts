import { IdSet } from '../base/id-set.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Severity } from '../model/finding.js';
import {
  type Answer,
  clean,
  type Folded,
  inapplicable,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
  type Unobservable,
  type WholeRun,
} from '../model/rule.js';
import { ServiceDemands } from './shared/service-demands.js';
import { verifyClients } from './shared/verification-advice.js';

/** Later connections are not remembered as originals of resumptions; 2 MB of bits. */
const maxOriginals = 1 << 24;

const about: RuleMetadata = {
  kind: 'resumed-without-client-auth',
  severity: 'medium',
  title: 'Resumed session that never had a client certificate',
  meaning:
    'A session was resumed whose full handshake, seen in this capture, had no client certificate, though mutual TLS is expected ' +
    'there (the policy or --expect-mtls says so, the same server asked another client, or most services beside it do mutual TLS).',
  why:
    'A resumption asks for no certificate: it inherits what its full handshake settled. A ticket from before the server required ' +
    'certificates, or from a virtual host that does not, keeps letting its holder in without one.',
  blindSpots: [
    'The full handshake must be in the capture; where it is not, mtls-status-unobservable says so.',
    'A server may check the missing certificate again for each request inside of the connection.',
  ],
  remediation: {
    general:
      'Require client certificates on the full handshake, and change the ticket keys when that is switched on; keep tickets of ' +
      'hosts with and without client authentication apart.',
    products: {
      nginx:
        'ssl_verify_client on; in every server block that shares the session cache; a new ssl_session_ticket_key file, or ' +
        'ssl_session_tickets off.',
      HAProxy: 'verify required on the bind line, and no-tls-tickets or new tls-ticket-keys.',
      Envoy:
        'require_client_certificate: true; other session_ticket_keys, or disable_stateless_session_resumption: true.',
      Apache: 'SSLVerifyClient require; SSLSessionTickets off, or a new SSLSessionTicketKeyFile.',
      Go: 'tls.RequireAndVerifyClientCert, and checks in VerifyConnection, which runs on resumptions too; SessionTicketsDisabled if in doubt.',
      Node: 'requestCert and rejectUnauthorized; server.setTicketKeys() after the change.',
      Java: verifyClients.Java ?? '',
    },
  },
  cwe: [306],
  standards: ['RFC 8446 4.6.1', 'RFC 9846', 'RFC 5077'],
  scope: 'hop',
  concerns: 'tls',
};

/** A resumed session whose original had no client certificate, where mutual TLS is expected. */
export const resumedWithoutClientAuth: Rule = {
  about,
  begin(context: RunContext): RuleJudge {
    const withoutCertificate = new IdSet(maxOriginals);
    let demands: ServiceDemands | null = null;
    return {
      connection: (record) => judge(record, context, withoutCertificate),
      weigh({ severity, server }: Folded, run: WholeRun): Severity | null {
        if (severity === about.severity || server === null) return severity;
        demands ??= new ServiceDemands(run.hops);
        return demands.asksSomebody(server) || demands.isCustomAround(server) ? about.severity : null;
      },
    };
  },
};

function judge(record: ConnectionRecord, context: RunContext, withoutCertificate: IdSet): Answer {
  const session = record.tls!;
  const { status } = session.clientAuth;
  if (status !== 'resumed') {
    if (status === 'not-requested' || status === 'declined') withoutCertificate.add(record.id);
    return inapplicable;
  }
  const original = session.resumedFrom;
  if (original === null) return untold;
  if (!withoutCertificate.has(original)) return clean;
  // A chain of resumptions leads back to the same handshake.
  withoutCertificate.add(record.id);
  // In TLS 1.3 without keys the ticket is known again by its length.
  const isInferred = session.version === 'TLSv1.3' && !session.decrypted;
  return {
    answer: 'fires',
    certainty: isInferred ? 'inferred' : 'observed',
    frames: [session.serverHello?.frame ?? record.firstFrame],
    detail: `Flow ${record.id} resumes the session of flow ${original}${isInferred ? ', by the length of its ticket' : ''}, in which the client showed no certificate.`,
    // Whether anybody expects mutual TLS here may be known only at the end.
    severity: context.expectsMutual(record) === true ? about.severity : 'info',
  };
}

const untold: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'the handshake that is resumed is not in the capture',
});
