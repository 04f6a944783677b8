import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, problemOf } from './shared/chain-problem.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'server-name-mismatch-accepted',
  severity: 'high',
  title: 'Server certificate for another name accepted',
  meaning:
    'The server name that the client asked for (SNI) is not among the names in the certificate, and the client went ' +
    'on to send data.',
  why:
    'A client that does not compare names takes the certificate of any other server, so that whoever owns one valid ' +
    'certificate of the same CA can stand in the path.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the client sent protected data afterwards. A client that verifies later, or by other means ' +
      '(a pinned key), looks the same as one that does not verify.',
    "Clients that send no server name (SNI) can't be judged, nor clients that verify another name than they send " +
      '(proxy_ssl_name, verifyhost).',
  ],
  remediation: {
    general:
      'Put every name that clients use into the subjectAltName of the certificate, and have the client check the name.',
    products: verifyServers,
  },
  cwe: [297],
  standards: ['RFC 9525', 'RFC 6066 3'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'server', find: (verdict) => problemOf(verdict, 'name-mismatch') };

/** The server name asked for is not covered by the certificate; the client went on. */
export const serverNameMismatchAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
