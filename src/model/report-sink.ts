import type { CertificateRecord } from './certificate.js';
import type { ConnectionRecord } from './connection-record.js';
import type { Finding } from './finding.js';
import type { Hop } from './hop.js';
import type { PolicyReport, ProfileReport } from './policy.js';
import type { CaptureInfo, Summary } from './report.js';

/**
 * Receives results as they become final. Order: flows as they end (nearly in order of their id), then captures, then
 * certificates, then names, then hops, then findings, then the policy and
 * the profiles, then `end`, once. Everything is handed over for good and is never changed.
 */
export interface ReportSink {
  capture?(info: CaptureInfo): void;
  flow?(record: ConnectionRecord): void;
  /** `der` is lent, for who keeps the octets; null where they were not kept. */
  certificate?(record: CertificateRecord, der?: Uint8Array | null): void;
  /** The name of an address that a capture holds, and where: in the file's own block, or in an answer of DNS. */
  name?(ip: string, name: string, source: 'capture' | 'dns'): void;
  hop?(hop: Hop): void;
  finding?(finding: Finding): void;
  /** What became of the policy, where there is one. */
  policy?(report: PolicyReport): void;
  /** What became of a profile, one by one. */
  profile?(report: ProfileReport): void;
  /** The run is over; nothing follows. */
  end(summary: Summary): void;
}
