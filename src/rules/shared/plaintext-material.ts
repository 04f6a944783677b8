// Kinds that a certificate, key or key store in readable content makes.
import type { MaterialRecord } from '../../model/content.js';
import type { Severity } from '../../model/finding.js';
import { type Answer, clean, inapplicable, type Rule, type RuleMetadata } from '../../model/rule.js';
import { materialText } from './material-text.js';
import { clearContent, staysOnHost } from './on-the-wire.js';

/** A rule that fires on material of some kinds in cleartext; `severityOf` one thing of it, on a path. */
export function materialRule(
  about: RuleMetadata,
  kinds: readonly MaterialRecord['kind'][],
  what: string,
  severityOf: (material: MaterialRecord, protocol: string | null) => Severity,
): Rule {
  return {
    about,
    begin: () => ({
      connection(record): Answer {
        const content = clearContent(record);
        if (content === null) return inapplicable;
        let first: MaterialRecord | null = null;
        for (const material of content.material) {
          if (kinds.includes(material.kind)) {
            first = material;
            break;
          }
        }
        if (first === null) return clean;
        const all = content.material.filter(({ kind }) => kinds.includes(kind));
        // The gravest decides.
        const worst = all.reduce(
          (a, b) => (rank(severityOf(b, record.protocol)) < rank(severityOf(a, record.protocol)) ? b : a),
          first,
        );
        const more = all.length === 1 ? '' : `; ${all.length} on this connection`;
        return {
          answer: 'fires',
          certainty: 'observed',
          severity: staysOnHost(record) ? 'low' : severityOf(worst, record.protocol),
          frames: all.map(({ frame }) => frame),
          detail: `${what} crossed in clear, from the ${worst.from}: ${materialText(worst)}${more}.`,
        };
      },
    }),
  };
}

const ranks: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function rank(severity: Severity): number {
  return ranks.indexOf(severity);
}
