import type { ClientHelloRecord, ConnectionRecord } from '../model/connection-record.js';
import { serviceOf } from '../model/hop-id.js';
import type { LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxListedConnections, maxRememberedPairs, remember } from './shared/bounds.js';
import { finished } from './shared/handshake-end.js';
import { mayBeSameProgram } from './shared/same-program.js';
import { choiceStands } from './shared/tls-progress.js';
import { versionCeiling } from './shared/tls-remedies.js';
import { highestOffer, rankOfTls13, spokenVersion, versionRank } from './shared/version-order.js';

/** Shapes of ClientHello that are remembered of one client host: programs on one host are few, what lies behind NAT is not one host. */
const maxHellosOfClient = 8;

/** Clients that took less than the best of one server; more of them show nothing new. */
const maxLowerOfServer = 64;

/** What a server was seen to do. */
interface Server {
  rank: number;
  frame: number;
  lower: Lower[];
}

/** Handshakes of one client that took less than the best there is, until it is known what its ends can do. */
interface Lower {
  flows: number[];
  count: number;
  capture: number;
  client: string;
  clientNumber: number;
  server: string;
  rank: number;
  hello: ClientHelloRecord;
  serverHelloFrame: number;
  version: string;
}

/** Both ends can do more than they did here. */
export const downgradeBelowCapability: Rule = {
  about: {
    kind: 'downgrade-below-capability',
    severity: 'medium',
    title: 'Handshake below what both ends can do',
    meaning:
      'Client and server were both seen, elsewhere in the capture, to speak a higher version than this handshake took.',
    why: 'Either something forces the version down, or a part of the clients or of the server farm is set up differently: the weaker path is the one that an attacker takes.',
    blindSpots: [
      'Several programs on one host, or several hosts behind one address, differ in what they can do: only offers that look like the same program count, and then the finding is inferred.',
      'Servers behind one load balancer address may differ.',
    ],
    remediation: {
      general:
        'Compare the configuration of this client (and of all servers behind the address) with the ones that do better, and raise the lowest version where both can.',
      products: versionCeiling,
    },
    cwe: [757],
    standards: ['RFC 9325 §3.1.1'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => {
    /** By the number of the service, and of the client. */
    const servers = new Map<number, Server>();
    const clients = new Map<number, ClientHelloRecord | ClientHelloRecord[]>();
    return {
      connection(record: ConnectionRecord, { service, client }) {
        const { tls } = record;
        if (tls === null || tls.version === null) return inapplicable;
        const { clientHello, serverHello, version } = tls;
        if (clientHello === null || serverHello === null || !choiceStands(tls)) return inapplicable;
        const rank = versionRank(version);
        const server = serverOf(servers, service);
        if (finished(tls) && rank > server.rank) {
          server.rank = rank;
          server.frame = serverHello.frame;
        }
        if (client >= 0) rememberHello(clients, client, clientHello);
        // The sentinel and a rewritten hello are told by their own kinds.
        if (rank === rankOfTls13 || tls.sameClientRandom?.identical === false) return clean;
        const offersMore = versionRank(highestOffer(clientHello)) > rank;
        if (!offersMore || serverHello.downgradeSentinel === null)
          noteLower(server.lower, record, client, clientHello, rank);
        return clean;
      },
      *finish() {
        for (const server of servers.values()) {
          const told = new Set<string>();
          for (const lower of server.lower) {
            if (server.rank <= lower.rank || told.has(lower.client)) continue;
            const offersMore = versionRank(highestOffer(lower.hello)) > lower.rank;
            const better = offersMore ? lower.hello : betterHello(clients.get(lower.clientNumber), lower);
            if (better === null) continue;
            told.add(lower.client);
            yield sightingOf(lower, better, server.frame, offersMore);
          }
        }
      },
    };
  },
};

function serverOf(servers: Map<number, Server>, service: number): Server {
  let known = servers.get(service);
  if (known === undefined) {
    known = { rank: -1, frame: 0, lower: [] };
    if (service >= 0) remember(servers, service, known, maxRememberedPairs);
  }
  return known;
}

function noteLower(
  known: Lower[],
  record: ConnectionRecord,
  client: number,
  hello: ClientHelloRecord,
  rank: number,
): void {
  for (const lower of known) {
    if (lower.rank !== rank || lower.clientNumber !== client || lower.hello.ja4 !== hello.ja4) continue;
    if (lower.flows.length < maxListedConnections) lower.flows.push(record.id);
    lower.count++;
    return;
  }
  const serverHello = record.tls?.serverHello;
  if (known.length === maxLowerOfServer || serverHello == null) return;
  known.push({
    flows: [record.id],
    count: 1,
    capture: record.capture,
    client: record.client.ip,
    clientNumber: client,
    server: serviceOf(record),
    rank,
    hello,
    serverHelloFrame: serverHello.frame,
    version: serverHello.version,
  });
}

/** Most clients have one kind of hello: a list is made for those with more. */
function rememberHello(
  clients: Map<number, ClientHelloRecord | ClientHelloRecord[]>,
  client: number,
  hello: ClientHelloRecord,
): void {
  const known = clients.get(client);
  if (known === undefined) {
    remember(clients, client, hello, maxRememberedPairs);
  } else if (!Array.isArray(known)) {
    if (!isSameKind(known, hello)) clients.set(client, [known, hello]);
  } else if (known.length < maxHellosOfClient && !known.some((other) => isSameKind(other, hello))) {
    known.push(hello);
  }
}

function isSameKind(a: ClientHelloRecord, b: ClientHelloRecord): boolean {
  return a.ja4 === b.ja4 && a.serverName === b.serverName;
}

function betterHello(
  known: ClientHelloRecord | readonly ClientHelloRecord[] | undefined,
  { hello, rank }: Lower,
): ClientHelloRecord | null {
  for (const other of [known ?? []].flat()) {
    if (versionRank(highestOffer(other)) > rank && mayBeSameProgram(other, hello)) return other;
  }
  return null;
}

function sightingOf(lower: Lower, better: ClientHelloRecord, serverFrame: number, certain: boolean): LateSighting {
  const client = certain ? 'offered' : 'offers elsewhere (by a ClientHello that looks like the same program)';
  return {
    answer: 'fires',
    certainty: certain ? 'observed' : 'inferred',
    frames: [lower.hello.frame, lower.serverHelloFrame, better.frame, serverFrame],
    detail: `This handshake took ${spokenVersion(lower.version)}; the client ${client} ${spokenVersion(highestOffer(better))}, and the server took a higher version in frame ${serverFrame}.`,
    capture: lower.capture,
    flows: lower.flows,
    count: lower.count,
    client: lower.client,
    server: lower.server,
  };
}
