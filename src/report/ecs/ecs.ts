// Elastic Common Schema (8.x), one JSON object a line, for shippers that send lines to a SIEM: an event a flow, a certificate and
// a finding (as an alert), a state a hop. What the schema has no field for is below `barewire`.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { CaptureInfo, Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { encodeLiteral, JsonWriter } from '../json/writer.js';
import type { ReportOptions } from '../report-format.js';
import type { TextOut } from '../text-out.js';
import { certificateEvent } from './certificate.js';
import { findingEvent } from './finding.js';
import { flowEvent } from './flow.js';
import { hopEvent } from './hop.js';
import type { EcsEvent } from './text.js';

/** Version of the schema that the fields are of. */
const ecsVersion = '8.11.0';

/** Hops whose time is kept for their findings. */
const maxHopTimes = 50_000;

const newline = encodeLiteral('\n');

/** Prints ECS documents, one a line. */
export function ecsReport(out: TextOut, options: ReportOptions): ReportSink {
  return new EcsReport(out, options.toolVersion);
}

class EcsReport implements ReportSink {
  readonly #json: JsonWriter;
  readonly #shared: object;
  readonly #captures: CaptureInfo[] = [];
  readonly #hopTimes: Map<string, string> = new Map();

  constructor(out: TextOut, toolVersion: string) {
    this.#json = new JsonWriter(out);
    this.#shared = {
      ecs: { version: ecsVersion },
      observer: { vendor: 'barewire', product: 'barewire', type: 'network', version: toolVersion },
    };
  }

  flow(record: ConnectionRecord): void {
    this.#line(flowEvent(record));
  }

  capture(info: CaptureInfo): void {
    this.#captures.push(info);
  }

  certificate(record: CertificateRecord): void {
    this.#line(certificateEvent(record, this.#firstTime(0)));
  }

  hop(hop: Hop): void {
    if (this.#hopTimes.size < maxHopTimes) this.#hopTimes.set(hop.id, hop.startTime);
    this.#line(hopEvent(hop));
  }

  finding(finding: Finding): void {
    const time = finding.hop === null ? undefined : this.#hopTimes.get(finding.hop);
    this.#line(
      findingEvent(finding, time ?? this.#firstTime(finding.capture), this.#captures[finding.capture] ?? null),
    );
  }

  end(_summary: Summary): void {
    this.#json.flush();
  }

  // What has no time of its own is of the capture's beginning; a capture without packets shows nothing.
  #firstTime(capture: number): string {
    return this.#captures[capture]?.firstTime ?? this.#captures[0]?.firstTime ?? '1970-01-01T00:00:00Z';
  }

  #line(event: EcsEvent): void {
    this.#json.value({ ...event, ...this.#shared });
    this.#json.literal(newline);
    this.#json.recordEnd();
  }
}
