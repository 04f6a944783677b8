import { ecdheAesGcm, ecdheChaCha, modernVersions, suiteVersions12, tls13Suites } from './lists.js';
import type { Profile } from './profile.js';

const source =
  'Mozilla, Server Side TLS guidelines, version 6.0, as published in machine-readable form; what a server is configured with but ' +
  'packets do not show (HSTS, the order of preference) is left out.';
const date = 'version 6.0';
const groups: readonly string[] = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'];

/** Mozilla's configuration for clients that speak TLS 1.3. */
export const mozillaModern: Profile = {
  name: 'mozilla-modern',
  title: 'Mozilla Server Side TLS: modern',
  source,
  date,
  tag: null,
  requirements: [
    {
      id: 'version',
      text: 'Only TLS 1.3 is negotiated.',
      clause: null,
      level: 'must',
      check: { about: 'version', allowed: ['TLSv1.3'] },
    },
    {
      id: 'suites',
      text: 'TLS 1.3 negotiates AES in GCM, or ChaCha20.',
      clause: null,
      level: 'must',
      check: { about: 'suite', versions: ['TLSv1.3'], allowed: tls13Suites },
    },
    {
      id: 'groups',
      text: 'Key exchange uses X25519MLKEM768, X25519, P-256 or P-384.',
      clause: null,
      level: 'must',
      check: { about: 'group', allowed: groups },
    },
    {
      id: 'certificate-key',
      text: 'Server certificates hold ECDSA keys on P-256 or P-384.',
      clause: null,
      level: 'must',
      check: { about: 'certificate-key', side: 'server', bits: { RSA: 0, 'RSA-PSS': 0, DSA: 0, EC: 256 } },
    },
    {
      id: 'certificate-lifetime',
      text: 'Server certificates are valid for 90 days at most.',
      clause: null,
      level: 'must',
      check: { about: 'certificate-lifetime', days: 90 },
    },
  ],
};

/** Mozilla's configuration for servers of the general public. */
export const mozillaIntermediate: Profile = {
  name: 'mozilla-intermediate',
  title: 'Mozilla Server Side TLS: intermediate',
  source,
  date,
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
      text: 'TLS 1.2 and below negotiate ECDHE with AES in GCM, or ChaCha20.',
      clause: null,
      level: 'must',
      check: { about: 'suite', versions: suiteVersions12, allowed: [...ecdheAesGcm, ...ecdheChaCha] },
    },
    {
      id: 'suites-tls13',
      text: 'TLS 1.3 negotiates AES in GCM, or ChaCha20.',
      clause: null,
      level: 'must',
      check: { about: 'suite', versions: ['TLSv1.3'], allowed: tls13Suites },
    },
    {
      id: 'groups',
      text: 'Key exchange uses X25519MLKEM768, X25519, P-256 or P-384.',
      clause: null,
      level: 'must',
      check: { about: 'group', allowed: groups },
    },
    {
      id: 'certificate-key',
      text: 'Server certificates hold RSA keys of 2048 bits or more, or ECDSA keys on P-256 or P-384.',
      clause: null,
      level: 'must',
      check: { about: 'certificate-key', side: 'server', bits: { RSA: 2048, DSA: 0, EC: 256 } },
    },
    {
      id: 'certificate-lifetime',
      text: 'Server certificates are valid for 366 days at most.',
      clause: null,
      level: 'must',
      check: { about: 'certificate-lifetime', days: 366 },
    },
  ],
};
