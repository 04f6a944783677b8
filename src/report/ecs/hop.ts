import type { Hop } from '../../model/hop.js';
import { type EcsEvent, ecsText, networkType } from './text.js';

/** A hop as a state: `event.kind` 'state', `event.dataset` 'barewire.hop'. */
export function hopEvent(hop: Hop): EcsEvent {
  const source = { address: ecsText(hop.client.ip), ip: ecsText(hop.client.ip), ...domainOf(hop.client.name) };
  const ip = ecsText(hop.server.ip);
  const destination = { address: ip, ip, port: hop.server.port, ...domainOf(hop.server.name) };
  return {
    '@timestamp': hop.startTime,
    event: {
      kind: 'state',
      category: ['network'],
      type: ['info'],
      module: 'barewire',
      dataset: 'barewire.hop',
      start: hop.startTime,
      end: hop.endTime,
      reason: ecsText(hop.why),
    },
    network: { type: networkType(hop.client.ip) },
    source,
    destination,
    client: source,
    server: destination,
    barewire: {
      hop: {
        id: ecsText(hop.id),
        mtls: hop.mtls,
        certainty: hop.certainty,
        kind: hop.kind,
        protocols: hop.protocols.map(ecsText),
        versions: hop.versions,
        identities: hop.identities.map(ecsText),
        forwarded_from: hop.forwardedFrom.map(({ hop: id }) => ecsText(id)),
        flows: hop.flowCount,
      },
    },
  };
}

function domainOf(name: string | null): object {
  return name === null ? {} : { domain: ecsText(name) };
}
