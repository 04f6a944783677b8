import type { ConnectionRecord } from '../model/connection-record.js';
import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { CleartextLegs } from './shared/cleartext-legs.js';
import { encryptListener } from './shared/cleartext-remedies.js';
import { staysOnHost } from './shared/on-the-wire.js';
import { ProxiedHops } from './shared/proxied.js';
import { isWeb } from './shared/services.js';
import { whereExpected } from './shared/where-expected.js';

/** HTTP in any form without TLS. */
export const cleartextHttp: Rule = {
  about: {
    kind: 'cleartext-http',
    severity: 'medium',
    title: 'HTTP without TLS',
    meaning:
      'HTTP/1, HTTP/2 with prior knowledge (h2c), gRPC or WebSocket crosses without TLS. What a TLS proxy forwards so is `cleartext-proxy-hop` instead. High where mutual TLS is expected.',
    why: 'Anybody on the path reads and changes requests and answers, and nothing proves who the two ends are.',
    blindSpots: [
      'Requests that were only answered by a redirect, as servers send browsers over to HTTPS, are reported as low: where to is not looked at.',
      'Content that is encrypted or signed by itself (package mirrors, OCSP, CRLs) is not told apart.',
    ],
    remediation: {
      general: 'Serve HTTPS with client certificates required for services, and redirect or close the cleartext port.',
      products: encryptListener,
    },
    cwe: [319],
    standards: ['RFC 9325', 'NIST SP 800-52r2'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: (context) => {
    const legs = new CleartextLegs();
    let proxied: ProxiedHops | null = null;
    return {
      connection(record) {
        if (record.kind !== 'cleartext') return inapplicable;
        if (!isWeb(record.protocol) || record.bytes.client + record.bytes.server === 0) return clean;
        legs.note(record);
        const redirected = onlyRedirected(record);
        const requests = record.content?.requests ?? [];
        const first = requests[0];
        const frames = [first?.frame ?? record.exchanges[0]?.frame ?? record.firstFrame];
        const count = record.content?.requestCount ?? 0;
        const what = first === undefined ? 'HTTP' : `${first.method}${count > 1 ? ` and ${count - 1} more` : ''}`;
        return {
          answer: 'fires',
          certainty: 'observed',
          severity: staysOnHost(record) ? 'info' : redirected ? 'low' : whereExpected('medium', record, context),
          frames,
          detail: redirected
            ? `${what} (${record.protocol}) crossed in clear and was answered by a redirect.`
            : `${what} (${record.protocol}) crossed in clear.`,
        };
      },
      // The proxy's leg has a finding of its own; both would be one cause twice.
      weigh({ hop, severity }, run) {
        const leg = legs.of(hop);
        if (leg === undefined) return severity;
        proxied ??= new ProxiedHops(run);
        return proxied.storyOf(leg.hop, leg.claim) === null ? severity : null;
      },
    };
  },
};

function onlyRedirected({ content }: ConnectionRecord): boolean {
  if (content === null || content.requests.length === 0 || content.requestCount > content.requests.length) return false;
  for (const { status } of content.requests) if (status === null || !/^30[12378]/.test(status)) return false;
  return true;
}
