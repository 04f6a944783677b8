import type { Rule } from '../model/rule.js';
import { aboutCapture, counted, countersOfCapture } from './shared/capture-rule.js';

/** The same frames more than once. */
export const captureDuplicates: Rule = countersOfCapture(
  {
    ...aboutCapture,
    kind: 'capture-duplicates',
    title: 'Frames captured twice',
    meaning:
      'The same frames are in the capture more than once: several mirrored ports, or the pseudo-interface `any`.',
    why: 'They are counted once; volumes and times per copy differ from what other tools show.',
    blindSpots: ['Copies that a router changed (addresses, tags of another kind) count as other connections.'],
    remediation: {
      general:
        'Mirror each link once (one direction per port, or one port of each pair), or pass the file through editcap -d.',
      products: {},
    },
    concerns: 'any',
  },
  ({ health }) => (health.duplicatePackets === 0 ? null : `${counted(health.duplicatePackets, 'frame')} seen again.`),
);
