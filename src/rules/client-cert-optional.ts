import type { ConnectionRecord, TlsSession } from '../model/connection-record.js';
import {
  type Answer,
  clean,
  inapplicable,
  type Rule,
  type RuleMetadata,
  type RunContext,
  type Unobservable,
} from '../model/rule.js';
import { acceptanceByServer } from './shared/acceptance.js';
import { verifyClients } from './shared/verification-advice.js';
import { whereExpected } from './shared/where-expected.js';

const about: RuleMetadata = {
  kind: 'client-cert-optional',
  severity: 'medium',
  title: 'Client served without the certificate it was asked for',
  meaning:
    'The server asked for a client certificate, the client answered with an empty Certificate (or none), and the server ' +
    'served it all the same. High where mutual TLS is expected.',
  why:
    'A request that may be ignored keeps nobody out: whoever has no certificate simply shows none. Only what the ' +
    'application does with the missing certificate still protects it, and that is easily forgotten on one path.',
  blindSpots: [
    'TLS 1.3 encrypts request and answer: without keys this rests on record lengths and is marked inferred, or is not said.',
    'A server that lets the handshake pass and refuses inside (HTTP 400 or 403) looks the same without keys.',
    'Services may mean it: a login page for some, certificates for others.',
  ],
  remediation: {
    general:
      'Require the certificate instead of asking for it. Where some paths must work without one, give them a name or port of ' +
      'their own, and refuse on all others.',
    products: {
      ...verifyClients,
      nginx:
        'ssl_verify_client on; instead of optional or optional_no_ca. Where it must stay optional: if ($ssl_client_verify != ' +
        'SUCCESS) { return 403; } in every location that needs it.',
      HAProxy: 'bind … ca-file client-ca.pem verify required instead of verify optional.',
      Envoy: 'require_client_certificate: true in the DownstreamTlsContext.',
      Apache: 'SSLVerifyClient require instead of optional or optional_no_ca.',
      Go: 'ClientAuth: tls.RequireAndVerifyClientCert instead of VerifyClientCertIfGiven or RequestClientCert.',
      Python: 'context.verify_mode = ssl.CERT_REQUIRED instead of ssl.CERT_OPTIONAL.',
      Java: 'setNeedClientAuth(true) instead of setWantClientAuth(true); Spring Boot: server.ssl.client-auth=need.',
      Istio:
        'At a Gateway tls.mode: MUTUAL instead of OPTIONAL_MUTUAL; in the mesh PeerAuthentication STRICT, not PERMISSIVE.',
    },
  },
  cwe: [287, 306],
  standards: ['RFC 5246 7.4.6', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

/** Requested, answered with an empty Certificate, and served. */
export const clientCertOptional: Rule = {
  about,
  begin: (context) => ({ connection: (record) => judge(record, context) }),
};

function judge(record: ConnectionRecord, context: RunContext): Answer {
  const session = record.tls!;
  const { status, requested, certainty, basis } = session.clientAuth;
  if (status === 'presented') return clean;
  if (status !== 'declined' || certainty === 'none') {
    return status === 'unknown' && requested === true ? untold : inapplicable;
  }
  const acceptance = acceptanceByServer(record, session);
  if (acceptance === 'refused') return clean;
  if (acceptance === 'unknown') return untold;
  return {
    answer: 'fires',
    certainty,
    severity: whereExpected(about.severity, record, context),
    frames: evidence(record, session),
    detail: `${certainty === 'inferred' ? 'Inferred: ' : ''}${basis}; the server went on and served the client.`,
  };
}

const untold: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: "the client's answer, or what the server did with it, was not seen",
});

function evidence(record: ConnectionRecord, { facts, serverHello }: TlsSession): number[] {
  const frames: number[] = [];
  if (facts.certificateRequest.state === 'seen') frames.push(...facts.certificateRequest.frames);
  if (facts.clientCertificate.state !== 'hidden') frames.push(...facts.clientCertificate.frames);
  return frames.length > 0 ? frames : [serverHello?.frame ?? record.firstFrame];
}
