// `analyze rules`: the catalogue of findings, from the rules' own metadata.
import type { RuleMetadata } from '../model/rule.js';
import { cell, displayWidth, indented, reportColumns, wrap } from './columns.js';
import type { Palette } from './palette.js';

/** Order of the table. */
const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

/** All kinds with their titles, by severity, the most severe first. */
export function rulesTable(rules: readonly RuleMetadata[], palette: Palette): string[] {
  const widest = rules.reduce((columns, { kind }) => Math.max(columns, displayWidth(kind)), 0) + 2;
  const lines: string[] = [];
  for (const severity of severities) {
    const those = rules.filter((about) => about.severity === severity);
    if (those.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(palette.strong(paintSeverity(severity.toUpperCase(), severity, palette)));
    for (const { kind, title, optIn } of those) {
      lines.push(...hanging(`  ${cell(kind, widest)}`, optIn === true ? `${title} (only when asked for)` : title));
    }
  }
  lines.push('', palette.faint('More about one of them: analyze rules KIND'));
  return lines;
}

/** Everything about one kind, wrapped. */
export function ruleText(about: RuleMetadata, palette: Palette): string[] {
  const heading = (text: string): string[] => ['', palette.strong(text)];
  const lines = [
    palette.strong(about.kind),
    ...wrap(about.title, reportColumns),
    '',
    `Severity:  ${paintSeverity(about.severity, about.severity, palette)}, unless the finding or the policy says otherwise`,
    `One for:   ${scopes[about.scope]}`,
  ];
  if (about.optIn === true) lines.push('Judged:    only when asked for');
  if (about.cwe.length > 0) lines.push(`CWE:       ${about.cwe.map((number) => `CWE-${number}`).join(', ')}`);
  if (about.standards.length > 0) lines.push(...hanging('Standards: ', about.standards.join('; ')));
  lines.push(...heading('When it is reported'), ...indented(about.meaning));
  lines.push(...heading('Why it matters'), ...indented(about.why));
  lines.push(...heading("What it can't see"));
  for (const spot of about.blindSpots) lines.push(...hanging('  - ', spot));
  lines.push(...heading('What to do'), ...indented(about.remediation.general));
  for (const [product, advice] of Object.entries(about.remediation.products)) {
    lines.push(...hanging(`  ${cell(`${product}:`, productColumns)}`, advice));
  }
  return lines;
}

const productColumns = 9;

const scopes: Readonly<Record<RuleMetadata['scope'], string>> = {
  hop: 'each hop (a client host and a service)',
  server: 'each server',
  client: 'each client host',
  certificate: 'each certificate',
  capture: 'each capture',
};

/** `text` behind `label`, its later lines indented to where it begins. */
function hanging(label: string, text: string): string[] {
  const indent = ' '.repeat(displayWidth(label));
  return wrap(text, reportColumns - indent.length).map((line, at) => (at === 0 ? label : indent) + line);
}

/** A severity in its colour. */
export function paintSeverity(text: string, severity: RuleMetadata['severity'], palette: Palette): string {
  if (severity === 'critical' || severity === 'high') return palette.bad(text);
  return severity === 'medium' ? palette.doubtful(text) : text;
}
