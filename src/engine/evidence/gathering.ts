// The first reading: which findings there are, and the connections that show them.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { CaptureInfo } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { maxEvidenceFiles, maxFlowsOfFinding, maxFrontFlows, maxKeptConnections, maxNamesOfHost } from './limits.js';

/** Kinds of findings that rest on two hops: what reached a proxy, and what it made of it. */
const kindsOfTwoHops: ReadonlySet<string> = new Set([
  'cleartext-proxy-hop',
  'cleartext-identity-header',
  'proxy-hop-without-mtls',
]);

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
  readonly #flows: Map<number, ConnectionRecord> = new Map();
  readonly #certificates: Map<string, CertificateRecord> = new Map();
  /** Connections of hops that others pass on, and by hop the hops before it. */
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

  hop({ id, flows, forwardedFrom, client, server }: Hop): void {
    this.#name(client);
    this.#name(server);
    this.#hopFlows.set(id, flows.slice(0, maxFrontFlows));
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

  /** Ids of connections that findings name and that were not kept; null when nothing is missing. */
  get missing(): ReadonlySet<number> | null {
    if (!this.#overflown) return null;
    return new Set(this.findings.flatMap((finding) => this.flowsOf(finding)));
  }

  /**
   * Ids of the connections that show a finding: its own, those that its frames are of, the handshakes that they resume, and where
   * it rests on two hops the first of the hop before.
   */
  flowsOf({ kind, hop, flows, frames, capture }: Finding): number[] {
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
    const front = hop !== null && kindsOfTwoHops.has(kind) ? (this.#before.get(hop) ?? []) : [];
    for (const before of front) for (const id of this.#hopFlows.get(before) ?? []) ids.add(id);
    return [...ids].slice(0, maxFlowsOfFinding);
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
