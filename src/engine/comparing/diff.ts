// Two states of a network beside each other: hops and findings that are new, gone, better or worse. They are matched by what they
// are about (hop, server, client, certificate), never by frames or flows, so that two captures of one system can be compared.
import type { ChangeKind, Difference, FindingChange, HopChange } from '../../model/difference.js';
import { type Severity, severities } from '../../model/finding.js';
import { type HopState, hopStates } from '../../model/hop.js';
import type { ReportSink } from '../../model/report-sink.js';
import { findingIdentity } from '../../report/finding-identity.js';
import { readSavedReport, type SavedFinding, type SavedHop, type SavedReport } from '../../source/saved-report.js';

/** What is compared: hops and findings by their identity. */
export interface Snapshot {
  hops: ReadonlyMap<string, SavedHop>;
  findings: ReadonlyMap<string, SavedFinding>;
}

/** Reads a snapshot from a JSON report. Throws a `SourceError`. */
export async function snapshotOfReport(path: string): Promise<Snapshot> {
  return snapshotOf(await readSavedReport(path));
}

/** Collects a snapshot from an analysis. */
export class SnapshotSink implements ReportSink {
  readonly #report: SavedReport = { hops: [], findings: [] };

  hop({ id, mtls, why }: SavedHop): void {
    this.#report.hops.push({ id, mtls, why });
  }

  finding(finding: Parameters<NonNullable<ReportSink['finding']>>[0]): void {
    const { kind, severity, title, hop, client, server, certificate, suppressed } = finding;
    const saved = { kind, severity, title, hop, client, server, certificate, suppressed: suppressed !== null };
    this.#report.findings.push(saved);
  }

  end(): void {}

  /** What was collected. */
  snapshot(): Snapshot {
    return snapshotOf(this.#report);
  }
}

/** Of findings with one identity (one of each capture) the most severe counts; a suppressed one counts as none. */
export function snapshotOf({ hops, findings }: SavedReport): Snapshot {
  const byIdentity = new Map<string, SavedFinding>();
  for (const finding of findings) {
    if (finding.suppressed) continue;
    const identity = findingIdentity(finding);
    const other = byIdentity.get(identity);
    if (other === undefined || rankOf(finding.severity) < rankOf(other.severity)) byIdentity.set(identity, finding);
  }
  return { hops: new Map(hops.map((hop) => [hop.id, hop])), findings: byIdentity };
}

/** What changed from `before` to `after`. */
export function difference(before: Snapshot, after: Snapshot): Difference {
  const found: Difference = { hops: [], findings: [], same: { hops: 0, findings: 0 } };
  for (const [id, hop] of after.hops) {
    const change = hopChange(before.hops.get(id) ?? null, hop);
    if (change === null) found.same.hops++;
    else found.hops.push(change);
  }
  for (const [id, hop] of before.hops) if (!after.hops.has(id)) found.hops.push(hopGone(hop));
  for (const [identity, finding] of after.findings) {
    const change = findingChange(before.findings.get(identity) ?? null, finding);
    if (change === null) found.same.findings++;
    else found.findings.push(change);
  }
  for (const [identity, finding] of before.findings) {
    if (after.findings.has(identity)) continue;
    found.findings.push({ ...subjectOf(finding), change: 'gone', before: finding.severity, after: null });
  }
  found.hops.sort((a, b) => order(a) - order(b));
  found.findings.sort((a, b) => order(a) - order(b) || rankOf(a.after ?? a.before) - rankOf(b.after ?? b.before));
  return found;
}

/** How a hop changed; null where its state is the same. */
export function hopChange(before: SavedHop | null, after: SavedHop): HopChange | null {
  if (before?.mtls === after.mtls) return null;
  const from = before === null ? null : hopRank(before.mtls);
  const to = hopRank(after.mtls);
  const change = from === null ? 'new' : to < from ? 'worse' : 'better';
  return {
    change,
    hop: after.id,
    before: before?.mtls ?? null,
    after: after.mtls,
    severity: change === 'better' ? null : hopSeverity(before?.mtls ?? null, after.mtls),
    why: after.why,
  };
}

/** The most severe of what is new or worse; null where nothing is. A new hop that is well weighs nothing. */
export function worstOf({ hops, findings }: Difference): Severity | null {
  let worst: Severity | null = null;
  const weigh = (severity: Severity | null): void => {
    if (severity !== null && (worst === null || rankOf(severity) < rankOf(worst))) worst = severity;
  };
  for (const { severity } of hops) weigh(severity);
  for (const { change, after } of findings) if (change === 'new' || change === 'worse') weigh(after);
  return worst;
}

/** States without mutual TLS, as far as the packets tell. */
const withoutMutual: readonly HopState[] = ['cleartext', 'server-only', 'optional'];
const withMutual: readonly HopState[] = ['presented', 'enforced'];

// Mutual TLS that was lost is what this program exists for. Where it never was, the findings about the hop say how bad that is.
function hopSeverity(before: HopState | null, after: HopState): Severity | null {
  if (before === null) return withoutMutual.includes(after) ? 'medium' : null;
  if (withMutual.includes(before) && withoutMutual.includes(after)) return 'high';
  return withoutMutual.includes(after) ? 'medium' : 'low';
}

function hopGone({ id, mtls, why }: SavedHop): HopChange {
  return { change: 'gone', hop: id, before: mtls, after: null, severity: null, why };
}

function findingChange(before: SavedFinding | null, after: SavedFinding): FindingChange | null {
  if (before?.severity === after.severity) return null;
  const worse = before !== null && rankOf(after.severity) < rankOf(before.severity);
  const change = before === null ? 'new' : worse ? 'worse' : 'better';
  return { ...subjectOf(after), change, before: before?.severity ?? null, after: after.severity };
}

function subjectOf({
  kind,
  title,
  hop,
  client,
  server,
  certificate,
}: SavedFinding): Omit<FindingChange, 'change' | 'before' | 'after'> {
  return { kind, title, hop, client, server, certificate };
}

const changeOrder: readonly ChangeKind[] = ['worse', 'new', 'better', 'gone'];

function order({ change }: { change: ChangeKind }): number {
  return changeOrder.indexOf(change);
}

/** 0 for the worst. */
function hopRank(state: HopState): number {
  return hopStates.indexOf(state);
}

/** 0 for the most severe. */
function rankOf(severity: Severity | null): number {
  return severity === null ? severities.length : severities.indexOf(severity);
}
