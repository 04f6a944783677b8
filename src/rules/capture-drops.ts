import type { Rule } from '../model/rule.js';
import { aboutCapture, counted, countersOfCapture } from './shared/capture-rule.js';

/** The capture itself says that packets were lost. */
export const captureDrops: Rule = countersOfCapture(
  {
    ...aboutCapture,
    kind: 'capture-drops',
    title: 'Packets dropped while capturing',
    meaning: 'The kernel or the statistics in the file say that packets were dropped before they could be written.',
    why: 'Anything may have been in them: silence proves less.',
    blindSpots: ['pcap files hold no such counter; drops of a mirror port are counted by nobody.'],
    remediation: {
      general: 'Capture with a larger buffer (-B 65536 or more), a filter, or on a machine that keeps up.',
      products: {},
    },
    concerns: 'any',
  },
  ({ health }) =>
    health.droppedPackets === null || health.droppedPackets === 0
      ? null
      : `${counted(health.droppedPackets, 'packet')} dropped.`,
);
