import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import { hopIdOf } from '../../model/hop-id.js';
import type { CaptureInfo } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import type { Palette } from '../palette.js';
import type { TextOut } from '../text-out.js';
import { explainFlow, maxFlowFindings } from './explain.js';

/** Waits for the flow with `id` and explains it; calls `onMissing` with the number of flows when there is none. */
export function explainSink(
  out: TextOut,
  palette: Palette,
  id: number,
  onMissing: (flows: number) => void,
): ReportSink {
  let flow: ConnectionRecord | null = null;
  const captures: CaptureInfo[] = [];
  const certificates = new Map<string, CertificateRecord>();
  const named: Finding[] = [];
  let total = 0;
  const perhaps = new Set<string>();
  return {
    flow(record): void {
      // What another capture shows of it has an id of its own, that nothing else has.
      if (record.id === id || record.alsoSeen?.some((other) => other.id === id)) flow = record;
    },
    capture(info): void {
      captures.push(info);
    },
    certificate(record): void {
      const { serverCertificates, clientCertificates } = flow?.tls ?? {};
      if (serverCertificates?.includes(record.sha256) || clientCertificates?.includes(record.sha256)) {
        certificates.set(record.sha256, record);
      }
    },
    finding(finding): void {
      if (flow === null) return;
      if (finding.flows.includes(flow.id)) {
        total++;
        if (named.length < maxFlowFindings) named.push(finding);
      } else if (finding.count > finding.flows.length && finding.hop === hopIdOf(flow)) perhaps.add(finding.kind);
    },
    end(summary): void {
      if (flow === null) {
        onMissing(summary.flows.total);
        return;
      }
      const findings = { named, total, perhaps: [...perhaps] };
      const capture = captures[flow.capture] ?? null;
      out.write(explainFlow({ flow, capture, captures, certificates, findings }, palette));
    },
  };
}
