import type { Rule } from '../model/rule.js';
import { suiteBlindSpots, suiteRule } from './shared/suite-rule.js';
import { strongSuites } from './shared/tls-remedies.js';

/** RC4, DES, 3DES or RC2 was negotiated. */
export const weakCipherSuite: Rule = suiteRule(
  {
    kind: 'weak-cipher-suite',
    severity: 'high',
    title: 'Broken cipher negotiated',
    meaning: 'The server chose a cipher suite with RC4, RC2, DES or 3DES, and the client went along.',
    why: 'RC4 leaks plaintext by its biases, DES keys can be searched, and the 64-bit blocks of 3DES, DES and RC2 collide after some 32 GB (Sweet32): cookies and passwords that are sent again and again can be recovered.',
    blindSpots: suiteBlindSpots,
    remediation: {
      general:
        'Allow only suites with AES-GCM or ChaCha20-Poly1305 on the server, and replace clients that have nothing better.',
      products: strongSuites,
    },
    cwe: [327],
    standards: ['RFC 7465', 'RFC 9325 §4.1'],
    scope: 'server',
    concerns: 'tls',
  },
  ({ cipher }) => /^(rc4|rc2|des|3des)/.test(cipher),
  ({ cipher }) =>
    cipher.startsWith('rc4')
      ? 'RC4 leaks its plaintext by biases of its keystream'
      : `${cipher.split('-', 1)[0]?.toUpperCase()} has blocks of 64 bits, which repeat on long connections`,
);
