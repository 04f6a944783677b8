// Randoms that were seen before: the same handshake seen on another hop, one that was changed on its way, or a generator that repeats.
import { formatEndpoint } from '../base/address.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Hop } from '../model/hop.js';
import { maxWaiting } from './bounds.js';
import { hopsOfFlows } from './hop-of-flow.js';

/** A connection whose client random was seen before, until the hops are known. */
export interface Copy {
  id: number;
  capture: number;
  client: string;
  server: string;
  helloFrame: number;
  serverHelloFrame: number | null;
  /** The connection that showed it first. */
  first: number;
  identical: boolean;
  /** The server's random was also that connection's. */
  sameAnswer: boolean;
}

/** Notes a connection that repeats a client random; bounded. */
export function noteCopy(copies: Copy[], { id, capture, client, server, tls }: ConnectionRecord): void {
  if (tls?.sameClientRandom == null || tls.clientHello === null || copies.length >= maxWaiting) return;
  const { flow, identical } = tls.sameClientRandom;
  copies.push({
    id,
    capture,
    client: client.ip,
    server: formatEndpoint(server.ip, server.port),
    helloFrame: tls.clientHello.frame,
    serverHelloFrame: tls.serverHello?.frame ?? null,
    first: flow,
    identical,
    sameAnswer: tls.sameServerRandom?.flow === flow,
  });
}

/** The copies with the hop of the connection that showed the random first. */
export function withFirstHop(copies: readonly Copy[], hops: readonly Hop[]): { copy: Copy; firstHop: Hop | null }[] {
  const found = hopsOfFlows(hops, new Set(copies.map(({ first }) => first)));
  return copies.map((copy) => ({ copy, firstHop: found.get(copy.first) ?? null }));
}

/**
 * Whether two hops are two views of one way: the same answer came back, one hop ends where the other begins (a relay), or the same
 * server is reached from another address (NAT). A client that repeats its random to several servers fits none of these.
 */
export function isOneWay(copy: Copy, firstHop: Hop): boolean {
  if (firstHop.id === `${copy.client}->${copy.server}`) return false;
  const firstServer = formatEndpoint(firstHop.server.ip, firstHop.server.port);
  return (
    copy.sameAnswer ||
    firstHop.server.ip === copy.client ||
    firstHop.client.ip === copy.server.slice(0, copy.server.lastIndexOf(':')) ||
    (firstServer === copy.server && firstHop.client.ip !== copy.client)
  );
}
