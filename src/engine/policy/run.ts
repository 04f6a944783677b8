// A policy at work on one run: finds the segment of every connection, has its lines judged, and weighs the findings.
import { formatEndpoint } from '../../base/address.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding, Severity } from '../../model/finding.js';
import type { PolicyReport, PolicyVerdict } from '../../model/policy.js';
import type { CaptureInfo } from '../../model/report.js';
import type { Demands } from '../../model/rule.js';
import type { CertificateStore } from '../../pki/certificate-store.js';
import type { RevocationLists } from '../../pki/revocation.js';
import { judgeRequirement, type RequirementAnswer, type RequirementFacts } from '../../policy/judge-requirement.js';
import { LineTally, maxLineEvidence } from '../../policy/line-tally.js';
import type { Demand, Requirement, Segment } from '../../policy/policy.js';
import { FlowMarks } from '../flow-marks.js';
import { severityRank } from '../judging/finding-groups.js';
import { publicKeyDigest } from '../judging/identity.js';
import type { NameTable } from '../judging/names.js';
import { PolicyExceptions } from './exceptions.js';
import { bundleKey, type LoadedPolicy } from './files.js';
import { SegmentMatcher } from './segment-matcher.js';
import { TrustZone } from './trust-zone.js';

/** Kinds of findings that show a line broken: they weigh what the segment says, at least. */
const kindsOf: Readonly<Record<Demand['kind'], readonly string[]>> = {
  mutual: [
    'missing-client-cert-request',
    'client-cert-optional',
    'resumed-without-client-auth',
    'cleartext-http',
    'cleartext-service',
  ],
  tls: ['cleartext-http', 'cleartext-service', 'starttls-refused', 'starttls-not-used', 'cleartext-on-tls-port'],
  'cleartext-ok': [],
  'min-version': ['deprecated-tls-version'],
  suites: [],
  'server-ca': ['untrusted-server-cert-accepted'],
  'client-ca': ['untrusted-client-cert-accepted'],
  pins: ['pin-mismatch'],
  'client-identities': [],
  'max-ticket-lifetime': ['session-outlives-client-cert'],
};

/** Kinds that say nothing but what a segment allows. */
const allowedBy: Readonly<Partial<Record<Demand['kind'], { kinds: readonly string[]; what: string }>>> = {
  'cleartext-ok': {
    kinds: ['cleartext-http', 'cleartext-service', 'missing-client-cert-request'],
    what: 'allows cleartext',
  },
  tls: { kinds: ['missing-client-cert-request'], what: 'asks for TLS, and not for client certificates' },
};

/** Marks of what a connection said of `mutual`, for those that resume it. */
const answers: readonly RequirementAnswer['answer'][] = ['holds', 'fails', 'untold', 'idle'];

/** The policy of a run. */
export class PolicyRun {
  readonly #loaded: LoadedPolicy;
  readonly #matchers: readonly SegmentMatcher[];
  readonly #lines: readonly (readonly LineTally[])[];
  readonly #demands: readonly (Demands | null)[];
  readonly #zones: ReadonlyMap<Requirement, TrustZone>;
  readonly #exceptions: PolicyExceptions;
  readonly #facts: RequirementFacts;
  /** By flow: 1 + the index of its segment. */
  readonly #segmentOf: FlowMarks = new FlowMarks();
  /** By flow: 1 + what it said of `mutual`. */
  #mutual: FlowMarks = new FlowMarks();
  #unmatched = 0;
  readonly #unmatchedHops: Set<string> = new Set();
  readonly #names: NameTable;
  /** RFC 3339 time when it took the place of another policy; null = it was there from the start. */
  #since: string | null = null;

  constructor(loaded: LoadedPolicy, store: CertificateStore, lists: RevocationLists | null, names: NameTable) {
    this.#loaded = loaded;
    this.#names = names;
    const { segments, exceptions } = loaded.policy;
    this.#matchers = segments.map(({ selectors }) => new SegmentMatcher(selectors));
    this.#lines = segments.map((segment) => segment.requirements.map((line) => new LineTally(segment, line)));
    this.#demands = segments.map(demandsOf);
    const zones = new Map<Requirement, TrustZone>();
    const byBundle = new Map<string, TrustZone>();
    for (const requirement of segments.flatMap(({ requirements }) => requirements)) {
      const { demand } = requirement;
      if (demand.kind !== 'server-ca' && demand.kind !== 'client-ca') continue;
      const key = bundleKey(demand.files);
      const zone = byBundle.get(key) ?? new TrustZone(store, loaded.bundles.get(key)!, lists);
      byBundle.set(key, zone);
      zones.set(requirement, zone);
    }
    this.#zones = zones;
    this.#exceptions = new PolicyExceptions(exceptions);
    this.#facts = {
      certificate: (sha256) => store.find(sha256)?.record ?? null,
      publicKey: (sha256) => publicKeyDigest(store, sha256),
      original: (flow) => answers[this.#mutual.get(flow) - 1] ?? null,
    };
  }

  /**
   * Takes the place of another policy of the run, at `since`. Connections stay in the segments that it found for them, by their
   * names; what the lines say of them is not known any more.
   */
  succeed(other: PolicyRun, since: string | null): void {
    this.#since = since;
    const names = this.#segments.map(({ name }) => name);
    this.#segmentOf.take(other.#segmentOf, [0, ...other.#segments.map(({ name }) => names.indexOf(name) + 1)]);
    this.#mutual = other.#mutual;
  }

  /** Finds the connection's segment and judges its chains by the segment's bundles. Called once, before anybody sees the record. */
  settle(record: ConnectionRecord): void {
    if (record.kind === 'empty') return;
    const index = this.#matchers.findIndex((matcher) => matcher.fits(record, this.#names));
    if (index < 0) return;
    this.#segmentOf.set(record.id, index + 1);
    const session = record.tls;
    if (session === null) return;
    for (const requirement of this.#segments[index]!.requirements) {
      const zone = this.#zones.get(requirement);
      if (zone === undefined) continue;
      if (requirement.demand.kind === 'server-ca') {
        session.serverVerification = zone.judge('server', record, session.serverVerification);
      } else session.clientVerification = zone.judge('client', record, session.clientVerification);
    }
  }

  /** Judges the lines of the connection's segment; connections come in the order of the report. */
  add(record: ConnectionRecord): void {
    if (record.kind === 'empty') return;
    const segment = this.#segmentOf.get(record.id) - 1;
    if (segment < 0) {
      this.#unmatched++;
      if (this.#unmatchedHops.size < maxLineEvidence) {
        const server = formatEndpoint(record.server.ip, record.server.port);
        this.#unmatchedHops.add(`${record.client.ip}->${server}`);
      }
      return;
    }
    for (const line of this.#lines[segment]!) {
      const { demand } = line.requirement;
      const answer = judgeRequirement(demand, record, this.#facts);
      if (demand.kind === 'mutual') this.#mutual.set(record.id, answers.indexOf(answer.answer) + 1);
      const { name } = this.#segments[segment]!;
      const exception = answer.answer === 'fails' ? this.#exceptions.excuse(demand.kind, name, record) : null;
      line.add(record, answer, exception);
    }
  }

  /** Whether mutual TLS must hold on this connection; null = its segment does not say. */
  expects(record: ConnectionRecord): boolean | null {
    const segment = this.#segments[this.#segmentOf.get(record.id) - 1];
    const kind = segment?.requirements.find(({ demand }) => isProtection(demand.kind))?.demand.kind;
    return kind === undefined ? null : kind === 'mutual';
  }

  /** What else its segment demands of a connection. */
  demands(record: ConnectionRecord): Demands | null {
    return this.#demands[this.#segmentOf.get(record.id) - 1] ?? null;
  }

  /** The tags of the connection's segment. */
  tags(record: ConnectionRecord): readonly string[] {
    return this.#segments[this.#segmentOf.get(record.id) - 1]?.tags ?? [];
  }

  /** Weighs findings as the policy says and marks those that it silences; most severe first again. */
  weigh(findings: Finding[], captures: readonly CaptureInfo[]): Finding[] {
    this.#exceptions.beginFindings();
    for (const finding of findings) {
      const segments = this.#segmentsOf(finding);
      finding.severity = this.#severityOf(finding, segments);
      const until = captures[finding.capture]?.lastTime ?? null;
      finding.suppressed = this.#exceptions.silence(finding, segments, until) ?? allowance(finding, segments);
    }
    return findings.sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  }

  /** The policy's part of the report. */
  report(lastTime: string | null): PolicyReport {
    const lines = this.#lines.flat().map((line) => line.report());
    return {
      file: this.#loaded.policy.file,
      verdict: overall(lines.filter(({ suppressed }) => suppressed === null).map(({ verdict }) => verdict)),
      lines,
      exceptions: this.#exceptions.report(lastTime),
      unmatched: { connections: this.#unmatched, hops: [...this.#unmatchedHops] },
      clock: clockSentence(lastTime, this.#since),
    };
  }

  get #segments(): readonly Segment[] {
    return this.#loaded.policy.segments;
  }

  /** The segments of a finding's connections; null among them = one is in none. */
  #segmentsOf({ flows }: Finding): Set<Segment | null> {
    return new Set(flows.map((flow) => this.#segments[this.#segmentOf.get(flow) - 1] ?? null));
  }

  #severityOf(finding: Finding, segments: ReadonlySet<Segment | null>): Severity {
    const said: Severity[] = [];
    let raised = finding.severity;
    for (const segment of segments) {
      const own = segment?.severities.get(finding.kind);
      if (own !== undefined) said.push(own);
      else if (segment !== null && breaksLine(finding.kind, segment)) raised = worse(raised, segment.severity);
    }
    if (said.length > 0) return said.reduce(worse);
    return this.#loaded.policy.severities.get(finding.kind) ?? raised;
  }
}

function clockSentence(lastTime: string | null, since: string | null): string {
  if (lastTime === null) return 'The captures hold no packet: no exception could be dated.';
  const dated = `Exceptions are dated by the packets: the captures end at ${lastTime}.`;
  return since === null
    ? dated
    : `${dated} The policy was read again at ${since}: its lines count the connections that ended after that.`;
}

function demandsOf({ name, requirements }: Segment): Demands | null {
  const demands: Demands = { segment: name, pins: null, maxTicketSeconds: null };
  for (const { demand } of requirements) {
    if (demand.kind === 'pins') demands.pins = demand.digests;
    else if (demand.kind === 'max-ticket-lifetime') demands.maxTicketSeconds = demand.seconds;
  }
  return demands.pins === null && demands.maxTicketSeconds === null ? null : demands;
}

function isProtection(kind: Demand['kind']): boolean {
  return kind === 'mutual' || kind === 'tls' || kind === 'cleartext-ok';
}

function breaksLine(kind: string, { requirements }: Segment): boolean {
  return requirements.some(({ demand }) => kindsOf[demand.kind].includes(kind));
}

/** A finding that says nothing but what every segment of its connections allows. */
function allowance(finding: Finding, segments: ReadonlySet<Segment | null>): Finding['suppressed'] {
  let reason: string | null = null;
  for (const segment of segments) {
    const allowed = segment?.requirements
      .map(({ demand }) => allowedBy[demand.kind])
      .find((one) => one?.kinds.includes(finding.kind));
    if (segment === null || allowed === undefined || segment.severities.has(finding.kind)) return null;
    reason ??= `segment ${segment.name} of the policy ${allowed.what}`;
  }
  return reason === null ? null : { reason, expires: null };
}

function overall(verdicts: readonly PolicyVerdict[]): PolicyVerdict {
  return verdicts.includes('FAIL') ? 'FAIL' : verdicts.includes('UNSEEN') ? 'UNSEEN' : 'PASS';
}

function worse(a: Severity, b: Severity): Severity {
  return severityRank(a) <= severityRank(b) ? a : b;
}
