import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, problemOf } from './shared/chain-problem.js';
import { verifyClients } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'wrong-eku-client-cert-accepted',
  severity: 'medium',
  title: 'Client certificate not meant for clients accepted',
  meaning:
    "The client's certificate has an extendedKeyUsage without clientAuth (most often a server's certificate), and the " +
    'server served it.',
  why:
    'Whoever breaks into one web server gets a certificate and key that open every service of the same CA as a ' +
    'client, although the CA meant it for nothing but serving.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the server sent protected data afterwards; a refusal inside the connection (HTTP 400 or 403) ' +
      'is seen only with keys.',
    'A certificate without the extension may be used for everything (RFC 5280 4.2.1.12) and is clean.',
  ],
  remediation: {
    general:
      'Issue certificates with clientAuth for clients and only serverAuth for servers, from separate CAs if possible, ' +
      'and have the server check the purpose.',
    products: verifyClients,
  },
  cwe: [295],
  standards: ['RFC 5280 4.2.1.12'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'client', find: (verdict) => problemOf(verdict, 'wrong-eku') };

/** An extendedKeyUsage without clientAuth, and served. */
export const wrongEkuClientCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
