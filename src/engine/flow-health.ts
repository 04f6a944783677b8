import { beganHere } from '../model/began-here.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { CaptureHealth } from '../model/report.js';

/** What a capture lacks of its connections, counted. */
export type FlowHealth = Pick<CaptureHealth, 'gapFlows' | 'oneSidedFlows' | 'midstreamFlows'>;

/** Counts what the capture lacks of one more connection. */
export function countLacks(health: FlowHealth, record: ConnectionRecord): void {
  const { gaps, transport, packets } = record;
  if (gaps.length > 0) health.gapFlows++;
  if (transport !== 'tcp') return;
  if (packets.client === 0 || packets.server === 0) health.oneSidedFlows++;
  if (!beganHere(record)) health.midstreamFlows++;
}
