import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { cipherSuite, type KeyExchange } from '../registry/cipher-suite-properties.js';
import { suiteBlindSpots } from './shared/suite-rule.js';
import { choiceStands, choiceUnseen, missesChoice } from './shared/tls-progress.js';
import { strongSuites } from './shared/tls-remedies.js';

/** Exchanges whose secret a long-lived key gives away; ephemeral ones, passwords (SRP, PAKE) and unknown ones are not among them. */
const lasting: ReadonlySet<KeyExchange> = new Set([
  'rsa',
  'dh',
  'ecdh',
  'psk',
  'rsa_psk',
  'krb5',
  'kea',
  'gost',
  'sm2',
  'sm9',
]);

/** A key exchange that a stolen long-lived key opens afterwards. */
export const noForwardSecrecy: Rule = {
  about: {
    kind: 'no-forward-secrecy',
    severity: 'low',
    title: 'No forward secrecy',
    meaning:
      'The key exchange rests on a long-lived key: static RSA, static (EC)DH, a pre-shared key; in TLS 1.3 a resumption without a key share (psk_ke).',
    why: 'Who records today and gets the long-lived key later reads everything that was recorded. Static RSA also invites padding oracles (ROBOT).',
    blindSpots: [
      ...suiteBlindSpots,
      'An ephemeral key that the server uses for days, and a ticket key that it never changes, undo forward secrecy unseen.',
    ],
    remediation: {
      general: 'Allow only ECDHE suites in TLS 1.2, and prefer TLS 1.3 with psk_dhe_ke.',
      products: strongSuites,
    },
    cwe: [327],
    standards: ['RFC 9325 §4.1'],
    scope: 'server',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }) {
      if (tls === null) return inapplicable;
      const hello = tls.serverHello;
      if (hello === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
      if (!choiceStands(tls)) return clean;
      const suite = cipherSuite(hello.cipherSuite.id);
      if (tls.version === 'TLSv1.3') {
        if (hello.group !== null || tls.resumed !== true) return clean;
        const detail = 'The session was resumed without a key share (psk_ke): the ticket key alone opens it.';
        return { answer: 'fires', certainty: 'observed', frames: [hello.frame], detail };
      }
      if (suite === null || !lasting.has(suite.keyExchange)) return clean;
      const detail = `The server chose ${suite.name}: whoever gets its long-lived key later reads what was recorded.`;
      return { answer: 'fires', certainty: 'observed', frames: [hello.frame], detail };
    },
  }),
};
