// JUnit XML, as build servers read it (testsuites > testsuite > testcase > failure | skipped | system-out): a suite of all hops,
// a suite a kind of finding, a suite for the policy. There is no standard; this is the part that all readers share.
import { secondsFrom } from '../base/time.js';
import { type Finding, severities } from '../model/finding.js';
import type { Hop } from '../model/hop.js';
import type { PolicyLine, PolicyReport } from '../model/policy.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { findingPlace } from './finding-identity.js';
import { harmless } from './harmless.js';
import { type TestCase, type TestSuite, writeSuites } from './junit-xml.js';
import { count, countOf } from './quantities.js';
import type { ReportOptions } from './report-format.js';
import type { TextOut } from './text-out.js';

/** Severity from which a finding fails its case where nobody says. */
const defaultThreshold = 'high';

/** Cases of one suite: more than a build server shows. What is left out is said in a case of its own, which fails if one of them would. */
export const maxJunitCases = 10_000;

/** Prints JUnit XML. */
export function junitReport(out: TextOut, options: ReportOptions): ReportSink {
  return new JunitReport(out, options);
}

class JunitReport implements ReportSink {
  readonly #out: TextOut;
  readonly #options: ReportOptions;
  readonly #failing: ReadonlySet<string>;
  readonly #captures: CaptureInfo[] = [];
  readonly #hops: Hop[] = [];
  readonly #byKind: Map<string, CaseList> = new Map();
  /** By hop: the findings at or above the threshold, their kinds. */
  readonly #failedHops: Map<string, Set<string>> = new Map();
  #policyCases: TestCase[] | null = null;
  #unkeptHops = 0;

  constructor(out: TextOut, options: ReportOptions) {
    this.#out = out;
    this.#options = options;
    const threshold = options.failOn ?? defaultThreshold;
    this.#failing = new Set(severities.slice(0, severities.indexOf(threshold) + 1));
    for (const { kind, optIn } of options.rules ?? []) if (optIn !== true) this.#byKind.set(kind, new CaseList());
  }

  capture(info: CaptureInfo): void {
    this.#captures.push(info);
  }

  hop(hop: Hop): void {
    if (this.#hops.length < maxJunitCases) this.#hops.push(hop);
    else this.#unkeptHops++;
  }

  finding(finding: Finding): void {
    const fails = finding.suppressed === null && this.#failing.has(finding.severity);
    if (fails && finding.hop !== null) {
      const kinds = this.#failedHops.get(finding.hop);
      if (kinds === undefined) this.#failedHops.set(finding.hop, new Set([finding.kind]));
      else kinds.add(finding.kind);
    }
    let cases = this.#byKind.get(finding.kind);
    if (cases === undefined) {
      cases = new CaseList();
      this.#byKind.set(finding.kind, cases);
    }
    cases.add(findingCase(finding, fails), fails);
  }

  policy({ lines }: PolicyReport): void {
    const fails = (line: PolicyLine): boolean => line.suppressed === null && this.#failing.has(line.severity);
    this.#policyCases = lines.map((line) => policyCase(line, fails(line), this.#options.failOnUndecided === true));
  }

  end(summary: Summary): void {
    const suites: TestSuite[] = [{ name: 'hops', cases: this.#hopCases() }];
    if (this.#policyCases !== null) suites.push({ name: 'policy', cases: this.#policyCases });
    for (const [kind, cases] of this.#byKind) suites.push({ name: kind, cases: cases.finish(kind) });
    const time = this.#captures[0]?.firstTime ?? null;
    const seconds = this.#captures.reduce((sum, info) => sum + spanOf(info), 0);
    writeSuites(this.#out, { suites, time, seconds, said: harmless(summary.sentence, 1000) });
  }

  #hopCases(): TestCase[] {
    const cases = this.#hops.map((hop) => this.#hopCase(hop));
    if (this.#unkeptHops > 0)
      cases.push({
        classname: 'hops',
        name: 'hops that are left out',
        skipped: `${countOf(this.#unkeptHops, 'more hop')}: the JSON report has them`,
      });
    return cases;
  }

  #hopCase(hop: Hop): TestCase {
    const test: TestCase = { classname: 'hops', name: harmless(hop.id) };
    const inferred = hop.certainty === 'inferred' ? 'inferred: ' : '';
    const why = `${hop.mtls}: ${inferred}${harmless(hop.why, 1000)}`;
    const failed = this.#failedHops.get(hop.id);
    const undecided = hop.mtls === 'unknown' || hop.mtls === 'resumed';
    if (failed !== undefined) test.failure = { type: hop.mtls, message: [...failed].join(', '), text: why };
    else if (!undecided) test.output = why;
    else if (this.#options.failOnUndecided === true)
      test.failure = { type: hop.mtls, message: "can't be decided", text: why };
    else test.skipped = why;
    return test;
  }
}

/** The cases of one kind, bounded. */
class CaseList {
  readonly #cases: TestCase[] = [];
  #unkept = 0;
  #unkeptFailures = 0;

  add(test: TestCase, fails: boolean): void {
    if (this.#cases.length < maxJunitCases) this.#cases.push(test);
    else {
      this.#unkept++;
      if (fails) this.#unkeptFailures++;
    }
  }

  finish(kind: string): TestCase[] {
    if (this.#cases.length === 0) return [{ classname: harmless(kind), name: 'nothing found' }];
    if (this.#unkept === 0) return this.#cases;
    const text = `${countOf(this.#unkept, 'more finding')}: the JSON report has them`;
    const test: TestCase = { classname: harmless(kind), name: 'findings that are left out' };
    if (this.#unkeptFailures > 0) test.failure = { type: 'left out', message: text, text };
    else test.output = text;
    return [...this.#cases, test];
  }
}

function policyCase(line: PolicyLine, fails: boolean, failUnseen: boolean): TestCase {
  const { verdict, severity, suppressed, hops } = line;
  const test: TestCase = {
    classname: 'policy',
    name: harmless(`line ${line.line}: ${line.segment} must be ${line.requires}`, 400),
  };
  const why = harmless(line.why, 2000);
  const text = hops.length === 0 ? why : `${why}\nHops: ${hops.map((hop) => harmless(hop)).join(', ')}`;
  const message = `${verdict}: ${why}`;
  if (verdict === 'FAIL' && fails) test.failure = { type: severity, message, text };
  else if (verdict === 'FAIL' && suppressed !== null) test.skipped = `suppressed: ${harmless(suppressed.reason, 400)}`;
  else if (verdict === 'UNSEEN' && failUnseen) test.failure = { type: 'UNSEEN', message, text };
  else if (verdict === 'UNSEEN') test.skipped = message;
  else test.output = `${verdict}: ${text}`;
  return test;
}

function findingCase(finding: Finding, fails: boolean): TestCase {
  const { kind, severity, certainty, title, frames, suppressed } = finding;
  const place = findingPlace(finding);
  const test: TestCase = { classname: harmless(kind), name: place === '' ? 'the capture' : harmless(place) };
  const lines = [
    `${severity}, ${certainty}: ${harmless(finding.detail, 2000)}`,
    ...(frames.length === 0
      ? []
      : [`Frames: ${frames.join(', ')}${finding.count > 1 ? ` (${count(finding.count)} flows)` : ''}`]),
    `Wireshark: ${harmless(finding.wiresharkFilter, 1000)}`,
    `What to do: ${harmless(finding.remediation, 2000)}`,
  ];
  if (fails) test.failure = { type: severity, message: title, text: lines.join('\n') };
  else if (suppressed !== null) test.skipped = `suppressed: ${harmless(suppressed.reason, 400)}`;
  else if (kind === 'mtls-status-unobservable' && certainty !== 'inferred')
    test.skipped = harmless(finding.detail, 2000);
  else test.output = lines.join('\n');
  return test;
}

function spanOf({ firstTime, lastTime }: CaptureInfo): number {
  if (firstTime === null || lastTime === null) return 0;
  const seconds = secondsFrom(firstTime, lastTime);
  return seconds > 0 ? seconds : 0;
}
