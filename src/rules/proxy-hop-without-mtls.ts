import { formatEndpoint } from '../base/address.js';
import type { Certainty, ConnectionRecord, TlsSession } from '../model/connection-record.js';
import type { Hop } from '../model/hop.js';
import { hopIdOf } from '../model/hop-id.js';
import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxRememberedPairs, remember } from './shared/bounds.js';
import { encryptBackend } from './shared/cleartext-remedies.js';
import { ProxiedHops } from './shared/proxied.js';

/** Mutual TLS ends at the proxy; behind it only the backend shows a certificate. */
export const proxyHopWithoutMtls: Rule = {
  about: {
    kind: 'proxy-hop-without-mtls',
    severity: 'medium',
    title: 'Mutual TLS in front of the proxy, none behind it',
    meaning:
      'The leg from the client to the proxy is mutual TLS; the leg from the proxy to the backend is TLS in which the backend never asks for a certificate.',
    why: 'The backend believes anybody who reaches it: who goes around the proxy, or takes over a neighbour of it, needs no certificate.',
    blindSpots: [
      'In TLS 1.3 without keys the leg behind is told by its record lengths where they are clear, else not at all.',
      'Hops are joined by what proxies leave behind, else by time and size.',
      'A service mesh or a token inside TLS may authenticate the proxy unseen.',
    ],
    remediation: {
      general: 'Give the proxy a client certificate of its own, and let the backend require and verify it.',
      products: encryptBackend,
    },
    cwe: [306],
    standards: ['NIST SP 800-207 §2.1'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => {
    /** First sights of TLS hops by number; those that no hop was joined to are not looked at again. */
    const seen = new Map<number, { hop: string; capture: number; frame: number }>();
    return {
      connection(record: ConnectionRecord, { hop }) {
        const { tls } = record;
        if (tls === null || tls.clientAuth.status === 'presented') return inapplicable;
        // What passes through unopened is one TLS session on both legs: the proxy has none of its own.
        if (tls.sameClientRandom !== null) return inapplicable;
        if (hop >= 0 && isOneWaySession(tls) && !seen.has(hop)) {
          const frame = tls.serverHello?.frame ?? record.firstFrame;
          remember(seen, hop, { hop: hopIdOf(record), capture: record.capture, frame }, maxRememberedPairs);
        }
        return clean;
      },
      *finish(run) {
        const hops = new ProxiedHops(run);
        const sights = new Map([...seen.values()].map((sight) => [sight.hop, sight]));
        for (const hop of run.hops) {
          if (hop.forwardedFrom.length === 0 || !isOneWay(hop)) continue;
          const joined = hops.frontsOf(hop).find(({ front }) => isMutual(front));
          if (joined === undefined) continue;
          const sight = sights.get(hop.id);
          if (sight === undefined) continue;
          yield {
            answer: 'fires',
            certainty: weaker(joined.certainty, hop.certainty),
            frames: [sight.frame],
            detail: `The leg in front, ${joined.front.id}, is mutual TLS; here ${hop.why}. Joined: ${joined.basis}.`,
            capture: sight.capture,
            flows: hop.flows,
            count: hop.flowCount,
            client: hop.client.ip,
            server: formatEndpoint(hop.server.ip, hop.server.port),
          };
        }
      },
    };
  },
};

/** A resumed one rests on another, which tells. */
function isOneWaySession({ clientAuth: { status } }: TlsSession): boolean {
  return status === 'not-requested' || status === 'declined';
}

function isOneWay({ kind, mtls }: Hop): boolean {
  return kind !== 'cleartext' && (mtls === 'server-only' || mtls === 'optional');
}

function isMutual({ mtls }: Hop): boolean {
  return mtls === 'enforced' || mtls === 'presented';
}

function weaker(joined: Certainty, hop: Hop['certainty']): Certainty {
  if (joined === 'inferred' || hop === 'inferred' || hop === 'none') return 'inferred';
  return hop === 'decrypted' ? 'decrypted' : 'observed';
}
