// The first reading: which findings there are, and the connections that show them.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { CaptureInfo } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import type { RunContext } from '../../model/rule.js';
import { rules } from '../../rules/index.js';
import {
  maxEvidenceFiles,
  maxFlowsOfFinding,
  maxForwardingFlows,
  maxFrontFlows,
  maxKeptConnections,
  maxNamesOfHost,
} from './limits.js';
import { Neighbourhood } from './neighbourhood.js';

/** Kinds of findings that rest on two hops: what reached a proxy, and what it made of it. */
const kindsOfTwoHops: ReadonlySet<string> = new Set([
  'cleartext-proxy-hop',
  'cleartext-identity-header',
  'proxy-hop-without-mtls',
]);

/** What rules are asked with here: nothing is known, as they are only asked what they look at. */
const unknowing: RunContext = {
  expectsMutual: () => null,
  certificate: () => null,
  publicKey: () => null,
  demands: () => null,
};

/** Kinds that are judged by more than the connections that show them. */
const kindsWeighed: ReadonlySet<string> = new Set(
  rules
    .filter((rule) => {
      const judge = rule.begin(unknowing);
      return judge.weigh !== undefined || judge.finish !== undefined;
    })
    .map(({ about }) => about.kind),
);

/**
 * Keeps what evidence is made of while an analysis runs. Connections come before findings: where there are more than can be kept
 * until then, `missing` says which ones a second analysis has to look for.
 */
export class EvidenceGathering implements ReportSink {
  readonly captures: CaptureInfo[] = [];
  /** The first findings, most severe first; `leftOut` counts the others. */
  readonly findings: Finding[] = [];
  leftOut = 0;
  readonly #wanted: ReadonlySet<number> | null;
  readonly #neighbourhood: Neighbourhood = new Neighbourhood();
  readonly #flows: Map<number, ConnectionRecord> = new Map();
  readonly #certificates: Map<string, CertificateRecord> = new Map();
  /** Connections of hops, and by hop the hops before it. */
  readonly #hopFlows: Map<string, readonly number[]> = new Map();
  readonly #before: Map<string, readonly string[]> = new Map();
  /** Names that the run knows, by address. */
  readonly #names: Map<string, Set<string>> = new Map();
  #byFrame: ReadonlyMap<number, readonly number[]> | null = null;
  #overflown = false;

  /** `wanted` are the ids of the connections to keep; null = as many as can be kept. */
  constructor(wanted: ReadonlySet<number> | null = null) {
    this.#wanted = wanted;
  }

  flow(record: ConnectionRecord): void {
    this.#neighbourhood.add(record);
    if (this.#overflown || (this.#wanted !== null && !this.#wanted.has(record.id))) return;
    if (this.#wanted === null && this.#flows.size >= maxKeptConnections) {
      this.#overflown = true;
      this.#flows.clear();
      return;
    }
    this.#flows.set(record.id, record);
  }

  capture(info: CaptureInfo): void {
    this.captures.push(info);
  }

  certificate(record: CertificateRecord): void {
    this.#certificates.set(record.sha256, record);
  }

  hop(hop: Hop): void {
    const { id, flows, forwardedFrom, client, server } = hop;
    this.#neighbourhood.addHop(hop);
    this.#name(client);
    this.#name(server);
    this.#hopFlows.set(id, flows);
    if (forwardedFrom.length > 0)
      this.#before.set(
        id,
        forwardedFrom.map(({ hop }) => hop),
      );
  }

  finding(finding: Finding): void {
    if (this.findings.length < maxEvidenceFiles) this.findings.push(finding);
    else this.leftOut++;
  }

  end(): void {}

  /** Ids of connections that findings need and that were not kept; null when nothing is missing. */
  get missing(): ReadonlySet<number> | null {
    if (!this.#overflown) return null;
    return new Set(this.findings.flatMap((finding) => this.flowsOf(finding)));
  }

  /** Whether a finding rests on what a proxy did: then all of a connection counts, its volumes and times too. */
  restsOnTwoHops({ kind, hop }: Pick<Finding, 'kind' | 'hop'>): boolean {
    return hop !== null && (kindsOfTwoHops.has(kind) || this.#before.has(hop));
  }

  /**
   * Ids of the connections that show a finding, the surest first: its own, those that its frames are of, the handshakes that they
   * resume, where a proxy stands between two hops those of the hop before, and one of each sort that the service and its
   * neighbours were seen with, as they weigh what is found.
   */
  flowsOf(finding: Finding): number[] {
    const { kind, hop, flows, frames, capture, server } = finding;
    const ids = new Set(flows);
    for (const frame of frames) {
      for (const id of this.#flowsByFrame().get(frame) ?? []) {
        if (this.connection(id)?.capture === capture) ids.add(id);
      }
    }
    for (const id of flows) {
      const original = this.connection(id)?.tls?.resumedFrom ?? null;
      if (original !== null) ids.add(original);
    }
    if (hop !== null) {
      for (const before of this.#before.get(hop) ?? []) this.#addFront(ids, before, flows);
      if (this.#before.has(hop)) this.#addForwarding(ids, hop);
    }
    if (server !== null && kindsWeighed.has(kind)) for (const id of this.#neighbourhood.of(server)) ids.add(id);
    return [...ids].slice(0, maxFlowsOfFinding);
  }

  /** Connections of the hop before: those at the time of the ones behind it, as a proxy passes on at once. */
  #addFront(ids: Set<number>, hop: string, flows: readonly number[]): void {
    const backs = flows.flatMap((id) => this.connection(id) ?? []);
    const all = this.#hopFlows.get(hop) ?? [];
    const around = all.filter((id) => {
      const front = this.connection(id);
      return front !== null && backs.some((back) => front.startTime <= back.endTime && back.startTime <= front.endTime);
    });
    for (const id of (around.length > 0 ? around : all).slice(0, maxFrontFlows)) ids.add(id);
  }

  /** What else shows that the client of a hop is a proxy: a hop's volumes alone prove less where nothing does. */
  #addForwarding(ids: Set<number>, hop: string): void {
    const proxy = hop.slice(0, hop.indexOf('->') + 2);
    let shown = 0;
    for (const [other, fronts] of this.#before) {
      if (other === hop || !other.startsWith(proxy)) continue;
      const flows = (this.#hopFlows.get(other) ?? []).slice(0, maxForwardingFlows);
      for (const id of flows) ids.add(id);
      this.#addFront(ids, fronts[0]!, flows);
      if (++shown === maxForwardingFlows) break;
    }
  }

  /** Connections by the frames of their handshakes; made when everything was heard. */
  #flowsByFrame(): ReadonlyMap<number, readonly number[]> {
    if (this.#byFrame !== null) return this.#byFrame;
    const byFrame: Map<number, number[]> = new Map();
    for (const { id, tls } of this.#flows.values()) {
      const frames = new Set([...(tls?.messages ?? []), ...(tls?.alerts ?? [])].map(({ frame }) => frame));
      for (const frame of frames) {
        const ids = byFrame.get(frame);
        if (ids === undefined) byFrame.set(frame, [id]);
        else ids.push(id);
      }
    }
    this.#byFrame = byFrame;
    return byFrame;
  }

  /** A connection by its id; null where no finding can name it. */
  connection(id: number): ConnectionRecord | null {
    return this.#flows.get(id) ?? null;
  }

  /** Names of an address, in order. */
  namesOf(ip: string): string[] {
    return [...(this.#names.get(ip) ?? [])].sort();
  }

  /** A certificate of the report by its SHA-256. */
  certificateOf(sha256: string): CertificateRecord | null {
    return this.#certificates.get(sha256) ?? null;
  }

  #name({ ip, name }: { ip: string; name: string | null }): void {
    if (name === null) return;
    const names = this.#names.get(ip);
    if (names === undefined) this.#names.set(ip, new Set([name]));
    else if (names.size < maxNamesOfHost) names.add(name);
  }
}
