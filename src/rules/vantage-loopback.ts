import type { Rule } from '../model/rule.js';
import { aboutCapture, connectionsOfCapture, counted } from './shared/capture-rule.js';
import { staysOnHost } from './shared/on-the-wire.js';

/** Taken on a host's own loopback, or between an application and its sidecar. */
export const vantageLoopback: Rule = connectionsOfCapture(
  {
    ...aboutCapture,
    kind: 'vantage-loopback',
    title: 'Captured inside one host',
    meaning:
      'Connections whose two ends are one host: loopback, or one address at both ends (an application and its sidecar).',
    why: 'Cleartext is normal there and never crosses a network: findings on such connections are lowered.',
    blindSpots: [
      'Containers of one host have addresses of their own: between them nothing tells that no network is crossed.',
    ],
    remediation: {
      general: 'Capture on the network side of the host to see what leaves it.',
      products: {
        Istio: 'tcpdump -i eth0 in the pod sees what the sidecar sends; lo sees what the application says to it.',
      },
    },
    concerns: 'any',
  },
  (record) => staysOnHost(record) && record.bytes.client + record.bytes.server > 0,
  (count) => `${counted(count, 'connection')} within one host.`,
);
