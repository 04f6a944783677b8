import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { severityOnPath } from './shared/on-the-wire.js';
import { requireUpgrade, requireUpgradeInClients } from './shared/starttls-remedies.js';
import { upgradeText } from './shared/upgrade-text.js';

/** The server offered TLS and the client did without. */
export const starttlsNotUsed: Rule = {
  about: {
    kind: 'starttls-not-used',
    severity: 'medium',
    title: 'TLS offered and not taken',
    meaning: 'The server offered an upgrade to TLS; the client never asked for it and went on in cleartext.',
    why: 'What the client sent could have been protected: it is set up to do without, and the server lets it.',
    blindSpots: ['A client that leaves after the offer has sent nothing, and is not reported.'],
    remediation: { general: requireUpgrade, products: requireUpgradeInClients },
    cwe: [319],
    standards: ['RFC 8314 §3'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => ({
    connection(record): Answer {
      const { upgrade } = record;
      if (upgrade === null) return inapplicable;
      if (upgrade.outcome !== 'not-used' || upgrade.wentOnFrame === null) return clean;
      const frames =
        upgrade.offeredFrame === null ? [upgrade.wentOnFrame] : [upgrade.offeredFrame, upgrade.wentOnFrame];
      const severity = severityOnPath(record, 'medium', 'info');
      return {
        answer: 'fires',
        certainty: 'observed',
        severity,
        frames,
        detail: upgradeText(upgrade),
      };
    },
  }),
};
