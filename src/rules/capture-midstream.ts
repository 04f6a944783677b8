import { beganHere } from '../model/began-here.js';
import type { Rule } from '../model/rule.js';
import { aboutCapture, connectionsOfCapture, counted } from './shared/capture-rule.js';

/** Connections seen from their middle. */
export const captureMidstream: Rule = connectionsOfCapture(
  {
    ...aboutCapture,
    kind: 'capture-midstream',
    title: 'Connections seen from their middle',
    meaning: 'TCP connections with payload whose beginning is not in the capture.',
    why: 'Their handshakes are unknown: nothing is concluded about certificates, versions or logins on them.',
    blindSpots: ['A long-lived connection may hold whatever it began with before the capture.'],
    remediation: {
      general: 'Begin to capture before the services connect, or make them connect again while capturing.',
      products: {},
    },
    concerns: 'any',
  },
  (record) => record.transport === 'tcp' && !beganHere(record) && record.bytes.client + record.bytes.server > 0,
  (count) => `${counted(count, 'connection')} began before the capture.`,
);
