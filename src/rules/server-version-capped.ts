import { formatEndpoint } from '../base/address.js';
import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import type { Endpoint } from '../model/side.js';
import { maxRememberedPairs } from './bounds.js';
import { EndpointMap } from './endpoint-map.js';
import { choiceStands, choiceUnseen, missesChoice } from './tls-progress.js';
import { versionCeiling } from './tls-remedies.js';
import { highestOffer, spokenVersion, versionRank } from './version-order.js';

/** The server stays below what its clients offer. */
export const serverVersionCapped: Rule = {
  about: {
    kind: 'server-version-capped',
    severity: 'low',
    title: 'Server stays below the version that clients offer',
    meaning:
      "The server chose a lower version than the client's best offer, and nothing points to tampering: it has the higher one switched off, or does not know it.",
    why: 'Clients do without the better handshake: with TLS 1.2 certificates cross in clear and weak options stay possible.',
    blindSpots: [
      'A silent attacker in front of a server without TLS 1.3 looks the same.',
      'The server may have the higher version for other names.',
    ],
    remediation: { general: 'Switch on TLS 1.3 on the server.', products: versionCeiling },
    cwe: [757],
    standards: ['RFC 9325 §3.1.1'],
    scope: 'server',
    concerns: 'tls',
  },
  begin: () => {
    const ranks = new EndpointMap<Ranks>(maxRememberedPairs);
    // Findings are asked about by name; those servers are few.
    const capped = new Map<string, Ranks>();
    return {
      connection({ tls, server }) {
        if (tls === null) return inapplicable;
        const { clientHello, serverHello, version } = tls;
        if (version === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
        if (clientHello === null || serverHello === null) return inapplicable;
        const rank = versionRank(version);
        const offer = highestOffer(clientHello);
        const isCapped = versionRank(offer) > rank;
        const known = noteRank(ranks, server, rank, isCapped);
        if (!isCapped) return clean;
        // What points to tampering is another finding.
        if (serverHello.downgradeSentinel !== null || tls.sameClientRandom?.identical === false) return clean;
        if (!choiceStands(tls)) return clean;
        capped.set(formatEndpoint(server.ip, server.port), known);
        const detail = `The server chose ${spokenVersion(serverHello.version)}; the client offered ${spokenVersion(offer)}.`;
        return { answer: 'fires', certainty: 'observed', frames: [clientHello.frame, serverHello.frame], detail };
      },
      // A server that was seen to do better is not capped: `downgrade-below-capability` has the word.
      weigh({ server, severity }) {
        const known = server === null ? undefined : capped.get(server);
        return known !== undefined && known.highest > known.lowestCapped ? null : severity;
      },
    };
  },
};

/** What a server was seen to choose. */
interface Ranks {
  highest: number;
  lowestCapped: number;
}

function noteRank(ranks: EndpointMap<Ranks>, server: Endpoint, rank: number, isCapped: boolean): Ranks {
  const known = ranks.get(server);
  if (known === undefined) {
    const first = { highest: rank, lowestCapped: isCapped ? rank : Number.POSITIVE_INFINITY };
    ranks.set(server, first);
    return first;
  }
  if (rank > known.highest) known.highest = rank;
  if (isCapped && rank < known.lowestCapped) known.lowestCapped = rank;
  return known;
}
