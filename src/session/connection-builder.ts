import type { FlowFacts, FlowTroubles } from '../flow/flow-facts.js';
import type { ConnectionRecord, ExchangeRecord, FlowKind } from '../model/connection-record.js';
import type { ContentRecord, UpgradeRecord } from '../model/content.js';
import type { Sides } from '../model/side.js';
import type { Direction } from '../model/stream.js';
import { tlsVersions } from '../registry/tls-versions.js';
import { judgeUnnamed } from './content/unnamed-kind.js';
import type { DatagramSession } from './datagrams/datagram-session.js';
import { emptyList } from './empty-list.js';
import { other } from './listener.js';
import type { SessionContext } from './shared/session-context.js';
import { StreamSession } from './stream-session.js';
import { takenUpgrade } from './taken-upgrade.js';
import type { TlsObservations } from './tls/tls-observations.js';
import { tlsSessionRecord } from './tls/tls-session-record.js';

/** What was said on a connection. */
export type Session = StreamSession | DatagramSession;

/** The record of an ended connection: what the flow floor counted and what its conversation said. */
export function buildConnectionRecord(
  facts: FlowFacts,
  session: Session | null,
  context: SessionContext,
): ConnectionRecord {
  const stream = session instanceof StreamSession ? session : null;
  session?.end();
  const announced = stream === null ? null : context.announced.take(facts.endpoints);
  const client = roles(facts, session).client;
  const exchanges = stream === null ? emptyList : exchangesOf(stream, client, facts, context);
  return recordOf(facts, session, context, announced, exchanges);
}

/**
 * The record of a connection that goes on, as far as it is: without its exchanges, and whoever listens to it hears nothing of
 * this.
 */
export function buildInterimRecord(
  facts: FlowFacts,
  session: Session | null,
  context: SessionContext,
): ConnectionRecord {
  if (session instanceof StreamSession) session.catchUp();
  return recordOf(facts, session, context, null, emptyList);
}

function recordOf(
  facts: FlowFacts,
  session: Session | null,
  context: SessionContext,
  announced: string | null,
  exchanges: ExchangeRecord[],
): ConnectionRecord {
  const stream = session instanceof StreamSession ? session : null;
  const { client, rolesFrom } = roles(facts, session);
  const server = other(client);
  const { kind, basis } = kindOf(session, announced, facts);
  const seen = session?.tls?.observations ?? null;
  if (seen !== null && seen.version === tlsVersions.tls13) linkTickets(seen, client, facts, context);
  const tls = seen === null ? null : tlsSessionRecord(seen, client, context, facts.startSeconds);
  const inside = stream?.tls?.keyed?.content?.content ?? null;
  return {
    id: facts.id,
    capture: facts.capture,
    transport: facts.transport,
    client: facts.endpoints[client],
    server: facts.endpoints[server],
    rolesFrom,
    layers: facts.layers,
    firstFrame: facts.firstFrame,
    lastFrame: facts.lastFrame,
    startTime: facts.startTime,
    endTime: facts.endTime,
    packets: sides(facts.packets, client),
    bytes: sides(facts.bytes, client),
    sawSyn: facts.sawSyn,
    closed: facts.closed,
    gaps: facts.troubles === null ? emptyList : gapRecords(facts.troubles, client),
    kind,
    protocol: announced ?? inside?.protocol?.name ?? protocolOf(session, tls?.serverHello?.alpn ?? null),
    kindBasis: basis,
    tls,
    upgrade: stream === null ? null : upgradeOf(stream),
    proxyHeader: stream?.notes?.headerRecord(client) ?? null,
    content: contentOf(session?.notes?.record(client) ?? null, inside?.notes.record(client) ?? null),
    exchanges,
    anomalies: anomaliesOf(facts.troubles, seen?.anomalies ?? null),
  };
}

/**
 * One connection has one record of content. Where something was read before TLS and inside of it, what crossed in clear counts if
 * it gave anybody or anything away: nobody needed keys for that.
 */
function contentOf(clear: ContentRecord | null, opened: ContentRecord | null): ContentRecord | null {
  if (clear === null || opened === null) return clear ?? opened;
  const { credentials, logins, material, identities } = clear;
  return credentials.length + logins.length + material.length + identities.length > 0 ? clear : opened;
}

/** Ties a resumed session of TLS 1.3 to its full handshake where no keys did, and remembers what later ones may resume. */
function linkTickets(
  seen: TlsObservations,
  client: Direction,
  facts: FlowFacts,
  { ticketLinks }: SessionContext,
): void {
  const { answer } = seen;
  if (answer.resumed === null) return;
  const server = facts.endpoints[other(client)];
  const peers = `${facts.endpoints[client].ip} ${server.ip} ${server.port}`;
  if (answer.resumed && answer.resumedFrom === null && seen.ticketOctets > 0) {
    seen.answered().resumedFrom = ticketLinks.origin(peers, seen.ticketOctets);
  }
  const original = answer.resumed ? answer.resumedFrom : facts.id;
  if (original !== null) ticketLinks.remember(peers, original, seen, client);
}

function exchangesOf(
  stream: StreamSession,
  client: Direction,
  { bytes }: FlowFacts,
  { pending }: SessionContext,
): ExchangeRecord[] {
  const told = stream.tls === null ? stream.exchanges : stream.tls.observations.answer.exchanges;
  const log = typeof told === 'number' ? pending.logOf(stream.flowId, told) : told;
  return log === null ? emptyList : log.records(client, bytes[0], bytes[1]);
}

function gapRecords({ gaps }: FlowTroubles, client: Direction): ConnectionRecord['gaps'] {
  return gaps.map(({ direction, offset, length }) => ({
    from: direction === client ? 'client' : 'server',
    offset,
    length,
  }));
}

function anomaliesOf(troubles: FlowTroubles | null, inTls: ReadonlySet<string> | null): string[] {
  if (troubles === null && inTls === null) return emptyList;
  return [...(troubles?.anomalies ?? emptyList), ...(inTls ?? emptyList)];
}

/** Who is client: the SYN says, else the handshake, else the protocol, else the ports (the lower one serves). */
function roles(
  facts: FlowFacts,
  session: Session | null,
): { client: Direction; rolesFrom: ConnectionRecord['rolesFrom'] } {
  if (facts.opener !== null) return { client: facts.opener, rolesFrom: 'syn' };
  const told = session?.tls?.observations.client ?? null;
  if (told !== null) return { client: told, rolesFrom: 'handshake' };
  if (session && session.client !== null) {
    return { client: session.client, rolesFrom: datagramTls(session) === null ? 'protocol' : 'handshake' };
  }
  const [a, b] = facts.endpoints;
  return { client: a.port < b.port ? 1 : 0, rolesFrom: 'port' };
}

/** What an announced connection carries is told by the announcement: a transferred file may open like a protocol. */
function kindOf(
  session: Session | null,
  announced: string | null,
  facts: FlowFacts,
): { kind: FlowKind; basis: string | null } {
  if (session === null) return { kind: 'empty', basis: announced === null ? null : announcedBasis };
  const { kind } = session;
  if (announced !== null) return { kind: kind === 'unknown' ? 'cleartext' : kind, basis: announcedBasis };
  if (kind !== 'unknown') return { kind, basis: kindBasis(session) };
  const whole = facts.opener !== null && (facts.troubles === null || facts.troubles.gaps.length === 0);
  return judgeUnnamed(session.notes, whole);
}

const announcedBasis = 'announced by a control connection';

function upgradeOf(stream: StreamSession): UpgradeRecord | null {
  const told = stream.notes?.change ?? null;
  if (!stream.upgraded || stream.tls === null) return told;
  const { clientHelloFrame, serverHelloFrame } = stream.tls.observations;
  return takenUpgrade(told, stream.protocol?.name ?? null, clientHelloFrame || serverHelloFrame);
}

function protocolOf(session: Session | null, alpn: string | null): string | null {
  if (session === null) return null;
  return datagramTls(session) ?? session.protocol?.name ?? alpn;
}

function kindBasis(session: Session): string | null {
  const inDatagrams = datagramTls(session);
  if (inDatagrams !== null && session.tls?.observations.helloShape === null) {
    return `${inDatagrams.toUpperCase()} by its headers; its handshake is not in the capture`;
  }
  if (session instanceof StreamSession && session.notes?.header) return 'behind a PROXY protocol header';
  return null;
}

function datagramTls(session: Session | null): 'quic' | 'dtls' | null {
  return session === null || session instanceof StreamSession ? null : session.datagramTls;
}

function sides(values: readonly [number, number], client: Direction): Sides<number> {
  return { client: values[client], server: values[other(client)] };
}
