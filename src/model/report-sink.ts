import type { CertificateRecord } from './certificate.js';
import type { ConnectionRecord } from './connection-record.js';
import type { Finding } from './finding.js';
import type { Hop } from './hop.js';
import type { CaptureInfo, Summary } from './report.js';

/**
 * Receives results as they become final. Order: flows as they end (nearly in order of their id), then captures, then
 * certificates, then hops, then findings, then `end`, once. Everything is handed over for good and is never changed.
 */
export interface ReportSink {
  capture?(info: CaptureInfo): void;
  flow?(record: ConnectionRecord): void;
  certificate?(record: CertificateRecord): void;
  hop?(hop: Hop): void;
  finding?(finding: Finding): void;
  /** The run is over; nothing follows. */
  end(summary: Summary): void;
}
