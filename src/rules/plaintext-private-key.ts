import type { Rule } from '../model/rule.js';
import { materialRule } from './shared/plaintext-material.js';

/** An unencrypted private key crossed in clear. */
export const plaintextPrivateKey: Rule = materialRule(
  {
    kind: 'plaintext-private-key',
    severity: 'critical',
    title: 'Private key sent in cleartext',
    meaning:
      'A private key without a passphrase (PKCS#8, PKCS#1, SEC1, OpenSSH, JWK; PEM, DER or base64) crossed in clear.',
    why: 'Whoever read it is its owner: can pass for the server or the client, and open what was recorded with static RSA.',
    blindSpots: [
      'Keys in forms not known here, in compressed archives, or beyond what is inspected of a connection.',
      'Whether a key is in use is told only where its certificate is in the capture too.',
    ],
    remediation: {
      general:
        'Take the key for stolen: revoke its certificates and make a new one on the host that uses it. Let keys never travel: send a certificate request instead (ACME, EST, cert-manager, SPIFFE).',
      products: {
        Istio:
          'Workload keys are made beside the workload and served over a local socket (SDS); do not mount keys fetched over HTTP.',
        Caddy: 'Let Caddy make keys itself (automatic HTTPS, or tls internal).',
      },
    },
    cwe: [312, 319],
    standards: ['NIST SP 800-57 Part 1'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  ['private-key'],
  'A private key',
  () => 'critical',
);
