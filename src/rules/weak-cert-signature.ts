import type { Rule } from '../model/rule.js';
import { ShownCertificates } from './shared/shown-certificates.js';
import { certificateStrength } from './shared/tls-remedies.js';
import { weakHashOf } from './shared/weak-hash.js';

/** MD5 or SHA-1 signs a certificate that trust rests on. */
export const weakCertSignature: Rule = {
  about: {
    kind: 'weak-cert-signature',
    severity: 'high',
    title: 'Certificate signed with a broken hash',
    meaning:
      'An end-entity or intermediate certificate is signed with MD2, MD4, MD5 or SHA-1. The signature of a self-signed certificate upon itself proves nothing and does not count.',
    why: 'Two certificates with the same signature can be made on purpose: who gets one of them signed holds the other, for another name or as a CA.',
    blindSpots: [
      'In TLS 1.3 certificates are encrypted: they are judged with keys only.',
      'Certificates that a side did not send are not looked at.',
    ],
    remediation: {
      general:
        'Have the certificate issued again with SHA-256 or better, from an issuer whose own certificate is signed so.',
      products: certificateStrength,
    },
    cwe: [328],
    standards: ['RFC 6151', 'RFC 6194', 'NIST SP 800-131A'],
    scope: 'certificate',
    concerns: 'tls',
  },
  begin: (context) => {
    const shown = new ShownCertificates(context, (certificate) => {
      if (certificate.selfSigned) return null;
      const hash = weakHashOf(certificate.signatureAlgorithm);
      if (hash === null) return null;
      return `is signed with ${hash} (${certificate.signatureAlgorithm})`;
    });
    return { connection: (record) => shown.judge(record) };
  },
};
