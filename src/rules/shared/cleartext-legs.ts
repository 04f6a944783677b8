import type { ConnectionRecord } from '../../model/connection-record.js';
import { hopIdOf, serviceOf } from '../../model/hop-id.js';
import { maxListedConnections, maxRememberedPairs } from './bounds.js';
import { type ForwardingClaim, forwardingClaim } from './proxied.js';

/** The cleartext connections of one hop, as far as a finding at the end needs them. */
export interface CleartextLeg {
  hop: string;
  client: string;
  server: string;
  capture: number;
  frames: number[];
  flows: number[];
  count: number;
  protocol: string | null;
  /** The strongest claim among them that a proxy sent them. */
  claim: ForwardingClaim | null;
}

/** Hops with cleartext on them; bounded. */
export class CleartextLegs {
  readonly #legs: Map<string, CleartextLeg> = new Map();

  note(record: ConnectionRecord): CleartextLeg | null {
    const hop = hopIdOf(record);
    const claim = forwardingClaim(record);
    let leg = this.#legs.get(hop);
    if (leg === undefined) {
      if (this.#legs.size >= maxRememberedPairs) return null;
      leg = {
        hop,
        client: record.client.ip,
        server: serviceOf(record),
        capture: record.capture,
        frames: [],
        flows: [],
        count: 0,
        protocol: record.protocol,
        claim,
      };
      this.#legs.set(hop, leg);
    } else if (claim !== null && (leg.claim === null || (leg.claim.overTls !== true && claim.overTls !== null))) {
      leg.claim = claim;
    }
    leg.count++;
    if (leg.flows.length < maxListedConnections) leg.flows.push(record.id);
    if (leg.frames.length < maxListedConnections && record.capture === leg.capture) {
      leg.frames.push(record.content?.requests[0]?.frame ?? record.exchanges[0]?.frame ?? record.firstFrame);
    }
    return leg;
  }

  of(hop: string | null): CleartextLeg | undefined {
    return hop === null ? undefined : this.#legs.get(hop);
  }

  values(): Iterable<CleartextLeg> {
    return this.#legs.values();
  }
}
