import type { LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { type Copy, isOneWay, noteCopy, withFirstHop } from './handshake-copies.js';

/** A random that must be new was used again. */
export const repeatedHandshakeRandom: Rule = {
  about: {
    kind: 'repeated-handshake-random',
    severity: 'high',
    title: 'Handshake random used again',
    meaning:
      'A server sent the same ServerHello.random in two different handshakes, or a client the same ClientHello.random. The same handshake seen twice (NAT, SPAN of two ports) does not count.',
    why: 'A generator that repeats makes keys guessable and handshakes replayable: virtual machines cloned while running, devices without entropy at boot, code with a constant seed. A repeated ClientHello may also be a replay.',
    blindSpots: [
      'Only randoms are compared. Repeated ephemeral keys, ECDSA nonces and GCM nonces are not looked at.',
      'Scanners often send a constant random on purpose.',
    ],
    remediation: {
      general:
        'Update or reseed what generates randomness on the host (entropy at boot, clones, constant seeds), and exchange its keys and certificates afterwards. For a replayed ClientHello, find who sends it.',
      products: {},
    },
    cwe: [330, 338],
    standards: ['RFC 9846 (Random Number Generation and Seeding)', 'RFC 8446 Appendix C.1'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => {
    const copies: Copy[] = [];
    return {
      connection(record) {
        const { tls } = record;
        if (tls === null || (tls.sameClientRandom === null && tls.sameServerRandom === null)) return inapplicable;
        const { sameClientRandom: client, sameServerRandom: server, serverHello } = tls;
        // Both together are one handshake on two hops; what was changed in it is another kind.
        if (server !== null && client?.flow === server.flow) return clean;
        if (server !== null) {
          if (tls.clientHello === null || serverHello === null) {
            return {
              answer: 'unobservable',
              because: 'the ClientHello is not in the capture: it may be one handshake seen twice',
            };
          }
          const detail = `The ServerHello carries the random of connection ${server.flow}, in answer to another ClientHello.`;
          return { answer: 'fires', certainty: 'observed', frames: [serverHello.frame], detail };
        }
        // A hello without an answer is a copy that was mirrored or lost.
        if (serverHello !== null) noteCopy(copies, record);
        return clean;
      },
      *finish({ hops }) {
        for (const { copy, firstHop } of withFirstHop(copies, hops)) {
          if (firstHop === null || isOneWay(copy, firstHop)) continue;
          const what = copy.identical
            ? `The whole ClientHello of connection ${copy.first} was sent again and answered: a replay, or a generator that repeats.`
            : `The ClientHello carries the random of connection ${copy.first}, with other contents.`;
          const sighting: LateSighting = {
            answer: 'fires',
            certainty: copy.identical ? 'inferred' : 'observed',
            frames: [copy.helloFrame],
            detail: what,
            capture: copy.capture,
            flows: [copy.first, copy.id],
            count: 1,
            client: copy.client,
            server: copy.server,
          };
          yield sighting;
        }
      },
    };
  },
};
