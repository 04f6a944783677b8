import type { Rule } from '../model/rule.js';
import { suiteBlindSpots, suiteRule } from './shared/suite-rule.js';
import { strongSuites } from './shared/tls-remedies.js';

/** A suite in which nobody proves who the server is was negotiated. */
export const anonymousCipher: Rule = suiteRule(
  {
    kind: 'anonymous-cipher',
    severity: 'critical',
    title: 'Key exchange without authentication',
    meaning: 'The server chose an anonymous suite (DH_anon, ECDH_anon): it shows no certificate and signs nothing.',
    why: 'Anybody in the path can answer in the place of the server and read and change everything.',
    blindSpots: suiteBlindSpots,
    remediation: {
      general: 'Remove anonymous suites (aNULL, ADH, AECDH) from server and client, and give the server a certificate.',
      products: strongSuites,
    },
    cwe: [322],
    standards: ['RFC 9325 §4.1'],
    scope: 'server',
    concerns: 'tls',
  },
  ({ authentication }) => authentication === 'anon',
  () => 'nothing proves who the server is',
);
