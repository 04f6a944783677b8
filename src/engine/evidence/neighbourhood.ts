// What a finding weighs depends on what else its service, and the services around it, were seen to do.
import { formatEndpoint } from '../../base/address.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Hop } from '../../model/hop.js';
import { serviceOf } from '../../model/hop-id.js';
import { segmentOf } from '../../rules/shared/private-address.js';
import { maxServicesOfSegment, maxServicesRemembered, maxSortsOfService } from './limits.js';

/** Connections of a hop that show what it is. */
const flowsOfHop = 2;

/** Remembers a connection of each sort that services were seen with, and of each service what its hops came to. */
export class Neighbourhood {
  readonly #sorts: Map<string, Map<string, number>> = new Map();
  readonly #states: Map<string, Map<string, readonly number[]>> = new Map();
  /** By segment: hops that do mutual TLS, and hops that do TLS without, by service and state. */
  readonly #segments: Map<string, Map<string, readonly number[]>> = new Map();

  /** Notes a connection: the first of its sort stands for all of them. */
  add(record: ConnectionRecord): void {
    note(this.#sorts, serviceOf(record), sortOf(record), record.id, maxSortsOfService);
  }

  /** Notes what a hop came to: the first of its state stands for all of a service. */
  addHop({ server, mtls, flows }: Hop): void {
    const service = formatEndpoint(server.ip, server.port);
    const shown = flows.slice(0, flowsOfHop);
    note(this.#states, service, mtls, shown, maxSortsOfService);
    if (mtls !== 'enforced' && mtls !== 'presented' && mtls !== 'server-only') return;
    note(this.#segments, segmentOf(server.ip), `${service} ${mtls}`, shown, maxServicesOfSegment);
  }

  /** Connections that show what a service ('10.0.0.9:8443') is, then those of the services around it. */
  of(service: string): number[] {
    const ip = service.slice(0, service.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    return [
      ...[...(this.#states.get(service)?.values() ?? [])].flat(),
      ...(this.#sorts.get(service)?.values() ?? []),
      ...[...(this.#segments.get(segmentOf(ip))?.values() ?? [])].flat(),
    ];
  }
}

/** Notes the first `value` of a sort. */
function note<T>(known: Map<string, Map<string, T>>, name: string, sort: string, value: T, most: number): void {
  let sorts = known.get(name);
  if (sorts === undefined) {
    if (known.size >= maxServicesRemembered) return;
    sorts = new Map();
    known.set(name, sorts);
  }
  if (sorts.size < most && !sorts.has(sort)) sorts.set(sort, value);
}

/** What tells connections of one service apart for those who judge it. */
function sortOf({ kind, protocol, tls }: ConnectionRecord): string {
  if (tls === null) return `${kind} ${protocol}`;
  const { status, outcome, requested } = tls.clientAuth;
  return `${kind} ${tls.version} ${status} ${outcome} ${requested} ${tls.serverHello !== null}`;
}
