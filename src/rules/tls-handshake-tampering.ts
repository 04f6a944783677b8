import type { Hop } from '../model/hop.js';
import type { LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { HandshakeCopies } from './shared/handshake-copies.js';
import { oneAHop } from './shared/one-a-hop.js';

/** Somebody between two hops rewrote a ClientHello. */
export const tlsHandshakeTampering: Rule = {
  about: {
    kind: 'tls-handshake-tampering',
    severity: 'critical',
    title: 'ClientHello rewritten on its way',
    meaning:
      'The same client random appears on two hops of one way, with different ClientHello contents: what lies between changed the handshake and passed it on.',
    why: 'That is how versions, suites and extensions are stripped. The Finished messages then disagree, unless the attacker can break what it forced.',
    blindSpots: [
      'It shows only where both sides of the device are in the capture.',
      'A device that ends TLS and opens its own session towards the server uses its own random: that is a proxy, and shows as another certificate.',
    ],
    remediation: {
      general:
        'Find the device between the two hops (their addresses name it). No device may change a handshake that it does not terminate: remove it, or let it terminate TLS under a name of its own.',
      products: {},
    },
    cwe: [300, 924],
    standards: ['RFC 9846', 'RFC 8446 Appendix E.1'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => {
    const copies = new HandshakeCopies();
    return {
      connection(record) {
        const { tls } = record;
        if (tls === null || tls.clientHello === null) return inapplicable;
        if (tls.sameClientRandom !== null || tls.sameServerRandom !== null) copies.note(record);
        return clean;
      },
      finish: ({ hops, clocks }) => oneAHop(rewritten(copies, hops, clocks === undefined)),
    };
  },
};

function* rewritten(copies: HandshakeCopies, hops: readonly Hop[], hasOneClock: boolean): Generator<LateSighting> {
  for (const { copy, firstHop } of copies.hellosWithHops(hops)) {
    if (copy.identical || !copies.isOneWay(copy, firstHop, hasOneClock)) continue;
    yield {
      answer: 'fires',
      certainty: 'observed',
      frames: copy.answerFrame === null ? [copy.frame] : [copy.frame, copy.answerFrame],
      detail: `The ClientHello carries the random of connection ${copy.first} on ${firstHop.id}, with other contents: it was rewritten between the two hops.`,
      capture: copy.capture,
      flows: [copy.first, copy.id],
      count: 1,
      client: copy.client,
      server: copy.server,
    };
  }
}
