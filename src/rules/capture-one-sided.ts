import type { Rule } from '../model/rule.js';
import { aboutCapture, connectionsOfCapture, counted } from './shared/capture-rule.js';

/** Connections of which one direction alone was captured. */
export const captureOneSided: Rule = connectionsOfCapture(
  {
    ...aboutCapture,
    kind: 'capture-one-sided',
    title: 'Only one direction captured',
    meaning: 'TCP connections with payload of which packets of one side alone are in the capture.',
    why: 'What the other side asked, showed or refused is unknown.',
    blindSpots: [
      'A host that never answers looks the same only where no payload was sent; such connections are not counted.',
    ],
    remediation: {
      general:
        'Mirror both directions of the port (a SPAN session with rx and tx), or capture where routing brings both together.',
      products: {},
    },
    concerns: 'any',
  },
  ({ transport, packets, bytes }) =>
    transport === 'tcp' && bytes.client + bytes.server > 0 && (packets.client === 0 || packets.server === 0),
  (count) => `${counted(count, 'connection')} in one direction only.`,
);
