import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { PolicyReport, ProfileReport } from '../../model/policy.js';
import { type CaptureInfo, reportVersion, type Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import type { ReportOptions } from '../report-format.js';
import type { TextOut } from '../text-out.js';
import { writeFinding } from './finding.js';
import { FlowJsonWriter } from './flow.js';
import { JsonWriter } from './writer.js';

// In the order in which a run makes them final, so that nothing has to be kept.
const sections = ['flows', 'captures', 'certificates', 'hops', 'findings'] as const;

/** Prints one JSON object (`Report`), streamed: flows as they end, the rest at the end, one array element a line. */
export function jsonReport(out: TextOut, options: ReportOptions): ReportSink {
  return new JsonReport(out, options.toolVersion);
}

class JsonReport implements ReportSink {
  readonly #json: JsonWriter;
  readonly #flows: FlowJsonWriter;
  #policy: PolicyReport | null = null;
  readonly #profiles: ProfileReport[] = [];
  #section = -1;
  #empty = true;

  constructor(out: TextOut, toolVersion: string) {
    this.#json = new JsonWriter(out);
    this.#flows = new FlowJsonWriter(this.#json);
    this.#json.ascii(`{"format":"barewire-report","version":"${reportVersion}","tool":`);
    this.#json.value({ name: 'barewire', version: toolVersion });
  }

  flow(record: ConnectionRecord): void {
    this.#element(0);
    this.#flows.write(record);
    this.#json.recordEnd();
  }

  capture(info: CaptureInfo): void {
    this.#plain(1, info);
  }

  certificate(record: CertificateRecord): void {
    this.#plain(2, record);
  }

  hop(hop: Hop): void {
    this.#plain(3, hop);
  }

  finding(finding: Finding): void {
    this.#element(4);
    writeFinding(this.#json, finding);
    this.#json.recordEnd();
  }

  policy(report: PolicyReport): void {
    this.#policy = report;
  }

  profile(report: ProfileReport): void {
    this.#profiles.push(report);
  }

  end(summary: Summary): void {
    this.#open(sections.length);
    this.#json.ascii(',\n"policy":');
    this.#json.value(this.#policy);
    this.#json.ascii(',\n"profiles":');
    this.#json.value(this.#profiles);
    this.#json.ascii(',\n"summary":');
    this.#json.value(summary);
    this.#json.ascii('}\n');
    this.#json.flush();
  }

  #plain(section: number, value: object): void {
    this.#element(section);
    this.#json.value(value);
    this.#json.recordEnd();
  }

  #element(section: number): void {
    if (this.#section !== section) this.#open(section);
    this.#json.ascii(this.#empty ? '\n' : ',\n');
    this.#empty = false;
  }

  // Ends the section in hand and starts `section`; those in between are empty.
  #open(section: number): void {
    if (section < this.#section) throw new Error(`${sections[section]} after ${sections[this.#section]}`);
    while (this.#section < section) {
      if (this.#section >= 0) this.#json.ascii(this.#empty ? ']' : '\n]');
      this.#section++;
      this.#empty = true;
      const name = sections[this.#section];
      if (name !== undefined) this.#json.ascii(`,\n"${name}":[`);
    }
  }
}
