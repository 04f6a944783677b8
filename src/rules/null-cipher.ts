import type { Rule } from '../model/rule.js';
import { suiteBlindSpots, suiteRule } from './shared/suite-rule.js';
import { strongSuites } from './shared/tls-remedies.js';

/** A suite without encryption was negotiated. */
export const nullCipher: Rule = suiteRule(
  {
    kind: 'null-cipher',
    severity: 'critical',
    title: 'TLS without encryption',
    meaning:
      'The server chose a suite with a NULL cipher: records have at most a checksum with a key, and their content is in clear.',
    why: 'Whoever sees the packets reads everything, while both ends believe that they speak TLS.',
    blindSpots: suiteBlindSpots,
    remediation: {
      general: 'Remove NULL suites (eNULL, and those of RFC 9150) from server and client.',
      products: strongSuites,
    },
    cwe: [319],
    standards: ['RFC 9325 §4.1'],
    scope: 'server',
    concerns: 'tls',
  },
  ({ cipher }) => cipher === 'null',
  () => 'it does not encrypt',
);
