import type { ConnectionRecord } from '../model/connection-record.js';
import type { IdentityRecord } from '../model/content.js';
import { hopIdOf } from '../model/hop-id.js';
import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxRememberedPairs } from './shared/bounds.js';
import { CleartextLegs } from './shared/cleartext-legs.js';
import { encryptBackend } from './shared/cleartext-remedies.js';
import { isBare } from './shared/identity-claims.js';
import { clearContent, severityOnPath } from './shared/on-the-wire.js';
import { ProxiedHops } from './shared/proxied.js';

/** A backend is told in clear who the TLS client was. */
export const cleartextIdentityHeader: Rule = {
  about: {
    kind: 'cleartext-identity-header',
    severity: 'high',
    title: "TLS client's identity forwarded in cleartext",
    meaning:
      'A proxy tells the backend who the TLS client was (X-Forwarded-Client-Cert, X-SSL-Client-*, Client-Cert, the SSL part of a PROXY v2 header) on a connection that nothing protects.',
    why: 'The backend can only believe it: whoever can send to the backend, or change packets on the way, is any client it likes, without a key.',
    blindSpots: [
      'Whether the backend uses what it is told, or accepts it from the proxy alone (by address), is not seen.',
      'A header that only says that TLS was used names nobody and is not reported.',
      'A certificate alone, on a connection that no proxy is seen to forward, is taken for home-made authentication (`cleartext-cert-auth`).',
    ],
    remediation: {
      general:
        'Carry the identity over mutual TLS between proxy and backend, accept the headers from the proxy’s certificate only, and let the proxy strip them from what clients send.',
      products: {
        ...encryptBackend,
        Envoy: 'forward_client_cert_details: SANITIZE_SET, with an UpstreamTlsContext towards the backend.',
        Apache:
          'RequestHeader unset X-SSL-Client-S-DN early for what clients send; SSLProxyEngine on and ProxyPass / https://backend.example/ towards the backend.',
      },
    },
    cwe: [290, 319],
    standards: ['RFC 9440 §4'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => {
    const legs = new CleartextLegs();
    /** Hops where more than a bare certificate says who the client is. */
    const sure = new Set<string>();
    let proxied: ProxiedHops | null = null;
    return {
      connection(record): Answer {
        const header = record.proxyHeader;
        const content = clearContent(record);
        const identity = content === null ? null : strongest(content.identities);
        const ssl = header?.ssl ?? null;
        const claims = ssl !== null && (ssl.certificatePresented || ssl.commonName !== null);
        if (identity === null && !claims) return content === null && header === null ? inapplicable : clean;
        if (record.kind === 'cleartext') legs.note(record);
        if ((claims || !isBare(identity)) && sure.size < maxRememberedPairs) sure.add(hopIdOf(record));
        const severity = severityOnPath(record, 'high', 'low');
        return claims && header !== null
          ? {
              answer: 'fires',
              certainty: 'observed',
              severity,
              frames: [header.frame],
              detail: proxyHeaderText(record),
            }
          : {
              answer: 'fires',
              certainty: 'observed',
              severity,
              frames: [identity!.frame],
              detail: identityText(identity!),
            };
      },
      weigh({ hop, severity }, run) {
        if (hop === null || sure.has(hop)) return severity;
        proxied ??= new ProxiedHops(run);
        const claim = legs.of(hop)?.claim ?? null;
        return claim !== null || (proxied.hop(hop)?.forwardedFrom.length ?? 0) > 0 ? severity : null;
      },
    };
  },
};

/** What names somebody, before what only describes the session; a bare certificate last. */
function strongest(identities: readonly IdentityRecord[]): IdentityRecord | null {
  let best: IdentityRecord | null = null;
  for (const identity of identities) {
    if (identity.from !== 'client' || identity.kind === 'tls-info' || namesNobody(identity)) continue;
    if (!isBare(identity)) return identity;
    best ??= identity;
  }
  return best;
}

/** That the client showed no certificate (nginx: $ssl_client_verify is NONE) is nobody's identity. */
function namesNobody({ kind, value }: IdentityRecord): boolean {
  return kind === 'verification' && /^(?:none|no|false)$/i.test(value ?? '');
}

function identityText({ where, value, kind }: IdentityRecord): string {
  const what = value === null || value === '' ? kind : `${kind} ${value.slice(0, 120)}`;
  return `${where.charAt(0).toUpperCase()}${where.slice(1)} tells the backend who the TLS client is (${what}).`;
}

function proxyHeaderText({ proxyHeader }: ConnectionRecord): string {
  const ssl = proxyHeader!.ssl!;
  const name = ssl.commonName === null ? '' : `, common name ${ssl.commonName.slice(0, 120)}`;
  return `A PROXY v2 header tells the backend about the TLS client in its SSL part (certificate ${ssl.verified ? 'verified' : 'not verified'}${name}).`;
}
