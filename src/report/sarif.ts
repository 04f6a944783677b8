// SARIF 2.1.0 (OASIS standard, with errata 01), for code scanning services and SARIF viewers: one run, the catalogue as its
// rules, a result a finding. Captures come before findings, so everything is printed as it comes.
import { sha256Hex } from '../base/hash.js';
import type { Finding } from '../model/finding.js';
import type { PolicyLine, PolicyReport } from '../model/policy.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import type { RuleMetadata } from '../model/rule.js';
import { findingFingerprint, findingPlace } from './finding-identity.js';
import { inferredPrefix } from './finding-lines.js';
import { harmless } from './harmless.js';
import { JsonWriter } from './json/writer.js';
import { count } from './quantities.js';
import type { ReportOptions } from './report-format.js';
import { artifactUri, sarifRule, sarifText, severityLevels } from './sarif-parts.js';
import type { TextOut } from './text-out.js';

/** Where the schema is published. */
const schemaUri = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Code scanning services refuse a run with more results; findings come most severe first. */
export const maxSarifResults = 25_000;

/** Prints one SARIF log. */
export function sarifReport(out: TextOut, options: ReportOptions): ReportSink {
  return new SarifReport(out, options);
}

class SarifReport implements ReportSink {
  readonly #json: JsonWriter;
  readonly #toolVersion: string;
  readonly #captures: CaptureInfo[] = [];
  /** Index of each kind among the rules. */
  readonly #rules: Map<string, number> = new Map();
  #policy: PolicyReport | null = null;
  #begun = false;
  #results = 0;
  #leftOut = 0;

  constructor(out: TextOut, options: ReportOptions) {
    this.#json = new JsonWriter(out);
    this.#toolVersion = options.toolVersion;
    this.#json.ascii(`{"$schema":"${schemaUri}","version":"2.1.0","runs":[{"tool":`);
    this.#json.value({ driver: this.#driver(options.rules ?? []) });
  }

  capture(info: CaptureInfo): void {
    this.#captures.push(info);
  }

  finding(finding: Finding): void {
    this.#print(() => this.#result(finding));
  }

  policy(report: PolicyReport): void {
    this.#policy = report;
    for (const line of report.lines)
      if (line.verdict === 'FAIL') this.#print(() => this.#policyResult(line, report.file));
  }

  end(summary: Summary): void {
    this.#beginResults();
    this.#json.ascii(this.#results === 0 ? '],' : '\n],');
    this.#json.ascii('"invocations":');
    this.#json.value([{ executionSuccessful: true, toolExecutionNotifications: this.#notifications(summary) }]);
    this.#json.ascii(',"properties":');
    const { score, grade, sentence, flows, hops, findings } = summary;
    const policy = this.#policy === null ? {} : { policy: policySummary(this.#policy) };
    this.#json.value({ sentence, grade, score, flows: flows.total, hops, findings, ...policy });
    this.#json.ascii('}]}\n');
    this.#json.flush();
  }

  #print(result: () => object): void {
    if (this.#results === maxSarifResults) {
      this.#leftOut++;
      return;
    }
    this.#beginResults();
    this.#json.ascii(this.#results++ === 0 ? '\n' : ',\n');
    this.#json.value(result());
    this.#json.recordEnd();
  }

  #driver(rules: readonly RuleMetadata[]): object {
    for (const { kind } of rules) this.#rules.set(kind, this.#rules.size);
    return {
      name: 'barewire',
      fullName: 'Barewire: proves or disproves mutual TLS from packets',
      semanticVersion: this.#toolVersion,
      rules: rules.map(sarifRule),
    };
  }

  // Artifacts are known when the first finding comes, and results refer to them by index.
  #beginResults(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#json.ascii(',"artifacts":');
    this.#json.value(
      this.#captures.map((info) => ({
        location: { uri: artifactUri(info.path) },
        roles: ['analysisTarget'],
        properties: {
          format: info.format,
          packets: info.packets,
          firstTime: info.firstTime,
          lastTime: info.lastTime,
          endedEarly: info.health.endedEarly,
        },
      })),
    );
    this.#json.ascii(',"results":[');
  }

  #result(finding: Finding): object {
    const { kind, severity, suppressed } = finding;
    const ruleIndex = this.#rules.get(kind);
    return {
      ruleId: kind,
      ...(ruleIndex === undefined ? {} : { ruleIndex }),
      kind: 'fail',
      level: severityLevels[severity],
      message: { text: sarifText(messageOf(finding)) },
      locations: [this.#location(finding)],
      partialFingerprints: { 'barewireFinding/v1': findingFingerprint(finding) },
      ...(suppressed === null ? {} : { suppressions: [suppressionOf(suppressed)] }),
      properties: {
        severity,
        certainty: finding.certainty,
        client: finding.client,
        server: finding.server,
        certificate: finding.certificate,
        flows: finding.flows,
        frames: finding.frames,
        count: finding.count,
        wiresharkFilter: finding.wiresharkFilter,
      },
    };
  }

  #location({ capture, hop, client, server, certificate }: Finding): object {
    const info = this.#captures[capture];
    const logical = logicalLocations(hop, client, server, certificate);
    return {
      ...(info === undefined
        ? {}
        : {
            physicalLocation: {
              artifactLocation: { uri: artifactUri(info.path), index: capture },
              // A capture has no lines; but services that show results beside code take none without one.
              region: { startLine: 1 },
            },
          }),
      ...(logical.length === 0 ? {} : { logicalLocations: logical }),
    };
  }

  // A line of the policy that fails stands in the policy file, which has lines.
  #policyResult(policyLine: PolicyLine, file: string): object {
    const { line, segment, requires, why, severity, suppressed, ...evidence } = policyLine;
    return {
      ruleId: 'policy',
      kind: 'fail',
      level: severityLevels[severity],
      message: { text: sarifText(harmless(`Policy: ${segment} must be ${requires}: ${why}`, 2000)) },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: artifactUri(file) }, region: { startLine: Math.max(1, line) } },
          logicalLocations: [{ name: harmless(segment), kind: 'segment' }],
        },
      ],
      partialFingerprints: { 'barewirePolicy/v1': sha256Hex(`${segment} ${requires}`) },
      ...(suppressed === null ? {} : { suppressions: [suppressionOf(suppressed)] }),
      properties: { severity, ...evidence },
    };
  }

  #notifications({ preflight }: Summary): object[] {
    const told: object[] = [];
    const tell = (level: string, text: string): void => {
      told.push({ level, message: { text: sarifText(text) } });
    };
    for (const { path, health } of this.#captures)
      if (health.endedEarly !== null) tell('warning', `${harmless(path)}: ${harmless(health.endedEarly, 500)}`);
    for (const { what, count: times, consequence } of preflight) tell('note', `${times} ${what}: ${consequence}`);
    if (this.#leftOut > 0)
      tell('warning', `${count(this.#leftOut)} more findings are left out of this file; the JSON report has them.`);
    return told;
  }
}

function messageOf(finding: Finding): string {
  const place = findingPlace(finding);
  const { frames, count: flows, detail, certainty, title } = finding;
  const where = place === '' ? title : `${title} (${harmless(place)})`;
  const inferred = inferredPrefix(certainty, detail);
  const evidence =
    frames.length === 0 ? '' : ` Frame${frames.length === 1 ? '' : 's'} ${frames.join(', ')} of the capture.`;
  const times = flows > 1 ? ` ${count(flows)} flows show it.` : '';
  return `${where}: ${inferred}${harmless(detail, 2000)}${evidence}${times}`;
}

function logicalLocations(
  hop: string | null,
  client: string | null,
  server: string | null,
  certificate: string | null,
): object[] {
  const named = (name: string, kind: string): object => ({
    name: harmless(name),
    fullyQualifiedName: harmless(name),
    kind,
  });
  const places: object[] = [];
  if (hop !== null) places.push(named(hop, 'hop'));
  else {
    if (server !== null) places.push(named(server, 'server'));
    if (client !== null) places.push(named(client, 'client'));
  }
  if (certificate !== null) places.push(named(certificate, 'certificate'));
  return places;
}

function suppressionOf({ reason, expires }: NonNullable<Finding['suppressed']>): object {
  const until = expires === null ? '' : ` (until ${expires})`;
  // In the policy, not in the source that is analysed.
  return { kind: 'external', status: 'accepted', justification: harmless(reason + until, 1000) };
}

function policySummary({ file, verdict, lines }: PolicyReport): object {
  const of = (wanted: PolicyLine['verdict']): number => lines.filter((line) => line.verdict === wanted).length;
  return { file: harmless(file), verdict, pass: of('PASS'), fail: of('FAIL'), unseen: of('UNSEEN') };
}
