import type { ConnectionRecord, TlsSession } from '../model/connection-record.js';
import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { versionCeiling } from './shared/tls-remedies.js';
import { highestOffer, rankOfTls12, rankOfTls13, spokenVersion, versionRank } from './shared/version-order.js';

/** The server's random says that a higher version was possible, and the client had offered it. */
export const tlsDowngradeSentinel: Rule = {
  about: {
    kind: 'tls-downgrade-sentinel',
    severity: 'critical',
    title: 'The server itself marks a downgrade',
    meaning:
      'ServerHello.random ends in a DOWNGRD sentinel: the server speaks a higher version and did not see it offered. The client offered it all the same, or broke off with illegal_parameter because of the sentinel.',
    why: 'Somebody between client and server took the higher version out of the ClientHello. A client that does not check the sentinel is attackable at the older version.',
    blindSpots: [
      'A client that offers no more than it gets meets the sentinel rightly: nothing is reported then, but it proves what the server could.',
      'Servers without TLS 1.3 (and TLS 1.2 servers that leave the sentinel out) give no such sign.',
      'Where only the hop behind the attacker is in the capture, the ClientHello is already the changed one; then only the client that breaks off tells.',
    ],
    remediation: {
      general:
        'Find what rewrites handshakes on the way between the two hosts, and keep clients on libraries that check the sentinel (all with TLS 1.3).',
      products: versionCeiling,
    },
    cwe: [757],
    standards: ['RFC 9846 (ServerHello)', 'RFC 8446 §4.1.3'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }: ConnectionRecord) {
      const hello = tls?.serverHello;
      if (tls === null || hello === null || hello === undefined) return inapplicable;
      if (hello.downgradeSentinel === null) return clean;
      const abort = brokeOff(tls);
      const offer = tls.clientHello === null ? null : highestOffer(tls.clientHello);
      // 'TLSv1.2' is set by servers with TLS 1.3; 'TLSv1.1' by all that speak at least TLS 1.2.
      const possible = hello.downgradeSentinel === 'TLSv1.2' ? rankOfTls13 : rankOfTls12;
      const contradicts = offer !== null && versionRank(offer) >= possible;
      if (!contradicts && abort === null) return offer === null ? offerUnseen : clean;
      const frames = [hello.frame];
      if (abort !== null) frames.push(abort);
      const sentinel = hello.downgradeSentinel === 'TLSv1.2' ? 'DOWNGRD 01' : 'DOWNGRD 00';
      const offered = contradicts ? `, though the client offered ${spokenVersion(offer)}` : '';
      const ended = abort === null ? '' : '; the client broke off with illegal_parameter';
      const detail = `The server chose ${spokenVersion(hello.version)} and its random ends in ${sentinel}${offered}${ended}.`;
      return { answer: 'fires', certainty: contradicts ? 'observed' : 'inferred', frames, detail };
    },
  }),
};

const offerUnseen = Object.freeze({
  answer: 'unobservable' as const,
  because: 'the ClientHello is not in the capture: what it offered is not known',
});

/** Frame of the client's illegal_parameter, which RFC 9846 (ServerHello) asks for where the sentinel is wrong. */
function brokeOff(tls: TlsSession): number | null {
  for (const { frame, from, description } of tls.alerts) {
    if (from === 'client' && description === 'illegal_parameter') return frame;
  }
  return null;
}
