import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import type { Palette } from '../palette.js';
import type { TextOut } from '../text-out.js';
import { explainFlow } from './explain.js';

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
    end(summary): void {
      if (flow === null) onMissing(summary.flows.total);
      else out.write(explainFlow({ flow, capture: captures[flow.capture] ?? null, captures, certificates }, palette));
    },
  };
}
