import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { CaptureInfo, Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { judgeHealth } from '../capture-health.js';
import { CertificateProblems } from '../certificate-lines.js';
import type { ReportOptions } from '../report-format.js';
import type { TextOut } from '../text-out.js';
import { FlowDescriber } from './flow-detail.js';
import {
  blocks,
  type FlowDetail,
  type FlowRow,
  flowsInPiece,
  maxPageFlows,
  type PageCertificate,
  type PageSummary,
} from './page-data.js';
import { BlockWriter, harmlessValue, StringTable } from './script-block.js';
import { pageHead, pageTail } from './template.js';

/**
 * Prints one page that needs nothing but itself: the page's markup, styles and scripts, then what was found as blocks of
 * JSON in the order in which it becomes final, so that only the table of strings and a piece of flows are held.
 */
export function htmlReport(out: TextOut, options: ReportOptions): ReportSink {
  return new HtmlReport(out, options.toolVersion, maxPageFlows);
}

/** `htmlReport` that holds at most `maxFlows` flows. */
export class HtmlReport implements ReportSink {
  readonly #out: TextOut;
  readonly #toolVersion: string;
  readonly #maxFlows: number;
  readonly #writer: BlockWriter;
  readonly #strings: StringTable = new StringTable();
  readonly #describer: FlowDescriber;
  readonly #problems: CertificateProblems = new CertificateProblems();
  readonly #captures: CaptureInfo[] = [];
  readonly #held: Set<number> = new Set();
  #rows: FlowRow[] = [];
  #details: FlowDetail[] = [];
  #leftOut = 0;

  constructor(out: TextOut, toolVersion: string, maxFlows: number) {
    this.#out = out;
    this.#toolVersion = toolVersion;
    this.#maxFlows = maxFlows;
    this.#writer = new BlockWriter(out);
    this.#describer = new FlowDescriber(this.#strings);
    out.write(pageHead);
  }

  flow(record: ConnectionRecord): void {
    this.#problems.add(record);
    if (this.#held.size === this.#maxFlows) {
      this.#leftOut++;
      return;
    }
    this.#held.add(record.id);
    this.#rows.push(this.#describer.row(record));
    this.#details.push(this.#describer.detail(record));
    if (this.#rows.length === flowsInPiece) this.#endPiece();
  }

  capture(info: CaptureInfo): void {
    this.#endPiece();
    this.#captures.push(info);
    this.#element(blocks.captures, info);
  }

  certificate(record: CertificateRecord): void {
    const problems = [...this.#problems.of(record.sha256)];
    this.#element(blocks.certificates, { ...record, problems } satisfies PageCertificate);
  }

  hop(hop: Hop): void {
    this.#element(blocks.hops, { ...hop, flows: hop.flows.filter((id) => this.#held.has(id)) } satisfies Hop);
  }

  finding(finding: Finding): void {
    this.#element(blocks.findings, finding);
  }

  end(summary: Summary): void {
    this.#endPiece();
    for (const text of this.#strings.strings) this.#writer.element(blocks.strings, text);
    this.#element(blocks.summary, {
      toolVersion: this.#toolVersion,
      summary,
      health: judgeHealth(this.#captures, summary),
      flowsLeftOut: this.#leftOut,
    } satisfies PageSummary);
    this.#writer.close();
    this.#out.write(pageTail);
  }

  // Rows and details of the flows in hand as a block each.
  #endPiece(): void {
    if (this.#rows.length === 0) return;
    for (const row of this.#rows) this.#writer.element(blocks.rows, row);
    for (const detail of this.#details) this.#writer.element(blocks.details, detail);
    this.#writer.close();
    this.#rows = [];
    this.#details = [];
  }

  #element(block: string, value: object): void {
    this.#writer.element(block, harmlessValue(value));
  }
}
