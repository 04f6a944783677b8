// Pieces of a SARIF log that do not depend on the run.
import type { Severity } from '../model/finding.js';
import type { RuleMetadata } from '../model/rule.js';

/** SARIF §3.27.10: 'error', 'warning' or 'note'. */
export const severityLevels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/**
 * What code scanning services sort by: above 9.0 is critical, from 7.0 high, from 4.0 medium, above 0 low. Ours are the middle of
 * each range, not scores of CVSS.
 */
const securitySeverities: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

/** A rule of the catalogue as a `reportingDescriptor` (§3.49). */
export function sarifRule(about: RuleMetadata): object {
  const { kind, title, meaning, severity, optIn } = about;
  return {
    id: kind,
    name: pascalCase(kind),
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    help: { text: helpText(about), markdown: helpMarkdown(about) },
    defaultConfiguration: { level: severityLevels[severity], enabled: optIn !== true },
    properties: {
      tags: ['security', ...about.cwe.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`)],
      precision: 'high',
      severity,
      'security-severity': securitySeverities[severity],
      standards: about.standards,
    },
  };
}

/** §3.49.7: an identifier that a person can read: 'MissingClientCertRequest'. */
function pascalCase(kind: string): string {
  return kind
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function helpText({ meaning, why, remediation, blindSpots }: RuleMetadata): string {
  const products = Object.entries(remediation.products).map(([product, advice]) => `${product}: ${advice}`);
  return [meaning, `Why it matters: ${why}`, `What to do: ${remediation.general}`, ...products]
    .concat(blindSpots.map((spot) => `Can't see: ${spot}`))
    .join('\n');
}

function helpMarkdown({ meaning, why, remediation, blindSpots, standards }: RuleMetadata): string {
  const lines = [escapeProse(meaning), '', `**Why it matters.** ${escapeProse(why)}`, ''];
  lines.push(`**What to do.** ${escapeProse(remediation.general)}`);
  for (const [product, advice] of Object.entries(remediation.products))
    lines.push(`- ${product}: ${escapeProse(advice ?? '')}`);
  if (blindSpots.length > 0)
    lines.push('', "**What it can't see**", ...blindSpots.map((spot) => `- ${escapeProse(spot)}`));
  if (standards.length > 0) lines.push('', `Standards: ${standards.map(escapeProse).join('; ')}`);
  return lines.join('\n');
}

/** Our own prose, in which directives of servers hold what Markdown would read as emphasis, links or markup. */
function escapeProse(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, '\\$&');
}

/** Plain text of a message (§3.11.5 and §3.11.6): neither a placeholder `{0}` nor an embedded link `[text](target)`. */
export function sarifText(text: string): string {
  return text.replace(/\{(\d+)\}/g, '{{$1}}').replace(/\]\(/g, '\\](');
}

/** A capture's path as a URI reference (§3.4.3): relative where the path is. */
export function artifactUri(path: string): string {
  if (path === '-') return 'stdin';
  // A lone surrogate, as a file name of undecodable octets has it, is no text.
  const text = path.replace(/\p{Surrogate}/gu, '\ufffd');
  const encoded = text.split('/').map(encodeURIComponent).join('/').replace(/^\/+/, '/');
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
}
