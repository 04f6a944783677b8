// Kinds that one look at the negotiated cipher suite decides.
import type { Rule, RuleMetadata } from '../../model/rule.js';
import { clean, inapplicable } from '../../model/rule.js';
import { type CipherSuite, cipherSuite } from '../../registry/cipher-suite-properties.js';
import { choiceStands, choiceUnseen, missesChoice } from './tls-progress.js';

/** A rule that fires where the negotiated suite is of a bad kind; `harm` ends the sentence 'The server chose NAME: …'. */
export function suiteRule(
  about: RuleMetadata,
  isBad: (suite: CipherSuite) => boolean,
  harm: (suite: CipherSuite) => string,
): Rule {
  return {
    about,
    begin: () => ({
      connection({ tls }) {
        if (tls === null) return inapplicable;
        const hello = tls.serverHello;
        if (hello === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
        const suite = cipherSuite(hello.cipherSuite.id);
        if (suite === null || suite.signalling || !isBad(suite)) return clean;
        if (!choiceStands(tls)) return clean;
        const detail = `The server chose ${suite.name}: ${harm(suite)}.`;
        return { answer: 'fires', certainty: 'observed', frames: [hello.frame], detail };
      },
    }),
  };
}

/** What every look at the suite can't see. */
export const suiteBlindSpots: readonly string[] = [
  'Suites that are offered or supported and were not chosen in this capture are not reported: a scan of the server tells those.',
  'Connections whose ServerHello is not in the capture.',
];
