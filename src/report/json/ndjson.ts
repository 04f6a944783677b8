import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { LiveEvent } from '../../model/live.js';
import type { PolicyReport, ProfileReport } from '../../model/policy.js';
import { type CaptureInfo, reportVersion, type Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { certificateStart, writeDer } from '../certificate-der.js';
import type { ReportOptions } from '../report-format.js';
import type { TextOut } from '../text-out.js';
import { FlowJsonWriter } from './flow.js';
import { encodeLiteral, JsonWriter } from './writer.js';

const flowStart = encodeLiteral('{"type":"flow","id":');
const newline = encodeLiteral('\n');

/**
 * Prints one JSON object a line, as results become final: the objects of the JSON report with `type` in front ('flow',
 * 'capture', 'certificate', 'hop', 'finding', 'policy', 'profile'), and at the end 'stats' with the summary. What connections
 * are judged by is with them, so that the lines can be read back in the place of the captures: the octets of certificates
 * ('der', in base64) and names of addresses ('name').
 */
export function ndjsonReport(out: TextOut, options: ReportOptions): NdjsonReport {
  return new NdjsonReport(out, options.toolVersion);
}

/** See `ndjsonReport`; live sniffing tells events besides, each as a line of type 'event'. */
export class NdjsonReport implements ReportSink {
  readonly #json: JsonWriter;
  readonly #flows: FlowJsonWriter;
  readonly #toolVersion: string;

  constructor(out: TextOut, toolVersion: string) {
    this.#json = new JsonWriter(out);
    this.#flows = new FlowJsonWriter(this.#json);
    this.#toolVersion = toolVersion;
  }

  flow(record: ConnectionRecord): void {
    this.#flows.write(record, flowStart);
    this.#json.literal(newline);
    this.#json.recordEnd();
  }

  event(event: LiveEvent): void {
    this.#line({ type: 'event', ...event });
  }

  /** Hands on what waits for company. */
  flush(): void {
    this.#json.flush();
  }

  capture(info: CaptureInfo): void {
    this.#line({ type: 'capture', ...info });
  }

  certificate(record: CertificateRecord, der: Uint8Array | null = null): void {
    this.#json.literal(certificateStart);
    this.#json.members(record);
    writeDer(this.#json, der);
    this.#json.literal(newline);
    this.#json.recordEnd();
  }

  name(ip: string, name: string, source: 'capture' | 'dns'): void {
    this.#line({ type: 'name', ip, name, source });
  }

  hop(hop: Hop): void {
    this.#line({ type: 'hop', ...hop });
  }

  finding(finding: Finding): void {
    this.#line({ type: 'finding', ...finding });
  }

  policy(report: PolicyReport): void {
    this.#line({ type: 'policy', ...report });
  }

  profile(report: ProfileReport): void {
    this.#line({ type: 'profile', ...report });
  }

  end(summary: Summary): void {
    const tool = { name: 'barewire', version: this.#toolVersion };
    this.#line({ type: 'stats', format: 'barewire-report', version: reportVersion, tool, ...summary });
    this.#json.flush();
  }

  #line(value: object): void {
    this.#json.value(value);
    this.#json.literal(newline);
    this.#json.recordEnd();
  }
}
