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
  readonly #hops: HopFacts[] = [];
  /** By client address, server address and port. */
  readonly #byClient = new Map<string, Map<string, Map<number, HopFacts>>>();
  /** Only services where something speaks for or against enforcement. */
  readonly #services = new Map<string, ServiceFacts>();

  constructor(maxHops: number = defaultMaxHops) {
    this.#maxHops = maxHops;
  }

  /** Adds a connection; `certificateIdentity` names a certificate by its SHA-256 (SPIFFE ID, else SAN, else subject). */
  add(record: ConnectionRecord, certificateIdentity: (sha256: string) => string | null): void {
    if (record.kind === 'empty') return;
    const hop = this.#hopOf(record);
    if (hop === null) {
      this.unkept++;
      return;
    }
    const fact = hop.add(record);
    if (fact === null || record.tls === null) return;
    const leaf = record.tls.clientCertificates?.[0];
    if (leaf !== undefined) hop.addIdentity(certificateIdentity(leaf));
    this.#addToService(record, fact);
  }

  /** Two steps of lookup by strings that are at hand: putting an id together for every connection costs more. */
  #hopOf(record: ConnectionRecord): HopFacts | null {
    const { ip, port } = record.server;
    let ofClient = this.#byClient.get(record.client.ip);
    if (ofClient === undefined) {
      ofClient = new Map();
      this.#byClient.set(record.client.ip, ofClient);
    }
    let ofServer = ofClient.get(ip);
    if (ofServer === undefined) {
      ofServer = new Map();
      ofClient.set(ip, ofServer);
    }
    const known = ofServer.get(port);
    if (known !== undefined) return known;
    if (this.#hops.length >= this.#maxHops) return null;
    const hop = new HopFacts(`${record.client.ip}->${serviceAddress(ip, port)}`, record);
    ofServer.set(port, hop);
    this.#hops.push(hop);
    return hop;
  }

  /** The hops, worst first (`hopStates`), then by first frame. More connections may be added afterwards. */
  hops(): Hop[] {
    const hops = this.#hops.map((facts) => this.#finish(facts));
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
