import { brokenHashes, modernVersions } from './lists.js';
import type { Profile } from './profile.js';

const suites12: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  ...['DHE_DSS', 'DHE_RSA'].flatMap((exchange) => [
    `TLS_${exchange}_WITH_AES_128_CBC_SHA256`,
    `TLS_${exchange}_WITH_AES_256_CBC_SHA256`,
    `TLS_${exchange}_WITH_AES_128_GCM_SHA256`,
    `TLS_${exchange}_WITH_AES_256_GCM_SHA384`,
  ]),
  'TLS_DHE_RSA_WITH_AES_128_CCM',
  'TLS_DHE_RSA_WITH_AES_256_CCM',
];

/** BSI TR-02102-2. */
export const bsiTr021022: Profile = {
  name: 'bsi-tr-02102-2',
  title: 'BSI TR-02102-2: TLS',
  source:
    'Bundesamt für Sicherheit in der Informationstechnik, Technische Richtlinie TR-02102-2, the editions since 2024, as far as ' +
    'packets show it; what an edition recommends only until a year is taken as recommended. Clauses are left out, as the wording ' +
    'was not at hand when the data were written.',
  date: '2024-01',
  tag: null,
  requirements: [
    {
      id: 'version',
      text: 'TLS 1.2 or 1.3 is negotiated.',
      clause: null,
      level: 'must',
      check: { about: 'version', allowed: modernVersions },
    },
    {
      id: 'suites-tls12',
      text: 'TLS 1.2 negotiates a recommended suite: (EC)DHE and AES, with SHA-256 or SHA-384.',
      clause: null,
      level: 'should',
      check: { about: 'suite', versions: ['TLSv1.2'], allowed: suites12 },
    },
    {
      id: 'suites-tls13',
      text: 'TLS 1.3 negotiates a recommended suite: AES in GCM or CCM.',
      clause: null,
      level: 'should',
      check: {
        about: 'suite',
        versions: ['TLSv1.3'],
        allowed: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_128_CCM_SHA256'],
      },
    },
    {
      id: 'forward-secrecy',
      text: 'The key exchange has forward secrecy.',
      clause: null,
      level: 'should',
      check: { about: 'suite-without', properties: ['no-forward-secrecy'] },
    },
    {
      id: 'groups',
      text: 'Key exchange uses recommended groups: NIST or Brainpool curves of 256 bits or more, or ffdhe3072 and larger.',
      clause: null,
      level: 'should',
      check: {
        about: 'group',
        allowed: [
          'secp256r1',
          'secp384r1',
          'secp521r1',
          'brainpoolP256r1',
          'brainpoolP384r1',
          'brainpoolP512r1',
          'brainpoolP256r1tls13',
          'brainpoolP384r1tls13',
          'brainpoolP512r1tls13',
          'ffdhe3072',
          'ffdhe4096',
        ],
      },
    },
    {
      id: 'dh-prime',
      text: 'Finite-field Diffie-Hellman uses primes of 3000 bits or more.',
      clause: null,
      level: 'should',
      check: { about: 'dh-prime', bits: 3000 },
    },
    {
      id: 'certificate-key',
      text: 'Certificates hold RSA or DSA keys of 3000 bits or more, or curves of 250 bits or more.',
      clause: null,
      level: 'should',
      check: { about: 'certificate-key', side: 'both', bits: { RSA: 3000, 'RSA-PSS': 3000, DSA: 3000, EC: 250 } },
    },
    {
      id: 'handshake-signature',
      text: 'Signatures of the handshake do not use MD5 or SHA-1.',
      clause: null,
      level: 'must',
      check: { about: 'handshake-signature', forbidden: brokenHashes },
    },
    {
      id: 'no-compression',
      text: 'TLS compression is off.',
      clause: null,
      level: 'should',
      check: { about: 'no-compression' },
    },
    {
      id: 'secure-renegotiation',
      text: 'Renegotiation only with RFC 5746.',
      clause: null,
      level: 'should',
      check: { about: 'secure-renegotiation' },
    },
  ],
};
