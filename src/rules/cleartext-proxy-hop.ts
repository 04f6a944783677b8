import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { addressOf } from './shared/address-of.js';
import { CleartextLegs } from './shared/cleartext-legs.js';
import { encryptBackend } from './shared/cleartext-remedies.js';
import { isLoopback } from './shared/on-the-wire.js';
import { ProxiedHops } from './shared/proxied.js';

/** What came over TLS to a proxy goes on in clear. */
export const cleartextProxyHop: Rule = {
  about: {
    kind: 'cleartext-proxy-hop',
    severity: 'high',
    title: 'Proxy forwards in cleartext what came over TLS',
    meaning: 'Requests that reached a proxy over TLS were passed on to the backend without it.',
    why: 'The client believes in TLS from end to end. Between proxy and backend anybody on the network reads and changes requests, and the client certificate that the proxy checked protects nothing there.',
    blindSpots: [
      'Hops are joined by what proxies leave behind (PROXY header, X-Forwarded-For, marks), else by time and size: then the finding is inferred.',
      'Where the capture shows the leg behind the proxy alone, only its own headers tell; a bare request looks like any other.',
    ],
    remediation: {
      general:
        'Speak TLS to the backend, verify its certificate, show a client certificate of the proxy, and let the backend refuse everybody else.',
      products: encryptBackend,
    },
    cwe: [319],
    standards: ['RFC 9325', 'NIST SP 800-52r2', 'NIST SP 800-207 §2.1'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => {
    const legs = new CleartextLegs();
    return {
      connection(record) {
        if (record.kind !== 'cleartext') return inapplicable;
        legs.note(record);
        return clean;
      },
      *finish(run) {
        const hops = new ProxiedHops(run);
        for (const leg of legs.values()) {
          const story = hops.storyOf(leg.hop, leg.claim);
          if (story === null) continue;
          const { front, overTls } = story;
          const came =
            front !== null
              ? `came over TLS on ${front.id}`
              : overTls
                ? 'came over TLS to the proxy'
                : 'came through a proxy, whose front leg is not in the capture';
          const onHost = isLoopback(leg.client) || addressOf(leg.server) === leg.client;
          yield {
            answer: 'fires',
            certainty: story.certainty,
            severity: onHost ? 'info' : overTls ? 'high' : 'medium',
            frames: leg.claim === null ? leg.frames : [leg.claim.frame, ...leg.frames],
            detail: `What crosses here in clear (${leg.protocol ?? 'unknown protocol'}) ${came}: ${story.basis}.`,
            capture: leg.capture,
            flows: leg.flows,
            count: leg.count,
            client: leg.client,
            server: leg.server,
          };
        }
      },
    };
  },
};
