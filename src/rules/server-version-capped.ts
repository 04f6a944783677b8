import { formatEndpoint } from '../base/address.js';
import type { ClientHelloRecord, ServerHelloRecord } from '../model/connection-record.js';
import type { Rule, Sighting } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxRememberedPairs, remember } from './shared/bounds.js';
import { choiceStands, choiceUnseen, missesChoice } from './shared/tls-progress.js';
import { versionCeiling } from './shared/tls-remedies.js';
import { highestOffer, spokenVersion, versionRank } from './shared/version-order.js';

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
    const ranks = new Map<number, Ranks>();
    // Findings are asked about by name; those servers are few.
    const capped = new Map<string, Ranks>();
    return {
      connection({ tls, server }, { service }) {
        if (tls === null) return inapplicable;
        const { clientHello, serverHello, version } = tls;
        if (version === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
        if (clientHello === null || serverHello === null) return inapplicable;
        const rank = versionRank(version);
        const offer = highestOffer(clientHello);
        const isCapped = versionRank(offer) > rank;
        const known = noteRank(ranks, service, rank, isCapped);
        if (!isCapped) return clean;
        // What points to tampering is another finding.
        if (serverHello.downgradeSentinel !== null || tls.sameClientRandom?.identical === false) return clean;
        if (!choiceStands(tls)) return clean;
        if (!known.isNamed) {
          known.isNamed = true;
          remember(capped, formatEndpoint(server.ip, server.port), known, maxRememberedPairs);
        }
        return sightingOf(clientHello, serverHello, offer);
      },
      // A server that was seen to do better is not capped: `downgrade-below-capability` has the word.
      weigh({ server, severity }) {
        const known = server === null ? undefined : capped.get(server);
        return known !== undefined && known.highest > known.lowestCapped ? null : severity;
      },
    };
  },
};

function sightingOf(clientHello: ClientHelloRecord, serverHello: ServerHelloRecord, offer: string): Sighting {
  return {
    answer: 'fires',
    certainty: 'observed',
    frames: [clientHello.frame, serverHello.frame],
    detail: () => `The server chose ${spokenVersion(serverHello.version)}; the client offered ${spokenVersion(offer)}.`,
  };
}

/** What a server was seen to choose. */
interface Ranks {
  highest: number;
  lowestCapped: number;
  /** Findings can ask about it. */
  isNamed: boolean;
}

function noteRank(ranks: Map<number, Ranks>, service: number, rank: number, isCapped: boolean): Ranks {
  const known = ranks.get(service);
  if (known === undefined) {
    const first = { highest: rank, lowestCapped: isCapped ? rank : Number.POSITIVE_INFINITY, isNamed: false };
    if (service >= 0) remember(ranks, service, first, maxRememberedPairs);
    return first;
  }
  if (rank > known.highest) known.highest = rank;
  if (isCapped && rank < known.lowestCapped) known.lowestCapped = rank;
  return known;
}
