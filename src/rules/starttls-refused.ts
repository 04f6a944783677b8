import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { severityOnPath } from './shared/on-the-wire.js';
import { requireUpgrade, requireUpgradeInClients } from './shared/starttls-remedies.js';
import { upgradeText } from './shared/upgrade-text.js';

/** The upgrade was asked for, refused, and cleartext went on. */
export const starttlsRefused: Rule = {
  about: {
    kind: 'starttls-refused',
    severity: 'medium',
    title: 'TLS refused, and on in cleartext',
    meaning:
      'The client asked for TLS (STARTTLS, STLS, AUTH TLS, SSLRequest, …), the server refused, and the session went on in cleartext.',
    why: 'The client wanted TLS and did without: anybody in the path can give that refusal.',
    blindSpots: [
      'Whether the refusal came from the server or from the path is not told by one hop.',
      'A client that gives up after the refusal is safe, and not reported.',
    ],
    remediation: { general: requireUpgrade, products: requireUpgradeInClients },
    cwe: [757],
    standards: ['RFC 8314 §3', 'RFC 9325 §3.2'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => ({
    connection(record): Answer {
      const { upgrade } = record;
      if (upgrade === null) return inapplicable;
      if (upgrade.outcome !== 'refused' || upgrade.wentOnFrame === null) return clean;
      const frames = [upgrade.requestedFrame, upgrade.answeredFrame, upgrade.wentOnFrame].filter(
        (frame) => frame !== null,
      );
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
