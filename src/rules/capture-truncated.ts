import type { Rule } from '../model/rule.js';
import { aboutCapture, counted, countersOfCapture } from './shared/capture-rule.js';

/** Packets cut by the snap length. */
export const captureTruncated: Rule = countersOfCapture(
  {
    ...aboutCapture,
    kind: 'capture-truncated',
    title: 'Packets cut short',
    meaning: 'Packets were captured in part only: the snap length was shorter than they are.',
    why: 'Certificates and most handshake messages lie beyond the cut: they are unknown.',
    blindSpots: ['Packets that a tool shortened without writing their original length look whole.'],
    remediation: { general: 'Capture whole packets: tcpdump -s 0, dumpcap without -s.', products: {} },
    concerns: 'any',
  },
  ({ health, snapLength }) =>
    health.truncatedPackets === 0
      ? null
      : `${counted(health.truncatedPackets, 'packet')} cut${snapLength === null ? '' : ` (snap length ${snapLength})`}.`,
);
