import { brokenHashes, brokenSuites, modernVersions } from './lists.js';
import type { Profile } from './profile.js';

const approved12: readonly string[] = ['ECDHE_ECDSA', 'ECDHE_RSA', 'DHE_RSA', 'DHE_DSS'].flatMap((exchange) => [
  `TLS_${exchange}_WITH_AES_128_GCM_SHA256`,
  `TLS_${exchange}_WITH_AES_256_GCM_SHA384`,
  ...(exchange === 'ECDHE_RSA' || exchange === 'DHE_DSS'
    ? []
    : [128, 256].flatMap((bits) =>
        exchange === 'ECDHE_ECDSA'
          ? [`TLS_ECDHE_ECDSA_WITH_AES_${bits}_CCM`, `TLS_ECDHE_ECDSA_WITH_AES_${bits}_CCM_8`]
          : [`TLS_DHE_RSA_WITH_AES_${bits}_CCM`, `TLS_DHE_RSA_WITH_AES_${bits}_CCM_8`],
      )),
  `TLS_${exchange}_WITH_AES_128_CBC_SHA256`,
  exchange.startsWith('ECDHE') ? `TLS_${exchange}_WITH_AES_256_CBC_SHA384` : `TLS_${exchange}_WITH_AES_256_CBC_SHA256`,
  `TLS_${exchange}_WITH_AES_128_CBC_SHA`,
  `TLS_${exchange}_WITH_AES_256_CBC_SHA`,
]);

/** NIST SP 800-52 Rev. 2. */
export const nist80052r2: Profile = {
  name: 'nist-800-52r2',
  title: 'NIST SP 800-52 Rev. 2: TLS implementations',
  source:
    'NIST, Special Publication 800-52 Revision 2, August 2019, as far as packets show it; groups and suites that were standardised ' +
    'later (hybrids with ML-KEM) are not in it. Clauses are left out, as the wording was not at hand when the data were written.',
  date: '2019-08',
  tag: null,
  requirements: [
    {
      id: 'version',
      text: 'Servers of government-only applications negotiate TLS 1.2 or 1.3 alone.',
      clause: null,
      level: 'must',
      check: { about: 'version', allowed: modernVersions },
    },
    {
      id: 'suites-tls12',
      text: 'TLS 1.2 suites use approved algorithms: AES with (EC)DHE and a signature.',
      clause: null,
      level: 'must',
      check: { about: 'suite', versions: ['TLSv1.2'], allowed: approved12 },
    },
    {
      id: 'suites-tls13',
      text: 'TLS 1.3 suites use AES.',
      clause: null,
      level: 'must',
      check: {
        about: 'suite',
        versions: ['TLSv1.3'],
        allowed: [
          'TLS_AES_128_GCM_SHA256',
          'TLS_AES_256_GCM_SHA384',
          'TLS_AES_128_CCM_SHA256',
          'TLS_AES_128_CCM_8_SHA256',
        ],
      },
    },
    {
      id: 'broken-suites',
      text: 'No suite without encryption or authentication, with RC4, DES or export strength.',
      clause: null,
      level: 'must',
      check: { about: 'suite-without', properties: brokenSuites },
    },
    {
      id: 'no-rsa-transport',
      text: 'No key transport by static RSA.',
      clause: null,
      level: 'must',
      check: { about: 'suite-without', properties: ['static-rsa'] },
    },
    {
      id: 'groups',
      text: 'Key exchange uses approved groups: P-256, P-384, P-521, or the finite fields of RFC 7919.',
      clause: null,
      level: 'must',
      check: {
        about: 'group',
        allowed: [
          'secp256r1',
          'secp384r1',
          'secp521r1',
          'ffdhe2048',
          'ffdhe3072',
          'ffdhe4096',
          'ffdhe6144',
          'ffdhe8192',
        ],
      },
    },
    {
      id: 'dh-prime',
      text: 'Finite-field Diffie-Hellman uses primes of 2048 bits or more.',
      clause: null,
      level: 'must',
      check: { about: 'dh-prime', bits: 2048 },
    },
    {
      id: 'certificate-key',
      text: 'Certificates hold RSA keys of 2048 bits or more, or curves of 256 bits or more.',
      clause: null,
      level: 'must',
      check: { about: 'certificate-key', side: 'both', bits: { RSA: 2048, 'RSA-PSS': 2048, DSA: 2048, EC: 256 } },
    },
    {
      id: 'certificate-signature',
      text: 'Certificates are not signed with MD5 or SHA-1.',
      clause: null,
      level: 'must',
      check: { about: 'certificate-signature', forbidden: brokenHashes },
    },
    {
      id: 'no-compression',
      text: 'Only the null compression method is negotiated.',
      clause: null,
      level: 'must',
      check: { about: 'no-compression' },
    },
    {
      id: 'secure-renegotiation',
      text: 'TLS 1.2 servers announce renegotiation_info (RFC 5746).',
      clause: null,
      level: 'must',
      check: { about: 'secure-renegotiation' },
    },
    {
      id: 'extended-master-secret',
      text: 'TLS 1.2 uses extended_master_secret (RFC 7627).',
      clause: null,
      level: 'must',
      check: { about: 'extended-master-secret' },
    },
  ],
};
