import { brokenHashes, brokenSuites, ecdheAesGcm, modernVersions } from './lists.js';
import type { Profile } from './profile.js';

/** BCP 195: RFC 8996 and RFC 9325. */
export const bcp195: Profile = {
  name: 'bcp195',
  title: 'BCP 195: recommendations for secure use of TLS',
  source:
    'IETF, BCP 195 (RFC 8996, March 2021; RFC 9325, November 2022; RFC 9852 is about new protocols), as far as packets show it; clauses are left out, as the ' +
    'wording was not at hand when the data were written.',
  date: '2022-11',
  tag: null,
  requirements: [
    {
      id: 'version',
      text: 'SSL, TLS 1.0 and TLS 1.1 are not negotiated.',
      clause: null,
      level: 'must',
      check: { about: 'version', allowed: modernVersions },
    },
    {
      id: 'broken-suites',
      text: 'No suite without encryption, with RC4, or with less than 112 bits of strength.',
      clause: null,
      level: 'must',
      check: { about: 'suite-without', properties: brokenSuites },
    },
    {
      id: 'strength-128',
      text: 'No suite with less than 128 bits of strength (3DES).',
      clause: null,
      level: 'should',
      check: { about: 'suite-without', properties: ['below-128-bits'] },
    },
    {
      id: 'no-rsa-transport',
      text: 'No key transport by static RSA.',
      clause: null,
      level: 'should',
      check: { about: 'suite-without', properties: ['static-rsa'] },
    },
    {
      id: 'no-static-dh',
      text: 'No static Diffie-Hellman, over finite fields or curves.',
      clause: null,
      level: 'should',
      check: { about: 'suite-without', properties: ['static-dh'] },
    },
    {
      id: 'recommended-suites',
      text: 'TLS 1.2 negotiates one of the recommended suites: ECDHE with AES in GCM.',
      clause: null,
      level: 'should',
      check: { about: 'suite', versions: ['TLSv1.2'], allowed: ecdheAesGcm },
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
      text: 'Certificates hold RSA keys of 2048 bits or more, or curves of 224 bits or more.',
      clause: null,
      level: 'should',
      check: { about: 'certificate-key', side: 'both', bits: { RSA: 2048, 'RSA-PSS': 2048, EC: 224 } },
    },
    {
      id: 'certificate-signature',
      text: 'Certificates are signed with SHA-256 or stronger.',
      clause: null,
      level: 'should',
      check: { about: 'certificate-signature', forbidden: brokenHashes },
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
      text: 'TLS 1.2 servers announce renegotiation_info (RFC 5746).',
      clause: null,
      level: 'must',
      check: { about: 'secure-renegotiation' },
    },
    {
      id: 'extended-master-secret',
      text: 'TLS 1.2 uses extended_master_secret (RFC 7627).',
      clause: null,
      level: 'should',
      check: { about: 'extended-master-secret' },
    },
  ],
};
