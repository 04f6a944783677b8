import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { encryptListener } from './shared/cleartext-remedies.js';
import { clearContent, severityOnPath } from './shared/on-the-wire.js';

/** A challenge-response login crossed in clear. */
export const authExchangeInClear: Rule = {
  about: {
    kind: 'auth-exchange-in-clear',
    severity: 'low',
    title: 'Challenge-response login in cleartext',
    meaning:
      'A login by challenge and response (SCRAM, MD5, Digest, CRAM-MD5, mysql_native_password, NTLM) crossed in clear.',
    why: 'The password itself is not readable, but it can be guessed offline from the exchange (fast for MD5-based ones), and the session after it can be read and taken over.',
    blindSpots: [
      'Whether the password stands up to guessing is not known.',
      'Exchanges beyond what is inspected of a connection.',
    ],
    remediation: {
      general:
        'Put the service under TLS and bind the login to it (SCRAM-SHA-256-PLUS), or log in by client certificate.',
      products: encryptListener,
    },
    cwe: [261],
    standards: ['RFC 5802 §9', 'RFC 7616 §5'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => ({
    connection(record): Answer {
      const content = clearContent(record);
      if (content === null) return inapplicable;
      for (const { kind, mechanism, frame, outcome, outcomeFrame } of content.logins) {
        if (kind !== 'challenge-response') continue;
        const severity = severityOnPath(record, 'low', 'info');
        const frames = outcomeFrame === null ? [frame] : [frame, outcomeFrame];
        const end = outcome === 'unknown' ? '' : ` and was ${outcome}`;
        return {
          answer: 'fires',
          certainty: 'observed',
          severity,
          frames,
          detail: `A login by ${mechanism} crossed in clear${end}.`,
        };
      }
      return clean;
    },
  }),
};
