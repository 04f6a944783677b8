import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, selfSignedLeaf } from './shared/chain-problem.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'self-signed-server-cert-accepted',
  severity: 'high',
  title: 'Self-signed server certificate accepted',
  meaning:
    'The server showed an end-entity certificate that is its own issuer and that nothing trusts as itself, and the ' +
    'client went on to send data.',
  why:
    'A client that takes self-signed certificates takes that of an attacker in the path as well, and tells him ' +
    'everything: the connection is encrypted to whoever answers.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the client sent protected data afterwards. A client that verifies later, or by other means ' +
      '(a pinned key), looks the same as one that does not verify.',
    'A client that pins this certificate looks the same; give it with --ca, and it is trusted.',
  ],
  remediation: {
    general:
      'Give the server a certificate of a CA that the client trusts, and have the client verify it; where a single ' +
      'certificate must do, pin it in the client.',
    products: verifyServers,
  },
  cwe: [295],
  standards: ['RFC 5280 6.1', 'RFC 8446 4.4.2.4', 'RFC 9846', 'RFC 9525'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'server', find: selfSignedLeaf };

/** A self-signed end-entity certificate of a server; the client went on. */
export const selfSignedServerCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
