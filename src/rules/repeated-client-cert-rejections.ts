import type { Certainty, ConnectionRecord } from '../model/connection-record.js';
import {
  type Answer,
  clean,
  inapplicable,
  type LateSighting,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
} from '../model/rule.js';
import { remember } from './shared/bounds.js';
import { clientRefusal } from './shared/client-refusal.js';

/** So many refusals of one client within so many seconds are no accident. */
const refusals = 10;
const seconds = 60;

/** Clients with refusals that are watched; a flood of forged addresses can't complete handshakes. */
const maxClients = 16_384;

const about: RuleMetadata = {
  kind: 'repeated-client-cert-rejections',
  severity: 'medium',
  title: 'Client refused over its certificate again and again',
  meaning: `A client address was refused over its certificate, or for want of one, at least ${refusals} times within ${seconds} seconds.`,
  why:
    'Either somebody tries certificates, or looks for a service that takes the ones he has; or a client with a wrong or expired ' +
    'certificate retries without pause, and an outage is under way.',
  blindSpots: [
    'Many clients behind one address (NAT, a proxy) count as one.',
    'TLS 1.3 encrypts refusals: without keys those that record lengths give away are counted, and the finding is marked inferred.',
  ],
  remediation: {
    general:
      'Find out who the client is. Give it a proper certificate, or keep it away: limit the rate of new connections from one ' +
      'address, and alarm on refusals in the logs of the server.',
    products: {
      nginx:
        'limit_conn and limit_req come after the handshake; limit the rate of connections before it, in the firewall (nftables limit rate).',
      HAProxy:
        'stick-table type ipv6 size 100k expire 2m store conn_rate(60s); tcp-request connection track-sc0 src; tcp-request connection reject if { sc0_conn_rate gt 20 }.',
      Envoy: 'The connection_limit or local_ratelimit network filter on the listener.',
    },
  },
  cwe: [307],
  standards: ['NIST SP 800-52r2'],
  scope: 'client',
  concerns: 'tls',
};

/** What is remembered of a client. */
interface Refused {
  /** Seconds since 1970 of the last refusals, at most `refusals`. */
  times: number[];
  capture: number;
  flows: number[];
  frames: number[];
  count: number;
  certainty: Certainty;
  /** Null when several servers refused it. */
  server: string | null;
  crossed: boolean;
}

/** A client address was refused again and again. */
export const repeatedClientCertRejections: Rule = {
  about,
  begin(): RuleJudge {
    const clients = new Map<string, Refused>();
    return {
      connection: (record) => watch(record, clients),
      *finish(): Iterable<LateSighting> {
        for (const [client, refused] of clients) if (refused.crossed) yield sighting(client, refused);
      },
    };
  },
};

function watch(record: ConnectionRecord, clients: Map<string, Refused>): Answer {
  if (record.tls!.clientAuth.requested !== true) return inapplicable;
  const refusal = clientRefusal(record);
  if (refusal === null) return clean;
  const server = `${record.server.ip} ${record.server.port}`;
  let client = clients.get(record.client.ip);
  if (client === undefined) {
    const { capture } = record;
    client = {
      times: [],
      capture,
      flows: [],
      frames: [],
      count: 0,
      certainty: refusal.certainty,
      server,
      crossed: false,
    };
    remember(clients, record.client.ip, client, maxClients);
  }
  client.count++;
  if (client.server !== server) client.server = null;
  if (refusal.certainty === 'observed') client.certainty = 'observed';
  if (client.flows.length < 20) client.flows.push(record.id);
  if (client.frames.length < 20 && record.capture === client.capture) client.frames.push(...refusal.frames);
  const time = Date.parse(record.startTime) / 1000;
  client.times.push(time);
  if (client.times.length > refusals) client.times.shift();
  if (client.times.length === refusals && time - client.times[0]! <= seconds) client.crossed = true;
  return clean;
}

function sighting(client: string, refused: Refused): LateSighting {
  const [ip = '', port = ''] = refused.server?.split(' ') ?? [];
  return {
    answer: 'fires',
    certainty: refused.certainty,
    frames: refused.frames,
    detail: `${client} was refused ${refused.count} times, at least ${refusals} of them within ${seconds} seconds.`,
    capture: refused.capture,
    flows: refused.flows,
    count: refused.count,
    client,
    server: refused.server === null ? null : ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`,
  };
}
