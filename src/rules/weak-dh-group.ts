import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { choiceStands } from './shared/tls-progress.js';

/** RFC 9325 §4.5 asks for no less. */
const leastBits = 2048;

/** A finite-field Diffie-Hellman prime that is too short. */
export const weakDhGroup: Rule = {
  about: {
    kind: 'weak-dh-group',
    severity: 'medium',
    title: 'Short Diffie-Hellman prime',
    meaning: 'The ServerKeyExchange carries a finite-field Diffie-Hellman prime of less than 2048 bits.',
    why: 'Primes of 512 and 768 bits have been broken, 1024 bits are in reach of states; many servers share a few primes, so one large computation opens all their sessions (Logjam).',
    blindSpots: [
      'Whether the prime is a safe one, or shared by many servers, is not looked at.',
      'Connections whose ServerKeyExchange is not in the capture; resumptions have none.',
    ],
    remediation: {
      general:
        'Prefer ECDHE suites and TLS 1.3; where DHE must stay, use the groups of RFC 7919 with 2048 bits or more.',
      products: {
        nginx:
          'Leave ssl_dhparam out (DHE is then off), or give it ffdhe2048 or longer; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;',
        HAProxy: 'tune.ssl.default-dh-param 2048 in the global section, or ssl-dh-param-file with ffdhe2048 or longer.',
        Apache:
          'Drop DHE from SSLCipherSuite, or append ffdhe2048 or longer to the file of SSLCertificateFile (2.4.7 and newer otherwise take a prime as long as the RSA key).',
        Node: "dhparam: 'auto' (or leave it out: DHE is then off).",
        Python: 'Do not call context.load_dh_params() with short parameters; prefer ECDHE in set_ciphers().',
        Java: '-Djdk.tls.ephemeralDHKeySize=2048 and DH keySize < 2048 in jdk.tls.disabledAlgorithms.',
      },
    },
    cwe: [326],
    standards: ['RFC 9325 §4.5', 'RFC 7919'],
    scope: 'server',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }) {
      const exchange = tls?.serverKeyExchange ?? null;
      if (tls === null || exchange === null || exchange.primeBits === null) return inapplicable;
      if (exchange.primeBits >= leastBits || !choiceStands(tls)) return clean;
      const detail = `The Diffie-Hellman prime has ${exchange.primeBits} bits.`;
      return { answer: 'fires', certainty: 'observed', frames: [exchange.frame], detail };
    },
  }),
};
