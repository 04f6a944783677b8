import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, untrustedPath } from './shared/chain-problem.js';
import { verifyClients } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'untrusted-client-cert-accepted',
  severity: 'high',
  title: 'Client certificate of an untrusted CA accepted',
  meaning:
    'The client showed a certificate whose chain leads to a CA that is not trusted (by --ca or the policy, else by ' +
    "the names of the server's own CertificateRequest), and the server served it.",
  why:
    'Anybody can make a CA. A server that takes certificates of any issuer asks for a certificate and learns nothing ' +
    'from it: an attacker presents one of his own, with whatever name he likes.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the server sent protected data afterwards; a refusal inside the connection (HTTP 400 or 403) ' +
      'is seen only with keys.',
    'Without --ca or a policy, trust is judged by the CA names in the CertificateRequest; a server that names none ' +
      "can't be judged, and one may trust more than it names.",
  ],
  remediation: {
    general:
      'Require client certificates and verify them against the CA of your clients; check that nothing switches the ' +
      'verification off.',
    products: verifyClients,
  },
  cwe: [295],
  standards: ['RFC 5280 6.1', 'RFC 5246 7.4.6', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'client', find: untrustedPath };

/** The client chain ends in a CA that is not trusted, and the server went on. */
export const untrustedClientCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
