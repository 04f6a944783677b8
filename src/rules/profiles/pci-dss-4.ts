import { brokenSuites, modernVersions } from './lists.js';
import type { Profile } from './profile.js';

/** PCI DSS 4: what requirement 4.2.1 asks of a transmission. */
export const pciDss4: Profile = {
  name: 'pci-dss-4',
  title: 'PCI DSS 4: cardholder data in transit',
  source:
    'PCI Security Standards Council, PCI DSS v4.0 and v4.0.1, requirement 4.2.1. It leaves open what strong cryptography is; here it ' +
    'is TLS 1.2 or later with suites of 112 bits or more and keys of 2048 bits (RSA) or 224 bits (curves) or more. Which ' +
    'transmissions carry card numbers over open networks only the policy can say: it tags their segments pci.',
  date: '2024-06',
  tag: 'pci',
  requirements: [
    {
      id: 'encrypted',
      text: 'Card numbers cross open networks only under strong cryptography: nothing in cleartext.',
      clause: '4.2.1',
      level: 'must',
      check: { about: 'encrypted' },
    },
    {
      id: 'version',
      text: 'Only secure versions of the protocol are used, without fallback: TLS 1.2 or 1.3.',
      clause: '4.2.1',
      level: 'must',
      check: { about: 'version', allowed: modernVersions },
    },
    {
      id: 'suites',
      text: 'No insecure algorithm: no suite without encryption or authentication, with RC4, DES, or export strength.',
      clause: '4.2.1',
      level: 'must',
      check: { about: 'suite-without', properties: brokenSuites },
    },
    {
      id: 'key-sizes',
      text: 'No insecure key size: RSA of 2048 bits or more, curves of 224 bits or more.',
      clause: '4.2.1',
      level: 'must',
      check: { about: 'certificate-key', side: 'both', bits: { RSA: 2048, 'RSA-PSS': 2048, DSA: 2048, EC: 224 } },
    },
    {
      id: 'dh-prime',
      text: 'No insecure key size in the key exchange: primes of 2048 bits or more.',
      clause: '4.2.1',
      level: 'must',
      check: { about: 'dh-prime', bits: 2048 },
    },
    {
      id: 'certificates',
      text: 'Only trusted certificates that are valid, not expired and not revoked are accepted.',
      clause: '4.2.1',
      level: 'must',
      check: { about: 'certificate-trust' },
    },
  ],
};
