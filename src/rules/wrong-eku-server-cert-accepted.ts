import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, problemOf } from './shared/chain-problem.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'wrong-eku-server-cert-accepted',
  severity: 'medium',
  title: 'Server certificate not meant for servers accepted',
  meaning:
    "The server's certificate has an extendedKeyUsage without serverAuth (most often a client's certificate), and the " +
    'client went on to send data.',
  why: 'Every holder of a client certificate of that CA can then pose as a server.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the client sent protected data afterwards. A client that verifies later, or by other means ' +
      '(a pinned key), looks the same as one that does not verify.',
    'A certificate without the extension may be used for everything (RFC 5280 4.2.1.12) and is clean.',
  ],
  remediation: {
    general: 'Issue server certificates with serverAuth, and have the client check the purpose.',
    products: verifyServers,
  },
  cwe: [295],
  standards: ['RFC 5280 4.2.1.12'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'server', find: (verdict) => problemOf(verdict, 'wrong-eku') };

/** An extendedKeyUsage without serverAuth; the client went on. */
export const wrongEkuServerCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
