import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { choiceFrame, choiceStands, choiceUnseen, missesChoice } from './shared/tls-progress.js';
import { versionFloor } from './shared/tls-remedies.js';
import { highestOffer, rankOfTls12, spokenVersion, versionRank } from './shared/version-order.js';

/** SSLv2, SSLv3, TLS 1.0 or TLS 1.1 (DTLS 1.0) was negotiated. */
export const deprecatedTlsVersion: Rule = {
  about: {
    kind: 'deprecated-tls-version',
    severity: 'high',
    title: 'Deprecated protocol version negotiated',
    meaning: 'Client and server settled on SSLv2, SSLv3, TLS 1.0, TLS 1.1 or DTLS 1.0.',
    why: 'These versions rest on MD5, SHA-1 and CBC with chained vectors (POODLE, BEAST, DROWN); their handshakes can be forged with effort, and no standard allows them any more.',
    blindSpots: [
      'Versions that the server would also accept, and nobody asked for in this capture.',
      'Connections whose ServerHello is not in the capture.',
    ],
    remediation: {
      general: 'Set TLS 1.2 as the lowest version on the server, and update clients that cannot speak it.',
      products: versionFloor,
    },
    cwe: [326, 327],
    standards: ['RFC 8996', 'RFC 7568', 'RFC 6176', 'RFC 9325 §3.1.1'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => ({
    connection(record) {
      const { tls } = record;
      if (tls === null) return inapplicable;
      if (tls.version === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
      // China's TLCP has the messages of TLS 1.1 and nothing else of it.
      if (versionRank(tls.version) >= rankOfTls12 || tls.serverHello?.version === 'TLCP') return clean;
      if (!choiceStands(tls)) return clean;
      const name = tls.serverHello?.version ?? tls.version;
      const offer = tls.clientHello === null ? null : highestOffer(tls.clientHello);
      const better = offer !== null && versionRank(offer) > versionRank(tls.version);
      const detail = `The server chose ${spokenVersion(name)}${better ? `, though the client offered ${spokenVersion(offer)}` : offer === null ? '' : ', the best that the client offered'}.`;
      return { answer: 'fires', certainty: 'observed', frames: [choiceFrame(record)], detail };
    },
  }),
};
