import type { FlowFacts, FlowTroubles } from '../flow/flow-facts.js';
import type { ConnectionRecord, FlowKind } from '../model/connection-record.js';
import type { Sides } from '../model/side.js';
import type { Direction } from '../model/stream.js';
import type { DatagramSession } from './datagram-session.js';
import { emptyList } from './empty-list.js';
import { other } from './listener.js';
import type { SessionContext } from './session-context.js';
import { StreamSession } from './stream-session.js';
import { tlsSessionRecord } from './tls-session-record.js';

/** What was said on a connection. */
export type Session = StreamSession | DatagramSession;

/** The record of an ended connection: what the flow floor counted and what its conversation said. */
export function buildConnectionRecord(
  facts: FlowFacts,
  session: Session | null,
  context: SessionContext,
): ConnectionRecord {
  const stream = session instanceof StreamSession ? session : null;
  stream?.end();
  const { client, rolesFrom } = roles(facts, session);
  const server = other(client);
  const kind: FlowKind = session === null ? 'empty' : session.kind;
  const tls = stream?.tls ? tlsSessionRecord(stream.tls.observations, client, context) : null;
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
    protocol: protocolOf(session, tls?.serverHello?.alpn ?? null),
    kindBasis: kindBasis(kind, session),
    tls,
    upgrade: null,
    proxyHeader: null,
    content: null,
    exchanges: emptyList,
    anomalies: anomaliesOf(facts.troubles, stream?.tls?.observations.anomalies ?? null),
  };
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
  const told = session instanceof StreamSession ? (session.tls?.observations.client ?? null) : null;
  if (told !== null) return { client: told, rolesFrom: 'handshake' };
  if (session && session.client !== null) {
    return { client: session.client, rolesFrom: datagramTls(session) === null ? 'protocol' : 'handshake' };
  }
  const [a, b] = facts.endpoints;
  return { client: a.port < b.port ? 1 : 0, rolesFrom: 'port' };
}

function protocolOf(session: Session | null, alpn: string | null): string | null {
  if (session === null) return null;
  return datagramTls(session) ?? session.protocol?.name ?? alpn;
}

function kindBasis(kind: FlowKind, session: Session | null): string | null {
  if (kind === 'unknown') return 'the first bytes fit no protocol known here';
  const inDatagrams = datagramTls(session);
  if (inDatagrams === 'quic') return 'QUIC by its packet header; its TLS handshake is not read';
  if (inDatagrams === 'dtls') return 'DTLS by its record header; its handshake is not read';
  if (session instanceof StreamSession && session.proxyHeader) return 'behind a PROXY protocol header';
  return null;
}

function datagramTls(session: Session | null): 'quic' | 'dtls' | null {
  return session === null || session instanceof StreamSession ? null : session.datagramTls;
}

function sides(values: readonly [number, number], client: Direction): Sides<number> {
  return { client: values[client], server: values[other(client)] };
}
