import type { Rule } from '../model/rule.js';
import { suiteBlindSpots, suiteRule } from './shared/suite-rule.js';
import { strongSuites } from './shared/tls-remedies.js';

/** A suite weakened for export was negotiated. */
export const exportCipher: Rule = suiteRule(
  {
    kind: 'export-cipher',
    severity: 'critical',
    title: 'Export-grade cipher suite negotiated',
    meaning: 'The server chose an EXPORT suite of the 1990s: 40 or 56 bits of key, 512 bits of RSA or Diffie-Hellman.',
    why: 'Its keys are found in hours on rented machines (FREAK, Logjam); what was recorded can be read, and a man in the middle can push clients down to it.',
    blindSpots: suiteBlindSpots,
    remediation: {
      general: 'Remove EXPORT suites from server and client; a TLS library that still has them is out of support.',
      products: strongSuites,
    },
    cwe: [326],
    standards: ['RFC 9325 §4.1'],
    scope: 'server',
    concerns: 'tls',
  },
  (suite) => suite.export,
  ({ keyBits }) => `it was weakened for export, its key has ${keyBits} bits`,
);
