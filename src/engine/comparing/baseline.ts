// `--baseline`: what an earlier report knew already is left out, so that a pipeline fails for what is new and not for what is old.
import { type Finding, type Severity, severities } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { findingIdentity } from '../../report/finding-identity.js';
import { hopChange, type Snapshot, snapshotOfReport } from './diff.js';

/** What an earlier report knew. */
export class Baseline {
  readonly path: string;
  readonly #known: Snapshot;

  constructor(path: string, known: Snapshot) {
    this.path = path;
    this.#known = known;
  }

  /** Reads a JSON report. Throws a `SourceError`. */
  static async read(path: string): Promise<Baseline> {
    return new Baseline(path, await snapshotOfReport(path));
  }

  /** Whether a finding was known, at least as severe and not suppressed. */
  knows(finding: Finding): boolean {
    const known = this.#known.findings.get(findingIdentity(finding));
    return known !== undefined && rankOf(known.severity) <= rankOf(finding.severity);
  }

  /** Whether a hop is as it was, or better; and what it weighs if it is not. */
  judge(hop: Hop): { known: boolean; severity: Severity | null } {
    const change = hopChange(this.#known.hops.get(hop.id) ?? null, hop);
    if (change === null || change.change === 'better') return { known: true, severity: null };
    return { known: false, severity: change.severity };
  }
}

/** 0 for the most severe. */
function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

/** Passes on what a baseline did not know, and the summary with what was left out. Everything else passes. */
export class BaselineSink implements ReportSink {
  readonly #sink: ReportSink;
  readonly #baseline: Baseline;
  readonly #findings: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  #knownFindings = 0;
  #knownHops = 0;
  #worst: Severity | null = null;

  constructor(sink: ReportSink, baseline: Baseline) {
    this.#sink = sink;
    this.#baseline = baseline;
    if (sink.policy !== undefined) this.policy = (report) => sink.policy?.(report);
    if (sink.profile !== undefined) this.profile = (report) => sink.profile?.(report);
  }

  policy?: NonNullable<ReportSink['policy']>;
  profile?: NonNullable<ReportSink['profile']>;

  /** The most severe of what hops lost against the baseline; null where none did. */
  get worstHop(): Severity | null {
    return this.#worst;
  }

  flow(record: Parameters<NonNullable<ReportSink['flow']>>[0]): void {
    this.#sink.flow?.(record);
  }

  capture(info: Parameters<NonNullable<ReportSink['capture']>>[0]): void {
    this.#sink.capture?.(info);
  }

  certificate(...told: Parameters<NonNullable<ReportSink['certificate']>>): void {
    this.#sink.certificate?.(...told);
  }

  name(...told: Parameters<NonNullable<ReportSink['name']>>): void {
    this.#sink.name?.(...told);
  }

  hop(hop: Hop): void {
    const { known, severity } = this.#baseline.judge(hop);
    if (severity !== null && (this.#worst === null || rankOf(severity) < rankOf(this.#worst))) this.#worst = severity;
    if (known) this.#knownHops++;
    else this.#sink.hop?.(hop);
  }

  finding(finding: Finding): void {
    if (this.#baseline.knows(finding)) {
      this.#knownFindings++;
      return;
    }
    this.#findings[finding.severity]++;
    this.#sink.finding?.(finding);
  }

  end(summary: Summary): void {
    const { path } = this.#baseline;
    const baseline = { path, knownFindings: this.#knownFindings, knownHops: this.#knownHops };
    this.#sink.end({ ...summary, findings: this.#findings, baseline });
  }
}
