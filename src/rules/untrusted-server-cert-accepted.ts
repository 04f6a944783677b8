import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, untrustedPath } from './shared/chain-problem.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'untrusted-server-cert-accepted',
  severity: 'high',
  title: 'Server certificate of an untrusted CA accepted',
  meaning:
    "The server's chain ends outside the trust bundle (--ca, or the policy), and the client went on to send data.",
  why: 'A client that does not verify the issuer talks to anybody who stands in the path with a certificate of his own.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the client sent protected data afterwards. A client that verifies later, or by other means ' +
      '(a pinned key), looks the same as one that does not verify.',
    'Without --ca or a policy there is nothing to judge by, and nothing is said.',
    'The client may trust more than the bundle that was given here.',
  ],
  remediation: {
    general:
      "Have the client verify against the CA that issues the server's certificate, and the server send its whole chain.",
    products: verifyServers,
  },
  cwe: [296, 295],
  standards: ['RFC 5280 6.1', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'server', find: untrustedPath };

/** The chain ends outside of the trust bundle; the client went on. */
export const untrustedServerCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
