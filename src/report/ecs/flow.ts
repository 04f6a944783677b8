import { secondsFrom } from '../../base/time.js';
import type { ConnectionRecord, TlsSession } from '../../model/connection-record.js';
import type { Endpoint } from '../../model/side.js';
import { namedGroupName } from '../../registry/named-groups.js';
import { communityId } from '../community-id.js';
import { verdictOf } from '../verdict.js';
import { type EcsEvent, ecsText, networkType } from './text.js';

/** A flow as an event: `event.kind` 'event', `event.dataset` 'barewire.flow'. */
export function flowEvent(flow: ConnectionRecord): EcsEvent {
  const { tls, client, server, bytes, packets, protocol } = flow;
  const serverName = tls?.clientHello?.serverName ?? null;
  const destination = endOf(server, packets.server, bytes.server);
  const named = serverName === null ? destination : { ...destination, domain: ecsText(serverName) };
  const source = endOf(client, packets.client, bytes.client);
  const nanoseconds = Math.round(secondsFrom(flow.startTime, flow.endTime) * 1e6) * 1000;
  return {
    '@timestamp': flow.startTime,
    event: {
      kind: 'event',
      category: ['network'],
      type: ['connection', ...(flow.closed === 'open' ? [] : ['end']), ...(protocol === null ? [] : ['protocol'])],
      module: 'barewire',
      dataset: 'barewire.flow',
      start: flow.startTime,
      end: flow.endTime,
      ...(nanoseconds >= 0 ? { duration: nanoseconds } : {}),
    },
    network: {
      type: networkType(client.ip),
      transport: flow.transport,
      ...(protocol === null ? {} : { protocol: ecsText(protocol).toLowerCase() }),
      community_id: communityId(flow),
      bytes: bytes.client + bytes.server,
      packets: packets.client + packets.server,
    },
    source,
    destination: named,
    client: source,
    server: named,
    ...(tls === null ? {} : { tls: tlsFields(tls) }),
    barewire: {
      flow: {
        id: flow.id,
        capture: flow.capture,
        kind: flow.kind,
        first_frame: flow.firstFrame,
        last_frame: flow.lastFrame,
        gaps: flow.gaps.length,
        verdict: verdictOf(flow),
      },
      ...(tls === null ? {} : { client_auth: clientAuthFields(tls), ja4: tls.clientHello?.ja4 ?? null }),
    },
  };
}

function endOf({ ip, port }: Endpoint, packets: number, bytes: number): object {
  return { address: ecsText(ip), ip: ecsText(ip), port, packets, bytes };
}

function tlsFields({ version, clientHello, serverHello, resumed, established, ...tls }: TlsSession): object {
  const [protocol, number] = versionFields(version);
  const group = serverHello?.group ?? tls.serverKeyExchange?.group ?? null;
  const curve = group === null ? null : namedGroupName(group);
  return {
    ...(number === null ? {} : { version: number, version_protocol: protocol }),
    ...(serverHello === null ? {} : { cipher: serverHello.cipherSuite.name }),
    ...(curve === null ? {} : { curve }),
    ...(resumed === null ? {} : { resumed }),
    established,
    ...(typeof serverHello?.alpn === 'string' ? { next_protocol: ecsText(serverHello.alpn).toLowerCase() } : {}),
    client: {
      ...(clientHello === null ? {} : { ja3: clientHello.ja3 }),
      ...(typeof clientHello?.serverName === 'string' ? { server_name: ecsText(clientHello.serverName) } : {}),
      ...hashField(tls.clientCertificates),
    },
    server: { ...(serverHello === null ? {} : { ja3s: serverHello.ja3s }), ...hashField(tls.serverCertificates) },
  };
}

/** The leaf's fingerprint, in capitals as the schema wants it; the certificate's own event has the rest. */
function hashField(chain: readonly string[] | null): object {
  const leaf = chain?.[0];
  return leaf === undefined ? {} : { hash: { sha256: leaf.toUpperCase() } };
}

function clientAuthFields({ clientAuth }: TlsSession): object {
  const { status, requested, outcome, certainty, basis } = clientAuth;
  return { status, requested, outcome, certainty, basis: ecsText(basis) };
}

/** 'TLSv1.3' as the schema tells it: 'tls' and '1.3'. */
function versionFields(version: TlsSession['version']): [string, string | null] {
  if (version === null) return ['tls', null];
  const [protocol, number] = version.split('v') as [string, string];
  return [protocol.toLowerCase(), number.includes('.') ? number : `${number}.0`];
}
