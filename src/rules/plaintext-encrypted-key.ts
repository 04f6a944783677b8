import type { Rule } from '../model/rule.js';
import { materialRule } from './shared/plaintext-material.js';

/** A key under a passphrase, or a key store, crossed in clear. */
export const plaintextEncryptedKey: Rule = materialRule(
  {
    kind: 'plaintext-encrypted-key',
    severity: 'high',
    title: 'Key store or encrypted key sent in cleartext',
    meaning: 'A private key under a passphrase, a PKCS#12 file or a Java key store crossed in clear.',
    why: 'Whoever read it can guess the passphrase offline, as fast as the machines allow; the ones in use are often short, or stand in the same documentation.',
    blindSpots: [
      'How strong the passphrase is.',
      'Stores that hold certificates only look the same where their contents are encrypted.',
    ],
    remediation: {
      general:
        'Take the key for known unless the passphrase is long and random: make a new one on the host that uses it, and let keys never travel.',
      products: {
        Java: 'Make the key with keytool -genkeypair on the host and send only keytool -certreq.',
      },
    },
    cwe: [319],
    standards: ['NIST SP 800-57 Part 1'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  ['encrypted-private-key', 'key-store'],
  'A protected key or key store',
  () => 'high',
);
