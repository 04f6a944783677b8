import type { TlsSession } from '../model/connection-record.js';
import type { Rule, RunContext, Sighting } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { certificateName } from './shared/certificate-name.js';
import { firstMessage } from './shared/tls-progress.js';
import { versionCeiling } from './shared/tls-remedies.js';
import { spokenVersion } from './shared/version-order.js';

/** A client certificate is readable for everybody because the handshake is not TLS 1.3. */
export const clientIdentityExposed: Rule = {
  about: {
    kind: 'client-identity-exposed',
    severity: 'low',
    title: 'Client certificate readable on the wire',
    meaning: 'The client showed its certificate in a handshake of TLS 1.2 or older, where it crosses in clear.',
    why: 'A certificate holds no private key; the harm is that anybody on the path learns who connects, from where and when.',
    blindSpots: ['Certificates asked for in an encrypted renegotiation are not readable, and not reported.'],
    remediation: { general: 'Offer and prefer TLS 1.3, which encrypts certificates.', products: versionCeiling },
    cwe: [200],
    standards: ['RFC 9846', 'RFC 8446 Appendix E.1.2'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: (context) => ({
    connection({ tls }) {
      const leaf = tls?.clientCertificates?.[0];
      if (leaf === undefined || tls === null || tls.version === null) return inapplicable;
      return tls.version === 'TLSv1.3' ? clean : sightingOf(tls, leaf, tls.version, context);
    },
  }),
};

function sightingOf(tls: TlsSession, leaf: string, version: string, context: RunContext): Sighting {
  const frame = firstMessage(tls, 'certificate', 'client')?.frame;
  return {
    answer: 'fires',
    certainty: 'observed',
    frames: frame === undefined ? [] : [frame],
    detail: () => `${certificateName(leaf, context)} crossed in clear in a ${spokenVersion(version)} handshake.`,
  };
}
