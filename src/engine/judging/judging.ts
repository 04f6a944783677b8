// What a run makes of its connections: counts, hops, findings, the answer. It can be reported as often as one likes, and
// connections may be added after that: live sniffing compares one report with the next.
import { type HopBounds, HopFolder } from '../../hops/fold.js';
import { scoreOf } from '../../hops/score.js';
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo, Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { AnswerTally } from '../../report/answer.js';
import { preflight, VantageTally } from '../../report/preflight.js';
import { rules } from '../../rules/index.js';
import type { Profile } from '../../rules/profiles/profile.js';
import { ProfileJudge } from '../../rules/profiles/profile-judge.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import type { HostName } from '../../source/hosts-file.js';
import type { PacketSelection } from '../packet-selection.js';
import type { LoadedPolicy } from '../policy/files.js';
import { PolicyRun } from '../policy/run.js';
import type { VantageResult } from '../vantage/vantage-run.js';
import { Expectation } from './expectation.js';
import { identityOf, publicKeyDigest } from './identity.js';
import { type AnswerCounts, Judge } from './judge.js';
import { NameTable } from './names.js';

/** What connections are judged by. */
export interface JudgingOptions {
  /** Where mutual TLS must hold; nothing said = null everywhere. */
  expectation?: Expectation;
  /** Kinds of findings that are only judged when asked for. */
  optIn?: readonly string[];
  /** What must hold where, as `loadPolicy` reads it. */
  policy?: LoadedPolicy;
  /** Guidelines to judge by. */
  profiles?: readonly Profile[];
  /** Names of addresses, as `readHostsFile` reads them. */
  hostNames?: readonly HostName[];
}

/** Folds connections, and reports what they come to. */
export class Judging {
  readonly #context: SessionContext;
  readonly #hops: HopFolder;
  readonly #judge: Judge;
  readonly #flows: Summary['flows'] = { total: 0, tls: 0, cleartext: 0, starttls: 0, opaque: 0, unknown: 0, empty: 0 };
  readonly #answer: AnswerTally = new AnswerTally();
  readonly #vantage: VantageTally = new VantageTally();
  readonly #names: NameTable;
  #policy: PolicyRun | null;
  readonly #profiles: readonly ProfileJudge[];
  readonly #identify = (sha256: string): string | null => identityOf(this.#context.certificates, sha256);

  /** `seed` is drawn per run; past the bounds, no more hops are taken, and only the latest connections listed. */
  constructor(options: JudgingOptions, context: SessionContext, seed: number, bounds?: HopBounds) {
    this.#context = context;
    this.#hops = new HopFolder(bounds, seed);
    const expectation = options.expectation ?? new Expectation();
    const asked = rules.filter(({ about }) => about.optIn !== true || options.optIn?.includes(about.kind));
    this.#names = new NameTable(options.hostNames ?? [], context.addressNames, this.#identify);
    const { certificates, verification } = context;
    this.#policy =
      options.policy === undefined
        ? null
        : new PolicyRun(options.policy, certificates, verification.lists, this.#names);
    const certificate = (sha256: string): CertificateRecord | null => certificates.find(sha256)?.record ?? null;
    this.#profiles = (options.profiles ?? []).map((profile) => new ProfileJudge(profile, certificate));
    this.#judge = new Judge(asked, {
      // Whoever says on the command line that it must hold is not contradicted by the policy.
      expectsMutual: (record) => expectation.expects(record) ?? this.#policy?.expects(record) ?? null,
      certificate,
      publicKey: (sha256) => publicKeyDigest(certificates, sha256),
      demands: (record) => this.#policy?.demands(record) ?? null,
    });
  }

  /** Connections counted so far. */
  get connections(): number {
    return this.#flows.total;
  }

  /** Hops known so far. */
  get hops(): number {
    return this.#hops.size;
  }

  /**
   * Judges by another policy from `since` on. What was judged stays: findings in their segments by name, weighed and silenced as
   * the new policy says. Its lines begin anew.
   */
  adoptPolicy(policy: LoadedPolicy, since: string | null): void {
    const { certificates, verification } = this.#context;
    const adopted = new PolicyRun(policy, certificates, verification.lists, this.#names);
    if (this.#policy !== null) adopted.succeed(this.#policy, since);
    this.#policy = adopted;
  }

  /** Counts, folds and judges a connection; they come in the order of the report. */
  add(record: ConnectionRecord): void {
    this.#policy?.settle(record);
    this.#names.add(record);
    this.#flows.total++;
    this.#flows[record.kind]++;
    const place = this.#hops.add(record, this.#identify);
    this.#judge.add(record, place);
    this.#policy?.add(record);
    if (this.#profiles.length > 0) {
      const tags = this.#policy?.tags(record) ?? noTags;
      for (const profile of this.#profiles) profile.add(record, tags);
    }
    this.#answer.add(record);
    this.#vantage.add(record);
  }

  /**
   * Tells captures, certificates, hops, findings and the summary, in the order of `ReportSink`. `limits` are bounds that bit
   * elsewhere, by name; `vantage` is what comparing several captures came to, `selection` what the user left out.
   */
  report(
    sink: ReportSink,
    captures: readonly CaptureInfo[],
    limits: Readonly<Record<string, number>>,
    vantage: VantageResult | null = null,
    selection: PacketSelection | null = null,
  ): Summary {
    const context = this.#context;
    const summary: Summary = { ...emptySummary(), flows: { ...this.#flows }, limits: { ...limits } };
    if (vantage !== null) summary.vantage = vantage.summary;
    if (selection !== null) {
      const { asked, byTime, leftOut } = selection;
      summary.selection = { asked, byTime, leftOutPackets: leftOut };
    }
    const limit = (name: string, count: number): void => {
      if (count > 0) summary.limits[name] = (summary.limits[name] ?? 0) + count;
    };
    for (const info of captures) sink.capture?.(info);
    if (sink.certificate !== undefined) {
      for (const { record, der } of context.certificates) sink.certificate(record, der);
    }
    if (sink.name !== undefined) context.addressNames.tell((ip, name, source) => sink.name?.(ip, name, source));
    const hops = this.#hops.hops(vantage?.clocks);
    for (const hop of hops) {
      summary.hops++;
      this.#names.name(hop);
      sink.hop?.(hop);
    }
    limit('hops', this.#hops.unkept);
    limit('listedConnections', this.#hops.unlisted);
    limit('exchanges', this.#hops.unjoined.exchanges);
    limit('claims', this.#hops.unjoined.claims);
    limit('unfinishedMessages', context.octets.refused);
    limit('certificates', context.certificates.unkept);
    limit('certificateOctets', context.certificates.withoutDer);
    limit('addressNames', context.addressNames.unkept);
    const lastTime = latestOf(captures);
    const found = this.#judge.finish({
      hops,
      captures,
      lastTime,
      limits: summary.limits,
      ...(vantage !== null && { clocks: vantage.clocks }),
    });
    for (const finding of this.#policy?.weigh([...found], captures) ?? found) {
      if (finding.suppressed === null) summary.findings[finding.severity]++;
      sink.finding?.(finding);
    }
    if (this.#policy !== null) sink.policy?.(this.#policy.report(lastTime));
    for (const profile of this.#profiles) sink.profile?.(profile.report());
    limit('findings', this.#judge.unkept);
    // Without `--ca` nobody asked for trust, and a sample of the signatures is enough; each verdict says what it lacks.
    const { anchors, lists } = context.verification;
    if (anchors !== null || lists !== null) limit('signatures', context.verification.work.refused);
    Object.assign(summary, scoreOf(hops, summary.findings));
    summary.sentence = this.#answer.sentence();
    summary.preflight = preflight(captures, summary, this.#vantage);
    sink.end(summary);
    return summary;
  }

  /** How often each kind of finding was seen, ruled out or beyond telling, by connections. */
  answers(): ReadonlyMap<string, Readonly<AnswerCounts>> {
    return this.#judge.answers();
  }
}

const noTags: readonly string[] = [];

/** Time of the last packet of all captures. */
function latestOf(captures: readonly CaptureInfo[]): string | null {
  let last: string | null = null;
  for (const { lastTime } of captures) if (lastTime !== null && (last === null || lastTime > last)) last = lastTime;
  return last;
}

function emptySummary(): Summary {
  return {
    flows: { total: 0, tls: 0, cleartext: 0, starttls: 0, opaque: 0, unknown: 0, empty: 0 },
    hops: 0,
    findings: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    grade: null,
    score: null,
    sentence: '',
    preflight: [],
    limits: {},
  };
}
