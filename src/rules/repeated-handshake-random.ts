import type { Hop } from '../model/hop.js';
import type { LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { type Copy, HandshakeCopies } from './shared/handshake-copies.js';
import { oneAHop } from './shared/one-a-hop.js';

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
    const copies = new HandshakeCopies();
    return {
      connection(record) {
        const { tls } = record;
        if (tls === null || (tls.clientHello === null && tls.serverHello === null)) return inapplicable;
        if (tls.clientHello === null) copies.noteUnheard(record.id);
        if (tls.sameServerRandom !== null && tls.clientHello === null) return mayBeACopy;
        if (tls.sameClientRandom !== null || tls.sameServerRandom !== null) copies.note(record);
        return clean;
      },
      finish: ({ hops, clocks }) =>
        oneAHop([...repeatedAnswers(copies), ...repeatedHellos(copies, hops, clocks === undefined)]),
    };
  },
};

const mayBeACopy = Object.freeze({
  answer: 'unobservable' as const,
  because: 'the ClientHello is not in the capture: it may be one handshake seen twice',
});

/** ServerHellos with one random in answer to different ClientHellos. */
function* repeatedAnswers(copies: HandshakeCopies): Generator<LateSighting> {
  for (const copy of copies.answers) {
    if (!copies.knows(copy.first) || copies.sharesHello(copy.id, copy.first)) continue;
    if (copies.isUnheard(copy.first)) continue;
    const detail = `The ServerHello carries the random of connection ${copy.first}, in answer to another ClientHello.`;
    yield sightingOf(copy, detail, 'observed');
  }
}

/** ClientHellos with one random that are not one handshake. */
function* repeatedHellos(copies: HandshakeCopies, hops: readonly Hop[], hasOneClock: boolean): Generator<LateSighting> {
  for (const { copy, firstHop } of copies.hellosWithHops(hops)) {
    // A hello without an answer is a copy that was mirrored or lost.
    if (
      copy.answerFrame === null ||
      copies.sharesAnswer(copy.id, copy.first) ||
      copies.isOneWay(copy, firstHop, hasOneClock)
    )
      continue;
    yield copy.identical
      ? sightingOf(
          copy,
          `The whole ClientHello of connection ${copy.first} was sent again and answered: a replay, or a generator that repeats.`,
          'inferred',
        )
      : sightingOf(
          copy,
          `The ClientHello carries the random of connection ${copy.first}, with other contents.`,
          'observed',
        );
  }
}

function sightingOf(copy: Copy, detail: string, certainty: 'observed' | 'inferred'): LateSighting {
  const { id, first, capture, client, server, frame } = copy;
  return { answer: 'fires', certainty, frames: [frame], detail, capture, flows: [first, id], count: 1, client, server };
}
