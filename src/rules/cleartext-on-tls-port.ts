import type { ConnectionRecord, FlowKind } from '../model/connection-record.js';
import type { Severity } from '../model/finding.js';
import { serviceOf } from '../model/hop-id.js';
import type { Answer, LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxListedConnections, maxRememberedPairs, remember } from './shared/bounds.js';
import { encryptListener } from './shared/cleartext-remedies.js';
import { severityOnPath } from './shared/on-the-wire.js';
import { isWeb } from './shared/services.js';

/** Ports whose registered service is TLS from its first byte (IANA Service Name and Transport Protocol Port Number Registry). */
const tlsPorts: ReadonlySet<number> = new Set([
  443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 2083, 5061, 5671, 5986, 6514, 6697, 8443, 8883,
]);

/** Clients of one port that are told apart; the rest show the same. */
const maxClientsOfPort = 64;

/** What one client sent in clear to one port. */
interface Cleartext {
  client: string;
  server: string;
  protocol: string | null;
  capture: number;
  frames: number[];
  flows: number[];
  count: number;
  severity: Severity;
  /** The server's answer, where it is what TLS servers say to cleartext; null where it is none of that. */
  refusal: string | null;
}

/** What a port was seen to speak. */
interface Port {
  /** Frame of a ServerHello on it; 0 while it showed none. */
  tlsFrame: number;
  cleartext: Cleartext[];
}

/** Somebody sent cleartext to a port that speaks TLS. */
export const cleartextOnTlsPort: Rule = {
  about: {
    kind: 'cleartext-on-tls-port',
    severity: 'medium',
    title: 'Cleartext sent to a TLS port',
    meaning:
      'A client sent application data in clear to an address and port that speaks TLS with others (or, inferred, to one that answered with a TLS alert, or to a port registered for TLS that answered HTTP 400).',
    why: 'What it sent is readable, credentials included, whatever the server answers; and the client is set up to speak cleartext where TLS belongs.',
    blindSpots: [
      'A port that takes both on purpose is not told from one that refuses cleartext.',
      'Ports on which no TLS was seen in this capture.',
    ],
    remediation: {
      general:
        'Correct the address in the client (https://, rediss://, amqps://, …). On the server, answer cleartext by closing the connection, not by a page, and accept no cleartext on the port.',
      products: encryptListener,
    },
    cwe: [319],
    standards: ['RFC 9325 §3.2'],
    scope: 'hop',
    concerns: 'any',
  },
  begin: () => {
    const ports = new Map<number, Port>();
    return {
      connection(record, { service }): Answer {
        if (record.kind === 'tls' && record.tls !== null && record.tls.serverHello !== null) {
          const port = portOf(ports, service);
          if (port.tlsFrame === 0) port.tlsFrame = record.tls.serverHello.frame;
          return clean;
        }
        if (!isCleartext(record.kind) || record.bytes.client === 0 || record.transport === 'udp') return inapplicable;
        // What changes to TLS by asking is at its place in clear.
        if (record.upgrade !== null && record.upgrade.outcome !== 'not-offered') return inapplicable;
        noteCleartext(portOf(ports, service).cleartext, record);
        return clean;
      },
      *finish() {
        for (const { tlsFrame, cleartext } of ports.values()) {
          for (const sight of cleartext) {
            if (tlsFrame > 0) yield sighting(sight, `the port speaks TLS (frame ${tlsFrame})`, true);
            else if (sight.refusal !== null) yield sighting(sight, sight.refusal, false);
          }
        }
      },
    };
  },
};

function isCleartext(kind: FlowKind): boolean {
  return kind === 'cleartext';
}

function portOf(ports: Map<number, Port>, service: number): Port {
  const known = ports.get(service);
  if (known !== undefined) return known;
  const port = { tlsFrame: 0, cleartext: [] };
  if (service >= 0) remember(ports, service, port, maxRememberedPairs);
  return port;
}

function noteCleartext(known: Cleartext[], record: ConnectionRecord): void {
  let sight = known.find(({ client }) => client === record.client.ip);
  if (sight === undefined) {
    if (known.length === maxClientsOfPort) return;
    sight = {
      client: record.client.ip,
      server: serviceOf(record),
      protocol: record.protocol,
      capture: record.capture,
      frames: [],
      flows: [],
      count: 0,
      severity: severityOnPath(record, 'medium', 'info'),
      refusal: null,
    };
    known.push(sight);
  }
  const request = record.content?.requests[0];
  sight.refusal ??= refusalIn(record);
  sight.count++;
  if (sight.flows.length === maxListedConnections) return;
  sight.flows.push(record.id);
  if (record.capture !== sight.capture) return;
  sight.frames.push(request?.frame ?? record.exchanges[0]?.frame ?? record.firstFrame);
  if (request?.answerFrame != null) sight.frames.push(request.answerFrame);
}

/** Octets of a TLS alert in its record: no answer of HTTP is as short. */
const alertOctets = 7;

/** Whether the server answered as web servers answer cleartext on a TLS port, and how. */
function refusalIn({ protocol, server, content, bytes }: ConnectionRecord): string | null {
  const request = content?.requests[0];
  if (!isWeb(protocol) || request === undefined) return null;
  if (request.status === null && bytes.server === alertOctets)
    return 'the server answered with the seven octets of a TLS alert';
  if (!tlsPorts.has(server.port) || request.status?.startsWith('400') !== true) return null;
  return 'the port is registered for TLS and the server answered 400';
}

function sighting(sight: Cleartext, because: string, observed: boolean): LateSighting {
  const { client, server, protocol, capture, frames, flows, count, severity } = sight;
  return {
    answer: 'fires',
    certainty: observed ? 'observed' : 'inferred',
    severity,
    frames,
    detail: `${protocol ?? 'Data of an unknown protocol'} was sent in clear; ${because}.`,
    capture,
    flows,
    count,
    client,
    server,
  };
}
