// What the services of a run ask of their clients, from its hops: for rules whose weight depends on the neighbours.
import { formatEndpoint } from '../../base/address.js';
import type { Hop, HopState } from '../../model/hop.js';
import { segmentOf } from './private-address.js';

const asking: readonly HopState[] = ['enforced', 'presented', 'optional', 'rejected'];
const mutual: readonly HopState[] = ['enforced', 'presented'];

/** Which services ask clients for certificates, and where that is the custom. */
export class ServiceDemands {
  readonly #asking: Set<string> = new Set();
  /** By segment: services that do mutual TLS, and services that do TLS without. */
  readonly #segments: Map<string, { mutual: Set<string>; oneWay: Set<string> }> = new Map();

  constructor(hops: readonly Hop[]) {
    for (const hop of hops) {
      const server = formatEndpoint(hop.server.ip, hop.server.port);
      if (asking.includes(hop.mtls)) this.#asking.add(server);
      if (!mutual.includes(hop.mtls) && hop.mtls !== 'server-only') continue;
      const segment = segmentOf(hop.server.ip);
      let services = this.#segments.get(segment);
      if (services === undefined) {
        services = { mutual: new Set(), oneWay: new Set() };
        this.#segments.set(segment, services);
      }
      (hop.mtls === 'server-only' ? services.oneWay : services.mutual).add(server);
    }
  }

  /** Whether the service ('10.0.0.9:8443') asked any client for a certificate. */
  asksSomebody(server: string): boolean {
    return this.#asking.has(server);
  }

  /** Whether most of the other services of the server's /24 or /64 do mutual TLS. */
  isCustomAround(server: string): boolean {
    const ip = server.slice(0, server.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    const services = this.#segments.get(segmentOf(ip));
    if (services === undefined) return false;
    const others = (of: ReadonlySet<string>): number => of.size - (of.has(server) ? 1 : 0);
    return others(services.mutual) > others(services.oneWay);
  }
}
