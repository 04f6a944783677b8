import type { CertificateRecord } from '../model/certificate.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Finding } from '../model/finding.js';
import type { Hop } from '../model/hop.js';
import type { PolicyReport, ProfileReport } from '../model/policy.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { baselineNote } from './baseline-note.js';
import { type HealthReport, judgeHealth } from './capture-health.js';
import { captureLines } from './capture-lines.js';
import { certificateHeading, certificateLines } from './certificate-lines.js';
import { reportColumns, wrap } from './columns.js';
import { FindingList } from './finding-lines.js';
import { flowHeading, flowLines } from './flow-lines.js';
import { harmless } from './harmless.js';
import { HopList, hopDetails, hopLines, hopReason } from './hop-list.js';
import { KindTable } from './kind-table.js';
import type { Palette } from './palette.js';
import { policyScreen, policyWhole } from './policy-lines.js';
import { harmlessConsequence, preflightText } from './preflight.js';
import { profileScreen, profileWhole } from './profile-lines.js';
import { count, countOf } from './quantities.js';
import type { ReportOptions } from './report-format.js';
import type { TextOut } from './text-out.js';

/** Lines of the report without `--verbose`: a screen. */
export const screenLines = 40;
const hopsOnScreen = 15;
/** Pieces of advice about the capture above everything else. */
const advicesOnScreen = 2;
/** Lines of the screen for findings: five kinds, a title and what is left out. */
const findingsOnScreen = 13;
const capturesOnScreen = 3;
/** Lines of the screen for the policy: four lines that don't hold, a title and what is left out. */
const policyOnScreen = 11;
/** Beside a policy or profiles: two kinds, and what is left out. */
const leastFindings = 7;
/** Lines that hops have at least, with their title: below a long answer findings give way to them. */
const leastHops = 8;

/** Flows, hops and certificates that `--verbose` lists; the rest is counted, so that memory stays bounded. */
export const maxListed = 10_000;

/** Prints for a person: the answer first, then hops worst first, flows by kind, and what the capture can't show. */
export function textReport(out: TextOut, options: ReportOptions): ReportSink {
  return new TextReport(out, options);
}

class TextReport implements ReportSink {
  readonly #out: TextOut;
  readonly #palette: Palette;
  readonly #verbose: boolean;
  readonly #kinds: KindTable = new KindTable();
  readonly #hops: HopList;
  readonly #findings: FindingList;
  #policy: PolicyReport | null = null;
  readonly #profiles: ProfileReport[] = [];
  readonly #captures: CaptureInfo[] = [];
  readonly #flowLines: string[] = [];
  readonly #certificateLines: string[] = [];
  #listedFlows = 0;
  #listedCertificates = 0;
  readonly #certificates = { total: 0, server: 0, client: 0, both: 0 };

  constructor(out: TextOut, options: ReportOptions) {
    this.#out = out;
    this.#palette = options.palette;
    this.#verbose = options.verbose;
    this.#hops = new HopList(options.verbose ? maxListed : hopsOnScreen);
    this.#findings = new FindingList(options.verbose ? maxListed : 0);
  }

  flow(record: ConnectionRecord): void {
    this.#kinds.add(record);
    if (!this.#verbose || this.#listedFlows === maxListed) return;
    this.#listedFlows++;
    this.#flowLines.push(...flowLines(record, this.#palette));
  }

  capture(info: CaptureInfo): void {
    this.#captures.push(info);
  }

  certificate(record: CertificateRecord): void {
    this.#certificates.total++;
    if (record.usedAs.includes('server')) this.#certificates.server++;
    if (record.usedAs.includes('client')) this.#certificates.client++;
    if (record.usedAs.length > 1) this.#certificates.both++;
    if (!this.#verbose || this.#listedCertificates === maxListed) return;
    this.#listedCertificates++;
    this.#certificateLines.push(...certificateLines(record, this.#captures, this.#palette));
  }

  hop(hop: Hop): void {
    this.#hops.add(hop);
  }

  finding(finding: Finding): void {
    this.#findings.add(finding);
  }

  policy(report: PolicyReport): void {
    this.#policy = report;
  }

  profile(report: ProfileReport): void {
    this.#profiles.push(report);
  }

  end(summary: Summary): void {
    const lines = this.#verbose ? this.#everything(summary) : this.#screen(summary);
    this.#out.write(`${lines.join('\n')}\n`);
  }

  #screen(summary: Summary): string[] {
    const health = judgeHealth(this.#captures, summary);
    const intent = this.#intent(false);
    // What was asked for comes before what was found anyway.
    const head = this.#head(health, summary);
    const below = this.#tail(summary, health);
    const hints = this.#hints();
    const free = screenLines - head.length - intent.length - below.length - hints.length - leastHops;
    const findingsRoom = Math.max(leastFindings, Math.min(findingsOnScreen - intent.length, free));
    const above = [...head, ...intent, ...this.#findings.screen(findingsRoom, this.#palette)];
    return [
      ...above,
      ...this.#hopsWithin(screenLines - above.length - below.length - hints.length),
      ...below,
      ...hints,
    ];
  }

  #everything(summary: Summary): string[] {
    const health = judgeHealth(this.#captures, summary);
    const lines = [
      ...this.#head(health, summary),
      ...this.#intent(true),
      ...this.#findings.all(this.#palette),
      ...this.#allHops(),
      ...this.#tail(summary, health),
    ];
    if (this.#certificateLines.length > 0) {
      lines.push('', certificateHeading(this.#palette), ...this.#certificateLines);
      lines.push(...more(this.#certificates.total - this.#listedCertificates, 'certificate', 'analyze certs FILE'));
    }
    if (this.#flowLines.length > 0) {
      lines.push('', flowHeading(this.#palette), ...this.#flowLines);
      lines.push(...more(summary.flows.total - this.#listedFlows, 'flow', 'analyze flows FILE'));
    }
    return lines;
  }

  // The answer, and what must be known before it is believed.
  #head(health: HealthReport, summary: Summary): string[] {
    const { sentence, score, grade, preflight } = summary;
    const palette = this.#palette;
    const lines = wrap(harmless(sentence, 2000), reportColumns).map((line) => palette.strong(line));
    if (score !== null) lines.push(`Score ${score} of 100, grade ${grade}.`);
    const note = baselineNote(summary);
    if (note !== null) lines.push(...wrap(note, reportColumns));
    const poor = health.grade === 'poor';
    if (poor) {
      const warning = 'The capture is poor (see below): the answer covers only what it shows.';
      lines.push(...wrap(warning, reportColumns).map(palette.bad));
    }
    // Each piece of advice once: one command mends several things.
    const advices = new Set<string>();
    for (const item of preflight) {
      if (advices.size === advicesOnScreen) break;
      if (item.consequence === harmlessConsequence || advices.has(item.advice)) continue;
      if (!poor && item.count * 2 < (item.of ?? 0)) continue;
      advices.add(item.advice);
      const text = `${preflightText(item)}: ${item.consequence}. Better: ${item.advice}.`;
      lines.push(...wrap(harmless(text, 1000), reportColumns - 2).map((line) => `  ${palette.doubtful(line)}`));
    }
    return lines;
  }

  // The policy and the profiles, whole or what matters of them.
  #intent(whole: boolean): string[] {
    const palette = this.#palette;
    const lines: string[] = [];
    if (this.#policy !== null) {
      lines.push(...(whole ? policyWhole(this.#policy, palette) : policyScreen(this.#policy, policyOnScreen, palette)));
    }
    for (const profile of this.#profiles) {
      lines.push(...(whole ? profileWhole(profile, palette) : profileScreen(profile, palette)));
    }
    return lines;
  }

  // Title and as many hops as fit the room. What room is left goes to reasons: a line for each where all have one, and whole
  // sentences for the worst.
  #hopsWithin(room: number): string[] {
    const hops = this.#hops.worst(hopsOnScreen);
    if (hops.length === 0) return [];
    const title = ['', ...this.#hopsTitle()];
    // One line stays free for "… and more".
    const free = room - title.length - 1;
    const bare = hops.map((hop) => [...hopLines(hop, this.#palette), ...this.#hops.path(hop, this.#palette)]);
    const withReason = (at: number, whole: boolean): string[] => [
      ...bare[at]!,
      ...hopReason(hops[at]!, this.#palette, whole),
    ];
    const length = (blocks: readonly string[][]): number => blocks.reduce((sum, block) => sum + block.length, 0);
    const short = hops.map((_, at) => withReason(at, false));
    const blocks = length(short) <= free ? short : bare;
    let left = free - length(blocks);
    for (let at = 0; at < blocks.length; at++) {
      const whole = withReason(at, true);
      const more = whole.length - blocks[at]!.length;
      if (more > left) break;
      blocks[at] = whole;
      left -= more;
    }
    const lines: string[] = [];
    let shown = 0;
    for (const block of blocks) {
      if (lines.length + block.length > free) break;
      lines.push(...block);
      shown++;
    }
    return [...title, ...lines, ...more(this.#hops.total - shown, 'hop', '--verbose')];
  }

  #allHops(): string[] {
    const hops = this.#hops.worst(maxListed);
    if (hops.length === 0) return [];
    const lines = ['', ...this.#hopsTitle()];
    for (const hop of hops) {
      lines.push(
        ...hopLines(hop, this.#palette),
        ...this.#hops.path(hop, this.#palette),
        ...hopReason(hop, this.#palette, true),
        ...hopDetails(hop, this.#palette),
      );
    }
    lines.push(...more(this.#hops.total - hops.length, 'hop', '--format json'));
    return lines;
  }

  #hopsTitle(): string[] {
    const [first, ...others] = wrap(
      `HOPS  ${count(this.#hops.total)}, worst first: ${this.#hops.states()}`,
      reportColumns,
    );
    return [this.#palette.strong('HOPS') + (first ?? '').slice('HOPS'.length), ...others];
  }

  #tail(summary: Summary, health: HealthReport): string[] {
    const palette = this.#palette;
    const lines: string[] = [];
    if (summary.flows.total > 0) {
      lines.push(
        '',
        `${palette.strong('FLOWS')}  ${count(summary.flows.total)}`,
        ...this.#kinds.lines(summary, palette),
      );
    }
    const { total, server, client, both } = this.#certificates;
    if (total > 0) {
      lines.push(
        '',
        `${palette.strong('CERTIFICATES')}  ${count(total)}: ${count(server)} shown by servers, ${count(client)} by clients${both > 0 ? `, ${count(both)} of them by both` : ''}`,
      );
    }
    const [first, ...others] = wrap(`CAPTURE  ${health.sentence}`, reportColumns);
    const paint = { complete: palette.good, incomplete: palette.doubtful, poor: palette.bad }[health.grade];
    lines.push('', palette.strong('CAPTURE') + paint((first ?? '').slice('CAPTURE'.length)), ...others.map(paint));
    for (const text of health.together) lines.push(...wrap(text, reportColumns - 2).map((line) => `  ${line}`));
    for (const note of health.notes)
      lines.push(...wrap(`Also: ${note}.`, reportColumns - 2).map((line) => `  ${line}`));
    const shown = this.#verbose ? this.#captures : this.#captures.slice(0, capturesOnScreen);
    for (const capture of shown) lines.push(...captureLines(capture, this.#verbose).map((line) => palette.faint(line)));
    lines.push(...more(this.#captures.length - shown.length, 'file', '--verbose'));
    return lines;
  }

  #hints(): string[] {
    return ['', this.#palette.faint('More: --verbose, analyze flows FILE, analyze explain FILE FLOW, --format json')];
  }
}

function more(hidden: number, what: string, where: string): string[] {
  return hidden <= 0 ? [] : [`  … and ${countOf(hidden, `more ${what}`)}: ${where}`];
}
