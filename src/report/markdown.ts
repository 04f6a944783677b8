// GitHub-flavoured Markdown for comments on pull requests and step summaries: the answer, the hops worst first, the findings by
// kind. Text from the wire goes into code spans alone: there nothing is markup, a mention, a link or a reference to an issue.

import { type Finding, type Severity, severities } from '../model/finding.js';
import { type Hop, hopStates } from '../model/hop.js';
import type { PolicyReport, PolicyVerdict } from '../model/policy.js';
import type { CaptureInfo, PreflightItem, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { baselineNote } from './baseline-note.js';
import { findingPlace } from './finding-identity.js';
import { inferredPrefix } from './finding-lines.js';
import { codeSpan, MarkdownText, markdownProse } from './markdown-text.js';
import { preflightText } from './preflight.js';
import { count, countOf } from './quantities.js';
import type { TextOut } from './text-out.js';

/** Comments may have 65,536 characters; step summaries more. */
const maxCharacters = 60_000;
/** So many characters of them for hops, that findings have room. */
const maxHopCharacters = 20_000;
/** Hops listed; those that are well are counted. */
const maxHops = 50;
/** So many for lines of the policy; those that fail come first. */
const maxPolicyCharacters = 12_000;
/** Findings listed of each kind. */
const maxOfKind = 10;
const maxDetail = 400;

/** Findings of one kind and severity. */
interface KindOfFindings {
  findings: Finding[];
  total: number;
}

/** Prints Markdown. */
export function markdownReport(out: TextOut): ReportSink {
  return new MarkdownReport(out);
}

class MarkdownReport implements ReportSink {
  readonly #out: TextOut;
  readonly #captures: CaptureInfo[] = [];
  readonly #hops: Hop[] = [];
  readonly #states: Map<string, number> = new Map();
  readonly #kinds: Map<string, KindOfFindings> = new Map();
  #policy: PolicyReport | null = null;
  #suppressed = 0;

  constructor(out: TextOut) {
    this.#out = out;
  }

  capture(info: CaptureInfo): void {
    this.#captures.push(info);
  }

  hop(hop: Hop): void {
    this.#states.set(hop.mtls, (this.#states.get(hop.mtls) ?? 0) + 1);
    if (this.#hops.length < maxHops) this.#hops.push(hop);
  }

  finding(finding: Finding): void {
    if (finding.suppressed !== null) {
      this.#suppressed++;
      return;
    }
    const key = `${finding.severity} ${finding.kind}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { findings: [], total: 0 };
      this.#kinds.set(key, kind);
    }
    kind.total++;
    if (kind.findings.length < maxOfKind) kind.findings.push(finding);
  }

  policy(report: PolicyReport): void {
    this.#policy = report;
  }

  end(summary: Summary): void {
    const text = new MarkdownText(maxCharacters);
    text.always(`## ${markdownProse(summary.sentence)}`, '', this.#lead(summary), '');
    const note = baselineNote(summary);
    if (note !== null) text.always(codeSpan(note, 400), '');
    if (this.#policy !== null) policyTable(text, this.#policy);
    this.#hopTable(text);
    this.#findings(text);
    this.#trust(text, summary.preflight);
    this.#out.write(text.finish());
  }

  #lead({ grade, score, flows, hops }: Summary): string {
    const graded = score === null ? '' : `Score **${score}** of 100 (${grade}). `;
    const found = severities
      .map((severity) => [this.#countOf(severity), severity] as const)
      .filter(([times]) => times > 0)
      .map(([times, severity]) => `${count(times)} ${severity}`);
    const findings = found.length === 0 ? 'No findings' : `Findings: ${found.join(', ')}`;
    const silenced = this.#suppressed === 0 ? '' : ` (and ${count(this.#suppressed)} suppressed)`;
    return `${graded}${findings}${silenced}. ${countOf(flows.total, 'flow')}, ${countOf(hops, 'hop')}.`;
  }

  #countOf(severity: Severity): number {
    let total = 0;
    for (const kind of this.#kinds.values()) if (kind.findings[0]?.severity === severity) total += kind.total;
    return total;
  }

  #hopTable(text: MarkdownText): void {
    if (this.#hops.length === 0) return;
    text.always('### Hops, worst first', '', '| mutual TLS | hop | spoken | why |', '|---|---|---|---|');
    let shown = 0;
    for (const hop of this.#hops) {
      if (!text.line(hopRow(hop), maxHopCharacters)) break;
      shown++;
    }
    text.always('');
    const total = [...this.#states.values()].reduce((sum, times) => sum + times, 0);
    if (total > shown) {
      const states = hopStates
        .filter((state) => this.#states.has(state))
        .map((state) => `${count(this.#states.get(state)!)} ${state}`);
      text.always(`… and ${countOf(total - shown, 'more hop')}. All: ${states.join(', ')}.`, '');
    }
  }

  #findings(text: MarkdownText): void {
    if (this.#kinds.size === 0) return;
    text.always('### Findings', '');
    let shown = 0;
    for (const kind of this.#kinds.values()) {
      if (!text.block(kindLines(kind, this.#captures.length > 1 ? this.#captures : null))) break;
      shown++;
    }
    const hidden = this.#kinds.size - shown;
    if (hidden > 0) text.always(`… and ${countOf(hidden, 'more kind')} of findings: the JSON report has them.`, '');
  }

  #trust(text: MarkdownText, preflight: readonly PreflightItem[]): void {
    const poor = this.#captures.filter(({ health }) => health.endedEarly !== null);
    if (preflight.length === 0 && poor.length === 0) return;
    const lines = ['<details><summary>What the captures do not show</summary>', ''];
    for (const { path, health } of poor) lines.push(`- ${codeSpan(path)}: ${codeSpan(health.endedEarly ?? '')}`);
    for (const item of preflight) {
      lines.push(`- ${markdownProse(`${preflightText(item)}: ${item.consequence}`)} ${codeSpan(item.advice)}`);
    }
    text.block([...lines, '', '</details>', '']);
  }
}

const verdicts: readonly PolicyVerdict[] = ['FAIL', 'UNSEEN', 'PASS'];

function policyTable(text: MarkdownText, { file, verdict, lines }: PolicyReport): void {
  text.always(`### Policy ${codeSpan(file, 200)}: ${verdict}`, '', '| | line | must be | why |', '|---|--:|---|---|');
  const sorted = verdicts.flatMap((wanted) => lines.filter((line) => line.verdict === wanted));
  let shown = 0;
  for (const { verdict: said, line, segment, requires, why, suppressed } of sorted) {
    const excused = suppressed === null ? '' : ' (excused)';
    const must = `${codeSpan(segment, 80)} ${codeSpan(requires, 80)}`;
    if (!text.line(`| **${said}**${excused} | ${line} | ${must} | ${codeSpan(why, 200)} |`, maxPolicyCharacters)) break;
    shown++;
  }
  text.always('');
  if (shown < lines.length) text.always(`… and ${countOf(lines.length - shown, 'more line')}.`, '');
}

function hopRow(hop: Hop): string {
  const spoken = [...hop.versions, ...hop.protocols].slice(0, 4).join(', ');
  const name = hop.server.name === null ? '' : ` ${codeSpan(hop.server.name, 80)}`;
  const sure = hop.certainty === 'inferred' ? ' (inferred)' : '';
  return `| **${hop.mtls}**${sure} | ${codeSpan(hop.id)}${name} | ${codeSpan(spoken === '' ? hop.kind : spoken, 80)} | ${codeSpan(hop.why, 200)} |`;
}

function kindLines({ findings, total }: KindOfFindings, captures: readonly CaptureInfo[] | null): string[] {
  const first = findings[0]!;
  const lines = [
    `<details><summary><b>${first.severity}</b> ${markdownProse(first.title)} (${count(total)})</summary>`,
    '',
    `${codeSpan(first.kind)}: ${markdownProse(first.remediation)}`,
    '',
    '| where | frames | flows | what |',
    '|---|---|--:|---|',
  ];
  for (const finding of findings) {
    const { frames, certainty, detail } = finding;
    const shown = frames.slice(0, 6).join(', ') + (frames.length > 6 ? ', …' : '');
    const path = captures?.[finding.capture]?.path;
    const where = `${codeSpan(findingPlace(finding) || 'the capture')}${path === undefined ? '' : ` in ${codeSpan(path)}`}`;
    const inferred = inferredPrefix(certainty, detail);
    lines.push(`| ${where} | ${shown} | ${count(finding.count)} | ${codeSpan(inferred + detail, maxDetail)} |`);
  }
  if (total > findings.length)
    lines.push('', `… and ${count(total - findings.length)} more: the JSON report has them.`);
  const { cwe, standards } = first.references;
  const references = [...cwe, ...standards];
  if (references.length > 0) lines.push('', `See ${markdownProse(references.join('; '))}.`);
  return [...lines, '', '</details>', ''];
}
