import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, validityProblem } from './shared/chain-problem.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'expired-server-cert-accepted',
  severity: 'high',
  title: 'Expired server certificate accepted',
  meaning:
    "A certificate in the server's chain was past its notAfter when the packets were sent, and the client went on to " +
    'send data.',
  why:
    'A client that ignores the dates trusts keys that nobody looks after any more, and whose revocation is no longer ' +
    'published; most such clients verify nothing at all.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the client sent protected data afterwards. A client that verifies later, or by other means ' +
      '(a pinned key), looks the same as one that does not verify.',
    'Time is the time of the capture; a wrong clock there misleads, and nothing is said where it contradicts the ' +
      'certificates as a whole.',
  ],
  remediation: {
    general: "Renew the server's certificate (and automate it), and have the client verify the dates of the chain.",
    products: verifyServers,
  },
  cwe: [298],
  standards: ['RFC 5280 4.1.2.5', 'RFC 5280 6.1.3', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'server', find: (verdict) => validityProblem(verdict, 'expired') };

/** Past notAfter at the time of the packets; the client went on. */
export const expiredServerCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
