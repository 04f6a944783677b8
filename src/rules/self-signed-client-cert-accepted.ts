import type { Rule, RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, selfSignedLeaf } from './shared/chain-problem.js';
import { verifyClients } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'self-signed-client-cert-accepted',
  severity: 'high',
  title: 'Self-signed client certificate accepted',
  meaning:
    'The client showed an end-entity certificate that is its own issuer and that nothing trusts as itself, and the ' +
    'server served it.',
  why:
    'A self-signed certificate proves only that its maker has a key. Unless the server knows this very certificate, ' +
    'anybody can make one with the same name and is served too.',
  blindSpots: [
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'Accepted means that the server sent protected data afterwards; a refusal inside the connection (HTTP 400 or 403) ' +
      'is seen only with keys.',
    'A server that pins this certificate looks the same; give it with --ca, and it is trusted.',
  ],
  remediation: {
    general:
      'Issue client certificates from a CA and verify against it. Where single certificates are pinned on purpose, ' +
      'compare the whole certificate or its key, never its name.',
    products: verifyClients,
  },
  cwe: [295],
  standards: ['RFC 5280 6.1', 'RFC 5246 7.4.6', 'RFC 8446 4.4.2.4', 'RFC 9846'],
  scope: 'hop',
  concerns: 'tls',
};

const flaw: Flaw = { side: 'client', find: selfSignedLeaf };

/** A self-signed end-entity certificate of a client was served. */
export const selfSignedClientCertAccepted: Rule = {
  about,
  begin: () => ({ connection: (record) => judgeFlaw(flaw, record) }),
};
