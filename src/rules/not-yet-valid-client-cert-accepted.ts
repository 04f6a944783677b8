import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, validityProblem } from './shared/chain-problem.js';
import { verifyClients } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'not-yet-valid-client-cert-accepted',
  severity: 'high',
  title: 'Client certificate accepted before its time',
  meaning:
    "A certificate in the client's chain was before its notBefore when the packets were sent, and the server served " +
    'it.',
  why:
    'A server that ignores when a certificate begins ignores its dates altogether, or its clock is wrong; then ' +
    'expired certificates pass as well.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the server sent protected data afterwards; a refusal inside the connection (HTTP 400 or 403) ' +
      'is seen only with keys.',
    'Time is the time of the capture; a wrong clock there misleads, and nothing is said where it contradicts the ' +
      'certificates as a whole.',
  ],
  remediation: {
    general:
      'Have the server verify the dates of the chain, and keep clocks of servers and CAs in step (NTP); CAs should date ' +
      'certificates back by some minutes.',
    products: verifyClients,
  },
  cwe: [295],
  standards: ['RFC 5280 4.1.2.5', 'RFC 5280 6.1.3', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'client', find: (verdict) => validityProblem(verdict, 'not-yet-valid') };

/** Before notBefore at the time of the packets, and served. */
export const notYetValidClientCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
