import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { versionCeiling } from './shared/tls-remedies.js';
import { highestOffer, spokenVersion } from './shared/version-order.js';

/** A lowered ClientHello with TLS_FALLBACK_SCSV was refused. */
export const fallbackScsvRejected: Rule = {
  about: {
    kind: 'fallback-scsv-rejected',
    severity: 'medium',
    title: 'Version fallback refused by the server',
    meaning:
      'A client retried with a lower version and said so (TLS_FALLBACK_SCSV); the server speaks a higher one and answered inappropriate_fallback.',
    why: 'The protection works, and it shows that something made the first handshake fail: a faulty middlebox, or somebody who forces the version down.',
    blindSpots: [
      'The failed attempt before may have happened outside of this capture: why it failed is not told here.',
    ],
    remediation: {
      general:
        'Look for what breaks the first handshake (middlebox, loss, attacker), and update clients that fall back at all: none in support does.',
      products: versionCeiling,
    },
    cwe: [757],
    standards: ['RFC 7507'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }) {
      if (tls === null) return inapplicable;
      for (const { frame, from, description } of tls.alerts) {
        if (from !== 'server' || description !== 'inappropriate_fallback') continue;
        const hello = tls.clientHello;
        const offer = hello === null ? '' : ` to a ClientHello that goes up to ${spokenVersion(highestOffer(hello))}`;
        const frames = hello === null ? [frame] : [hello.frame, frame];
        return {
          answer: 'fires',
          certainty: 'observed',
          frames,
          detail: `The server answered inappropriate_fallback${offer}: it speaks a higher version.`,
        };
      }
      return tls.clientHello === null ? inapplicable : clean;
    },
  }),
};
