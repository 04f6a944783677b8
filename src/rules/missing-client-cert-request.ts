import type { Certainty, ConnectionRecord, TlsSession } from '../model/connection-record.js';
import type { Severity } from '../model/finding.js';
import { mayBeAskedLater } from '../model/later-request.js';
import {
  type Answer,
  clean,
  type Folded,
  inapplicable,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
  type Sighting,
  type Unobservable,
  type WholeRun,
} from '../model/rule.js';
import { cipherSuite } from '../registry/cipher-suite-properties.js';
import { askedLater, finished } from './shared/handshake-end.js';
import { isPrivateAddress } from './shared/private-address.js';
import { ServiceDemands } from './shared/service-demands.js';

const about: RuleMetadata = {
  kind: 'missing-client-cert-request',
  severity: 'medium',
  title: 'Server never asks for a client certificate',
  meaning:
    'A full handshake was completed and the server sent no CertificateRequest: the connection is TLS with server authentication ' +
    'only. High where mutual TLS is expected (the policy or --expect-mtls says so, the same server asked another client, or most ' +
    'services beside it do mutual TLS), medium on a private address, info on a public one.',
  why:
    'TLS proves the server to the client and nothing the other way: whoever reaches the port is a client. What keeps strangers out ' +
    'is then a password or token that can be stolen, or nothing at all.',
  blindSpots: [
    'TLS 1.3 encrypts the request: without keys the answer rests on record lengths and is marked inferred, or is not given.',
    'A resumed session shows no request; it is judged by the full handshake that it resumes.',
    'A later request, in a TLS 1.2 renegotiation or by TLS 1.3 post-handshake authentication, is encrypted; where one is possible ' +
      'this kind stays silent (client-cert-in-renegotiation).',
    'Services that mean to serve everybody look the same as services that forgot to ask.',
  ],
  remediation: {
    general:
      'Have the server ask for a client certificate, require one, and verify it against the CA of your clients alone (not against ' +
      'the public roots).',
    products: {
      nginx:
        'ssl_client_certificate /etc/nginx/client-ca.pem; ssl_verify_client on; in the server block (ssl_verify_depth if there are ' +
        'intermediates). For a backend behind nginx, the proxy shows its own: proxy_ssl_certificate, proxy_ssl_certificate_key.',
      HAProxy:
        'bind :443 ssl crt server.pem ca-file client-ca.pem verify required. Towards a backend: server b1 10.0.0.9:8443 ssl verify ' +
        'required ca-file backend-ca.pem crt client.pem.',
      Envoy:
        'In the DownstreamTlsContext: require_client_certificate: true, and common_tls_context.validation_context.trusted_ca with ' +
        'the CA of the clients.',
      Apache: 'SSLVerifyClient require and SSLCACertificateFile client-ca.pem in the virtual host, not in a directory.',
      Caddy:
        'In the site: tls { client_auth { mode require_and_verify; trust_pool file client-ca.pem } } (one directive a line; older ' +
        'releases: trusted_ca_cert_file).',
      Node: 'tls.createServer or https.createServer with requestCert: true, rejectUnauthorized: true and ca: the CA of the clients.',
      Go: 'tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}.',
      Python:
        'context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH); context.load_cert_chain(…); ' +
        'context.load_verify_locations("client-ca.pem"); context.verify_mode = ssl.CERT_REQUIRED.',
      Java: 'SSLServerSocket or SSLEngine setNeedClientAuth(true), with a trust store that holds the CA of the clients. Spring Boot: server.ssl.client-auth=need.',
      Istio:
        'A PeerAuthentication with mtls.mode: STRICT for the namespace or workload (a DestinationRule sets only the client side).',
    },
  },
  cwe: [306],
  standards: ['RFC 5246 7.4.4', 'RFC 8446 4.3.2', 'RFC 9846', 'NIST SP 800-52r2'],
  scope: 'hop',
  concerns: 'tls',
};

/** A full handshake completed and the server never sent a CertificateRequest. */
export const missingClientCertRequest: Rule = {
  about,
  begin(context: RunContext): RuleJudge {
    let demands: ServiceDemands | null = null;
    return {
      connection: (record) => judge(record, context),
      weigh(finding: Folded, run: WholeRun): Severity {
        if (finding.severity === 'high' || finding.server === null) return finding.severity;
        demands ??= new ServiceDemands(run.hops);
        return demands.asksSomebody(finding.server) || demands.isCustomAround(finding.server)
          ? 'high'
          : finding.severity;
      },
    };
  },
};

function judge(record: ConnectionRecord, context: RunContext): Answer {
  const session = record.tls!;
  const { status, requested, certainty } = session.clientAuth;
  if (requested === true || askedLater(session)) return clean;
  if (status === 'unknown') return session.serverHello === null || requested === false ? inapplicable : untold;
  if (status !== 'not-requested' || certainty === 'none' || !finished(session)) return inapplicable;
  if (!provesServerByCertificate(session)) return inapplicable;
  if (mayBeAskedLater(session)) return mayStillAsk;
  return sightingOf(session, certainty, severityOf(record, context));
}

function sightingOf(session: TlsSession, certainty: Certainty, severity: Severity): Sighting {
  return {
    answer: 'fires',
    certainty,
    frames: evidence(session),
    detail: () => detailOf(session, certainty),
    severity,
  };
}

const untold: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: "the part of the handshake in which the server asks can't be read",
});

const mayStillAsk: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'the client offered post-handshake authentication, and what followed is encrypted',
});

/** Anonymous servers must not ask (RFC 5246 §7.4.4), and where a shared key or password proves the ends nobody needs to. */
function provesServerByCertificate({ serverHello }: TlsSession): boolean {
  if (serverHello === null) return true;
  const authentication = cipherSuite(serverHello.cipherSuite.id)?.authentication;
  return authentication !== 'anon' && authentication !== 'psk' && authentication !== 'srp' && authentication !== 'none';
}

function evidence({ facts, serverHello }: TlsSession): number[] {
  if (facts.certificateRequest.state === 'absent' && facts.certificateRequest.frames.length > 0) {
    return facts.certificateRequest.frames;
  }
  return serverHello === null ? [] : [serverHello.frame];
}

function detailOf({ clientAuth, version }: TlsSession, certainty: Certainty): string {
  const how = certainty === 'inferred' ? 'Inferred: ' : '';
  return `${how}${version ?? 'TLS'} without a request for a client certificate: ${clientAuth.basis}.`;
}

function severityOf(record: ConnectionRecord, context: RunContext): Severity {
  if (context.expectsMutual(record) === true) return 'high';
  // Behind a proxy's tunnel the address of the server is not seen.
  const mechanism = record.upgrade?.mechanism;
  if (mechanism === 'CONNECT' || mechanism === 'SOCKS') return 'info';
  return isPrivateAddress(record.server.ip) ? 'medium' : 'info';
}
