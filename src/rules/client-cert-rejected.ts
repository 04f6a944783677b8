import type { ConnectionRecord } from '../model/connection-record.js';
import { type Answer, clean, inapplicable, type Rule, type RuleMetadata, type Unobservable } from '../model/rule.js';
import { clientRefusal } from './shared/client-refusal.js';

const about: RuleMetadata = {
  kind: 'client-cert-rejected',
  severity: 'info',
  title: 'Server refused the client certificate or its absence',
  meaning:
    'The server asked for a client certificate and ended the connection over the answer (an alert, a close before it was done ' +
    'with the handshake, or with keys an HTTP 400 or 403 inside): enforcement is proven at this frame.',
  why:
    'It is the proof that mutual TLS is enforced, and not merely in use. A refusal of a client that ought to get in is an ' +
    'outage, and many of them may be somebody trying certificates.',
  blindSpots: [
    'TLS 1.3 encrypts request, answer and alert: without keys this rests on record lengths and is marked inferred.',
    'A close without an alert may have other reasons (a crash, a limit on connections).',
    'A refusal inside the connection is seen only with keys.',
  ],
  remediation: {
    general:
      'Nothing, if the client has no business there. If it has: give it a certificate of the CA that the server names in its ' +
      'request, within its dates and with clientAuth among its purposes, and the intermediates along with it.',
    products: {
      nginx: 'As a client towards backends: proxy_ssl_certificate client.pem; proxy_ssl_certificate_key client.key.',
      HAProxy: 'server … ssl crt client.pem (certificate and key in one file) ca-file backend-ca.pem verify required.',
      Envoy: 'tls_certificates in the common_tls_context of the UpstreamTlsContext.',
      Apache: 'SSLProxyMachineCertificateFile client.pem.',
      Node: 'cert and key in the options of tls.connect or https.request.',
      Go: 'tls.Config.Certificates, or GetClientCertificate where they are renewed.',
      Python: 'context.load_cert_chain("client.pem", "client.key").',
      Java: 'A key store with the certificate and key: javax.net.ssl.keyStore, or SSLContext.init with a KeyManager.',
      Istio:
        'DestinationRule tls.mode: ISTIO_MUTUAL in the mesh; MUTUAL with clientCertificate and privateKey outside of it.',
    },
  },
  cwe: [],
  standards: ['RFC 5246 7.4.6', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

/** The server refused a certificate or its absence. */
export const clientCertRejected: Rule = { about, begin: () => ({ connection: judge }) };

function judge(record: ConnectionRecord): Answer {
  const session = record.tls!;
  const { requested, outcome, status, basis } = session.clientAuth;
  if (requested !== true) return inapplicable;
  const refusal = clientRefusal(record);
  if (refusal !== null) {
    const what =
      status === 'presented' ? 'the client certificate' : status === 'declined' ? 'a client without one' : 'the client';
    return {
      answer: 'fires',
      certainty: refusal.certainty,
      frames: refusal.frames,
      detail: `${refusal.certainty === 'inferred' ? 'Inferred: the' : 'The'} server refused ${what}: it ${refusal.how}; ${basis}.`,
    };
  }
  return outcome === 'unknown' || outcome === 'dropped' ? untold : clean;
}

const untold: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: "what the server did with the client's answer was not seen",
});
