import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { isPostQuantumGroup, namedGroupName } from '../registry/named-groups.js';
import { choiceStands, choiceUnseen, missesChoice } from './shared/tls-progress.js';

/** No post-quantum group was selected: an inventory. */
export const classicalKeyExchange: Rule = {
  about: {
    kind: 'classical-key-exchange',
    severity: 'info',
    title: 'No post-quantum key exchange',
    meaning:
      'The handshake took no post-quantum group (ML-KEM, alone or in a hybrid). An inventory, judged only when asked for.',
    why: 'Who records today may read with a quantum computer later.',
    blindSpots: ['Groups that both sides support and did not take.'],
    remediation: {
      general: 'Offer TLS 1.3 with X25519MLKEM768 on both sides.',
      products: {
        nginx: 'ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1; (with OpenSSL 3.5 or newer).',
        HAProxy: 'ssl-default-bind-curves X25519MLKEM768:X25519:P-256 (with OpenSSL 3.5 or newer, or AWS-LC).',
        Apache: 'SSLOpenSSLConfCmd Groups X25519MLKEM768:X25519:P-256 (with OpenSSL 3.5 or newer).',
        Envoy: 'tls_params: { ecdh_curves: [X25519MLKEM768, X25519] }',
        Caddy: 'On by default when built with Go 1.24 or newer.',
        Go: 'On by default since Go 1.24; leave tls.Config.CurvePreferences nil.',
        Node: "ecdhCurve: 'X25519MLKEM768:X25519' (Node 24.5 or newer, with OpenSSL 3.5).",
      },
    },
    cwe: [327],
    standards: ['NIST FIPS 203'],
    scope: 'server',
    concerns: 'tls',
    optIn: true,
  },
  begin: () => ({
    connection({ tls }) {
      const hello = tls?.serverHello ?? null;
      if (tls === null) return inapplicable;
      if (hello === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
      if (hello.group !== null && isPostQuantumGroup(hello.group)) return clean;
      if (!choiceStands(tls)) return clean;
      const group = hello.group === null ? null : (namedGroupName(hello.group) ?? `group ${hello.group}`);
      const detail = group === null ? 'The key exchange names no group.' : `The key exchange took ${group}.`;
      return { answer: 'fires', certainty: 'observed', frames: [hello.frame], detail };
    },
  }),
};
