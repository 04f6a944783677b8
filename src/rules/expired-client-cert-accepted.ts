import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, validityProblem } from './shared/chain-problem.js';
import { verifyClients } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'expired-client-cert-accepted',
  severity: 'high',
  title: 'Expired client certificate accepted',
  meaning:
    "A certificate in the client's chain was past its notAfter when the packets were sent, and the server served it.",
  why:
    'Expiry ends the life of lost and forgotten keys, and revocation lists drop certificates that have expired: a ' +
    'server that takes them gives every old key its access back for good.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the server sent protected data afterwards; a refusal inside the connection (HTTP 400 or 403) ' +
      'is seen only with keys.',
    'Time is the time of the capture; a wrong clock there misleads, and nothing is said where it contradicts the ' +
      'certificates as a whole.',
  ],
  remediation: {
    general:
      'Have the server verify the dates of the chain (all do unless told not to), and renew client certificates before ' +
      'they expire.',
    products: verifyClients,
  },
  cwe: [298, 295],
  standards: ['RFC 5280 4.1.2.5', 'RFC 5280 6.1.3', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'client', find: (verdict) => validityProblem(verdict, 'expired') };

/** Past notAfter at the time of the packets, and served. */
export const expiredClientCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
