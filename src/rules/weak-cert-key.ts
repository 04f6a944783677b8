import type { CertificateRecord } from '../model/certificate.js';
import type { Rule } from '../model/rule.js';
import { ShownCertificates } from './shared/shown-certificates.js';
import { certificateStrength } from './shared/tls-remedies.js';

const leastRsaBits = 2048;
const leastEcBits = 224;

/** A certificate's key is too short. */
export const weakCertKey: Rule = {
  about: {
    kind: 'weak-cert-key',
    severity: 'high',
    title: 'Certificate with a short key',
    meaning:
      'An end-entity or intermediate certificate holds an RSA, RSA-PSS, DSA or DH key of less than 2048 bits, or an elliptic-curve key of less than 224.',
    why: 'RSA keys of 512 bits are factored in hours, of 829 bits have been factored in public, and 1024 bits are in reach of states: who has the key is the server, or the client.',
    blindSpots: [
      'In TLS 1.3 certificates are encrypted: they are judged with keys only.',
      'Keys that are weak for other reasons (shared primes, known from firmware, ROCA) are not recognised.',
    ],
    remediation: {
      general:
        'Make a new key (P-256, or RSA with 2048 bits or more) and have a certificate issued for it; do not carry the old key over.',
      products: certificateStrength,
    },
    cwe: [326],
    standards: ['NIST SP 800-131A', 'RFC 9325 §4.5'],
    scope: 'certificate',
    concerns: 'tls',
  },
  begin: (context) => {
    const shown = new ShownCertificates(context, (certificate, isLeaf) => {
      // A root in the chain is not what trust is taken from; its key is judged where it is kept.
      if (!isLeaf && certificate.selfSigned) return null;
      if (certificate.keyBits === null || certificate.keyBits >= leastBits(certificate)) return null;
      return `has a key of ${certificate.keyBits} bits (${certificate.keyType})`;
    });
    return { connection: (record) => shown.judge(record) };
  },
};

function leastBits({ keyType }: CertificateRecord): number {
  if (keyType === 'EC') return leastEcBits;
  return /^(RSA|RSA-PSS|DSA|DH)$/.test(keyType) ? leastRsaBits : 0;
}
