// Folds connection records into hops. Two steps, since enforcement is a property of the service: a hop is *enforced* when its
// service was seen refusing any client.
import { type Clocks, oneClock } from '../model/clock.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import { type Hop, hopStates } from '../model/hop.js';
import type { Place } from '../model/place.js';
import { ClaimStore } from './claims.js';
import { FlowHops } from './flow-hops.js';
import { HopFacts, ServiceFacts } from './hop-facts.js';
import { hostsInTheMiddle, Joiner } from './join.js';
import { judgeHop, kindOf } from './judge-hop.js';
import { LegStore } from './legs.js';
import { Places } from './places.js';
import type { SessionFact } from './session-fact.js';
import { ShortLists } from './short-lists.js';

/** More hops than a person can look at; each takes about a kilobyte. A flood of forged addresses makes any number. */
export const defaultMaxHops = 200_000;

/** Connections whose hop is known, so that hops list them; four octets each. */
export const defaultMaxListed: number = 2 ** 24;

/** Bounds of what is folded. */
export interface HopBounds {
  hops: number;
  /** Connections listed by hop: the latest. */
  listed: number;
}

const defaultBounds: HopBounds = { hops: defaultMaxHops, listed: defaultMaxListed };

/**
 * Gathers connections by client host and service and judges them at the end. Connections without payload are left out: they
 * say nothing, and a port scan would make a hop of every port. Records may come in any order.
 */
export class HopFolder {
  /** Connections left out because there were too many hops already. */
  unkept = 0;
  readonly #maxHops: number;
  /** By the hop's number. */
  readonly #hops: HopFacts[] = [];
  readonly #places: Places;
  readonly #flows: FlowHops;
  /** By the service's number, then by server name; only where something speaks for or against enforcement. */
  readonly #services: Map<number, Map<string, ServiceFacts>> = new Map();
  #serviceNames = 0;
  readonly #legs: LegStore = new LegStore();
  readonly #claims: ClaimStore = new ClaimStore();
  readonly #lists: ShortLists = new ShortLists();
  #unfollowed = 0;
  readonly #mayJoin = (): ((hop: number) => boolean) => {
    const hosts = hostsInTheMiddle(this.#hops);
    return (hop) => hosts.has(this.#hops[hop]!.clientIp) || hosts.has(this.#hops[hop]!.serverIp);
  };

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor({ hops, listed }: HopBounds = defaultBounds, seed: number = 0) {
    this.#maxHops = hops;
    this.#places = new Places(hops, seed);
    this.#flows = new FlowHops(listed);
  }

  /**
   * Adds a connection; `certificateIdentity` names a certificate by its SHA-256 (SPIFFE ID, else SAN, else subject). Returns the
   * connection's place, lent.
   */
  add(record: ConnectionRecord, certificateIdentity: (sha256: string) => string | null): Place {
    const place = this.#places.of(record);
    if (record.kind === 'empty') return place;
    const index = place.hop;
    if (index < 0) {
      this.unkept++;
      return place;
    }
    const hop = this.#hops[index] ?? this.#begin(record, place.service);
    const fact = hop.add(record, this.#lists);
    this.#flows.add(record.id, index);
    this.#legs.add(record, index, this.#mayJoin);
    this.#claims.add(record, index);
    if (fact === null || record.tls === null) return place;
    const leaf = record.tls.clientCertificates?.[0];
    if (leaf !== undefined) hop.addIdentity(certificateIdentity(leaf), this.#lists);
    this.#addToService(record, fact, place.service);
    return place;
  }

  /** The facts of a hop that was numbered just now: numbers are given in order. */
  #begin(record: ConnectionRecord, service: number): HopFacts {
    const facts = new HopFacts(service, record);
    this.#hops.push(facts);
    return facts;
  }

  /** Hops so far. */
  get size(): number {
    return this.#hops.length;
  }

  /** What the bounds of joining left out. */
  get unjoined(): { exchanges: number; claims: number } {
    return { exchanges: this.#legs.unkept, claims: this.#claims.unkept + this.#unfollowed };
  }

  /** Connections that no hop lists any more. */
  get unlisted(): number {
    return this.#flows.unkept;
  }

  /**
   * The hops, worst first (`hopStates`), then by first frame and first connection. More connections may be added afterwards. By
   * `clocks` the times of several captures are compared.
   */
  hops(clocks: Clocks = oneClock): Hop[] {
    const joiner = new Joiner(this.#hops, this.#flows, this.#legs, this.#claims, clocks);
    this.#unfollowed = joiner.unfollowed;
    const lists = this.#flows.lists(this.#hops.length);
    const hops = this.#hops.map((facts, index) => this.#finish(facts, lists[index]!, joiner.of(index)));
    return hops.sort(
      (a, b) =>
        hopStates.indexOf(a.mtls) - hopStates.indexOf(b.mtls) ||
        a.firstFrame - b.firstFrame ||
        // Frames of different captures may have the same number.
        (a.flows[0] ?? 0) - (b.flows[0] ?? 0),
    );
  }

  #addToService(record: ConnectionRecord, fact: SessionFact, number: number): void {
    // A connection served without being asked speaks against enforcement as loudly as one served without an answer.
    const lax = fact === 'served-without' || (fact === 'not-requested' && record.tls?.established === true);
    if (fact !== 'refused' && !lax) return;
    const service = this.#service(number, record.tls?.clientHello?.serverName ?? '');
    if (service === null) return;
    const certainty = record.tls?.clientAuth.certainty ?? 'none';
    (lax ? service.servedWithout : service.refused).add(record.firstFrame, certainty);
  }

  /** The facts of a service under a name, made when there are none; null without room. */
  #service(number: number, name: string): ServiceFacts | null {
    let names = this.#services.get(number);
    const known = names?.get(name);
    if (known !== undefined) return known;
    if (this.#serviceNames >= this.#maxHops) return null;
    this.#serviceNames++;
    if (names === undefined) {
      names = new Map();
      this.#services.set(number, names);
    }
    const service = new ServiceFacts();
    names.set(name, service);
    return service;
  }

  #finish(facts: HopFacts, flows: number[], forwardedFrom: Hop['forwardedFrom']): Hop {
    const services: ServiceFacts[] = [];
    for (const name of facts.presentedNames) {
      const service = this.#services.get(facts.service)?.get(name);
      if (service !== undefined) services.push(service);
    }
    return {
      id: facts.id,
      client: { ip: facts.clientIp, name: null },
      server: { ip: facts.serverIp, port: facts.port, name: facts.serverName },
      flows,
      flowCount: facts.flowCount,
      firstFrame: facts.firstFrame,
      startTime: facts.startTime,
      endTime: facts.endTime,
      kind: kindOf(facts),
      protocols: [...facts.protocols].sort(),
      versions: [...facts.versions].sort(),
      ...judgeHop(facts, services),
      identities: [...facts.identities].sort(),
      forwardedFrom,
    };
  }
}
