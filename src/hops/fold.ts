// Folds connection records into hops. Two steps, since enforcement is a property of the service: a hop is *enforced* when its
// service was seen refusing any client.
import type { ConnectionRecord } from '../model/connection-record.js';
import { type Hop, hopStates } from '../model/hop.js';
import { HopFacts, ServiceFacts } from './hop-facts.js';
import { judgeHop, kindOf } from './judge-hop.js';
import type { SessionFact } from './session-fact.js';

/** More hops than a person can look at; each takes about a kilobyte. A flood of forged addresses makes any number. */
export const defaultMaxHops = 200_000;

/**
 * Gathers connections by client host and service and judges them at the end. Connections without payload are left out: they
 * say nothing, and a port scan would make a hop of every port. Records may come in any order.
 */
export class HopFolder {
  /** Connections left out because there were too many hops already. */
  unkept = 0;
  readonly #maxHops: number;
  readonly #hops = new Map<string, HopFacts>();
  /** Only services where something speaks for or against enforcement. */
  readonly #services = new Map<string, ServiceFacts>();

  constructor(maxHops: number = defaultMaxHops) {
    this.#maxHops = maxHops;
  }

  /** Adds a connection; `certificateIdentity` names a certificate by its SHA-256 (SPIFFE ID, else SAN, else subject). */
  add(record: ConnectionRecord, certificateIdentity: (sha256: string) => string | null): void {
    if (record.kind === 'empty') return;
    const id = `${record.client.ip}->${serviceAddress(record.server.ip, record.server.port)}`;
    let hop = this.#hops.get(id);
    if (hop === undefined) {
      if (this.#hops.size >= this.#maxHops) {
        this.unkept++;
        return;
      }
      hop = new HopFacts(id, record);
      this.#hops.set(id, hop);
    }
    const fact = hop.add(record);
    if (fact === null || record.tls === null) return;
    const leaf = record.tls.clientCertificates?.[0];
    if (leaf !== undefined) hop.addIdentity(certificateIdentity(leaf));
    this.#addToService(record, fact);
  }

  /** The hops, worst first (`hopStates`), then by first frame. More connections may be added afterwards. */
  hops(): Hop[] {
    const hops = Array.from(this.#hops.values(), (facts) => this.#finish(facts));
    return hops.sort((a, b) => hopStates.indexOf(a.mtls) - hopStates.indexOf(b.mtls) || a.firstFrame - b.firstFrame);
  }

  #addToService(record: ConnectionRecord, fact: SessionFact): void {
    // A connection served without being asked speaks against enforcement as loudly as one served without an answer.
    const lax = fact === 'served-without' || (fact === 'not-requested' && record.tls?.established === true);
    if (fact !== 'refused' && !lax) return;
    const key = serviceKey(record.server.ip, record.server.port, record.tls?.clientHello?.serverName ?? '');
    let service = this.#services.get(key);
    if (service === undefined) {
      if (this.#services.size >= this.#maxHops) return;
      service = new ServiceFacts();
      this.#services.set(key, service);
    }
    const certainty = record.tls?.clientAuth.certainty ?? 'none';
    (lax ? service.servedWithout : service.refused).add(record.firstFrame, certainty);
  }

  #finish(facts: HopFacts): Hop {
    const services: ServiceFacts[] = [];
    for (const name of facts.presentedNames) {
      const service = this.#services.get(serviceKey(facts.serverIp, facts.port, name));
      if (service !== undefined) services.push(service);
    }
    return {
      id: facts.id,
      client: { ip: facts.clientIp, name: null },
      server: { ip: facts.serverIp, port: facts.port, name: facts.serverName },
      flows: Array.from(facts.flows).sort((a, b) => a - b),
      firstFrame: facts.firstFrame,
      startTime: facts.startTime,
      endTime: facts.endTime,
      kind: kindOf(facts),
      protocols: [...facts.protocols].sort(),
      versions: [...facts.versions].sort(),
      ...judgeHop(facts, services),
      identities: [...facts.identities].sort(),
      forwardedFrom: [],
    };
  }
}

function serviceAddress(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function serviceKey(ip: string, port: number, serverName: string): string {
  return `${serviceAddress(ip, port)} ${serverName}`;
}
