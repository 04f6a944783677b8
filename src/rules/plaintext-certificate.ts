import type { Rule } from '../model/rule.js';
import { encryptBackend } from './shared/cleartext-remedies.js';
import { materialRule } from './shared/plaintext-material.js';
import { isWeb } from './shared/services.js';

/** A certificate crossed in clear outside of a TLS handshake. */
export const plaintextCertificate: Rule = materialRule(
  {
    kind: 'plaintext-certificate',
    severity: 'medium',
    title: 'Certificate sent in cleartext',
    meaning: 'An X.509 certificate (PEM, URL-encoded, base64, DER) crossed in clear, outside of a TLS handshake.',
    why: 'A certificate holds no private key: what it gives away is who somebody is. Where a service takes it for a proof, though, whoever reads it can show it again.',
    blindSpots: [
      'A certificate in binary in the answer of a web server is mostly an issuer being fetched (RFC 5280 §4.2.2.1, caIssuers), which is meant to be public: reported as low.',
      'Certificates in the handshakes of TLS 1.2 are `client-identity-exposed`.',
      'Content beyond what is inspected of a connection, or compressed in ways not undone here.',
    ],
    remediation: {
      general:
        'Send it over TLS only, and never accept a certificate as a proof: the proof is the signature that a TLS handshake makes with its key.',
      products: encryptBackend,
    },
    cwe: [319],
    standards: ['RFC 9440 §4'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  ['certificate'],
  'A certificate',
  ({ from, encoding }, protocol) => (from === 'server' && encoding === 'DER' && isWeb(protocol) ? 'low' : 'medium'),
);
