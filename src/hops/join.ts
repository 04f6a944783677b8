// Joins front legs (client to proxy) with back legs (proxy to backend): by what the content says where it can be read, else by
// time and volume.
import type { Clocks } from '../model/clock.js';
import type { Hop } from '../model/hop.js';
import type { Claim, ClaimStore, MarkSight, RepeatedConnection } from './claims.js';
import type { FlowHops } from './flow-hops.js';
import type { HopFacts } from './hop-facts.js';
import { type HostExchanges, joinByVolume } from './join-by-volume.js';
import type { LegExchange, LegStore } from './legs.js';
import { clockSlack } from './volume-match.js';

/** Front hops listed for one hop; a proxy may have any number of clients. */
export const maxFronts = 256;

type Joined = Hop['forwardedFrom'];

/** Front hops of every back hop, by index. */
export class Joiner {
  readonly #hops: readonly HopFacts[];
  readonly #flows: FlowHops;
  readonly #claims: ClaimStore;
  readonly #clocks: Clocks;
  readonly #byHop: Map<number, Joined> = new Map();
  /** Hops that end at a host which opens connections too, and those that begin at one which accepts some. */
  readonly #fronts: Set<number> = new Set();
  readonly #backs: Set<number> = new Set();
  /** Hops of the clients that claims name. */
  readonly #ofClaimed: Map<string, number[]> = new Map();
  readonly #waiting: Map<number, LegExchange[]> = new Map();
  /** By domain of clocks, then by address: times of different domains can't be compared. */
  readonly #hosts: Map<number, Map<string, HostExchanges>> = new Map();

  /** By `clocks` the times of several captures are compared. */
  constructor(hops: readonly HopFacts[], flows: FlowHops, legs: LegStore, claims: ClaimStore, clocks: Clocks) {
    this.#clocks = clocks;
    this.#hops = hops;
    this.#flows = flows;
    this.#claims = claims;
    this.#findProxies();
    this.#gather(legs);
    this.#joinByContent();
    this.#joinByVolume();
  }

  /** What the hop of that index carries. */
  of(index: number): Joined {
    return this.#byHop.get(index) ?? [];
  }

  #findProxies(): void {
    const proxies = hostsInTheMiddle(this.#hops);
    for (const { client } of this.#claims.claims.values()) this.#ofClaimed.set(client.ip, []);
    this.#hops.forEach(({ clientIp, serverIp }, index) => {
      this.#ofClaimed.get(clientIp)?.push(index);
      if (proxies.has(clientIp)) this.#backs.add(index);
      if (proxies.has(serverIp)) this.#fronts.add(index);
    });
  }

  #gather(legs: LegStore): void {
    const wanted = (hop: number): boolean =>
      this.#fronts.has(hop) || this.#backs.has(hop) || this.#ofClaimed.has(this.#hops[hop]!.clientIp);
    for (const exchange of legs.exchanges(wanted, this.#clocks)) {
      const { hop, clock } = exchange.leg;
      push(this.#waiting, hop, exchange);
      const { clientIp, serverIp } = this.#hops[hop]!;
      if (this.#fronts.has(hop)) this.#host(clock.domain, serverIp).fronts.push(exchange);
      if (this.#backs.has(hop)) this.#host(clock.domain, clientIp).backs.push(exchange);
    }
  }

  #host(domain: number, ip: string): HostExchanges {
    let hosts = this.#hosts.get(domain);
    if (hosts === undefined) {
      hosts = new Map();
      this.#hosts.set(domain, hosts);
    }
    let host = hosts.get(ip);
    if (host === undefined) {
      host = { fronts: [], backs: [] };
      hosts.set(ip, host);
    }
    return host;
  }

  #joinByContent(): void {
    for (const claim of this.#claims.claims.values()) this.#followClaim(claim);
    for (const sights of this.#claims.marks.values()) this.#followMark(sights);
    for (const [sha256, sights] of this.#claims.handedOn) this.#followCertificate(sha256, sights);
    this.#followRandoms();
  }

  /** A request that names the client before the proxy. */
  #followClaim(claim: Claim): void {
    const back = this.#hops[claim.hop]!;
    const ofClient = this.#ofClaimed.get(claim.client.ip) ?? [];
    const said = `frame ${claim.frame} names ${claim.client.ip}${claim.client.port === null ? '' : `, port ${claim.client.port},`} as its client (${claim.name})`;
    if (claim.service !== null) {
      const { ip, port } = claim.service;
      const exact = ofClient.find((hop) => this.#hops[hop]!.serverIp === ip && this.#hops[hop]!.port === port);
      if (exact !== undefined) {
        this.#join(claim.hop, exact, 'observed', `${said} and the service it asked`);
        return;
      }
    }
    const atHost = ofClient.filter((hop) => this.#hops[hop]!.serverIp === back.clientIp);
    if (atHost.length > 0) {
      const waited = atHost.filter((hop) => this.#waits(hop, claim));
      if (waited.length > 0) for (const front of waited) this.#join(claim.hop, front, 'observed', said);
      else {
        // Which of its hops is not told by time: one of them it was.
        const certainty = atHost.length === 1 ? 'observed' : 'inferred';
        for (const front of atHost) this.#join(claim.hop, front, certainty, said);
      }
      return;
    }
    // The proxy may have one address outside and another inside.
    const waited = ofClient.filter(
      (hop) => hop !== claim.hop && this.#hops[hop]!.serverIp !== back.serverIp && this.#waits(hop, claim),
    );
    if (waited.length === 1) {
      this.#join(claim.hop, waited[0]!, 'inferred', `${said}, who then waited for an answer on this hop alone`);
    }
  }

  /** Whether the client waited on that hop for an answer when the claim was made. */
  #waits(hop: number, { client, times }: Claim): boolean {
    return (this.#waiting.get(hop) ?? []).some(({ leg, time, answerTime, end }) => {
      if (client.port !== null && client.port !== 0 && leg.port !== client.port) return false;
      const until = leg.multiplexed || answerTime < 0 ? end : answerTime;
      return times.some(({ capture, seconds }) => {
        const clock = this.#clocks(capture);
        if (clock.domain !== leg.clock.domain) return false;
        const claimed = seconds - clock.offset;
        const slack = clockSlack + (clock === leg.clock ? 0 : clock.uncertainty + leg.clock.uncertainty);
        return claimed >= time - slack && claimed <= until + slack;
      });
    });
  }

  /** Both legs carry the same request id. */
  #followMark(sights: readonly MarkSight[]): void {
    for (const back of sights) {
      for (const front of sights) {
        if (this.#isBefore(back, front) || this.#hops[front.hop]!.serverIp !== this.#hops[back.hop]!.clientIp) continue;
        this.#join(
          back.hop,
          front.hop,
          'observed',
          `frames ${front.frame} and ${back.frame} carry the same request id`,
        );
      }
    }
  }

  /** Whether `a` was seen before `b`, as far as their clocks tell. */
  #isBefore(a: MarkSight, b: MarkSight): boolean {
    const ofA = this.#clocks(a.capture);
    const ofB = this.#clocks(b.capture);
    if (ofA === ofB) return a.time < b.time;
    const slack = ofA.uncertainty + ofB.uncertainty;
    return ofA.domain === ofB.domain && a.time - ofA.offset + slack < b.time - ofB.offset;
  }

  /** A certificate handed on in a header, which a client had shown to the proxy. */
  #followCertificate(sha256: string, sights: readonly MarkSight[]): void {
    const shown = this.#claims.shown.get(sha256) ?? [];
    for (const { hop, frame } of sights) {
      for (const front of shown) {
        if (this.#hops[front]!.serverIp !== this.#hops[hop]!.clientIp) continue;
        this.#join(hop, front, 'observed', `frame ${frame} hands on the certificate that the client showed there`);
      }
    }
  }

  /** The same ClientHello on both legs: forwarded below TLS, or rewritten on the way. */
  #followRandoms(): void {
    for (const sight of this.#claims.repeated) {
      const front = this.#flows.of(sight.flow);
      if (front >= 0) this.#followRepeated(sight, front);
    }
  }

  #followRepeated({ hop, hello, orderUnknown, frame }: RepeatedConnection, other: number): void {
    let back = hop;
    let front = other;
    if (orderUnknown) {
      const isBehind = (one: number, two: number): boolean => this.#hops[two]!.serverIp === this.#hops[one]!.clientIp;
      if (isBehind(front, back)) [back, front] = [front, back];
      else if (!isBehind(back, front)) return;
    }
    const basis =
      hello === null
        ? `the connection of frame ${frame} has the sequence numbers and octets of one of that hop: its addresses are translated`
        : hello === 'same'
          ? `the ClientHello of frame ${frame} is the one of that hop: TLS passes through unopened`
          : `the ClientHello of frame ${frame} has the random of that hop, but not its content`;
    this.#join(back, front, 'observed', basis);
  }

  #joinByVolume(): void {
    const named = new Map<number, Set<string>>();
    for (const { hop, client } of this.#claims.claims.values()) {
      const clients = named.get(hop);
      if (clients === undefined) named.set(hop, new Set([client.ip]));
      else clients.add(client.ip);
    }
    const forwarding = new Set([...this.#byHop.keys()].map((hop) => this.#hops[hop]!.clientIp));
    for (const hosts of this.#hosts.values()) {
      for (const [ip, host] of hosts) this.#joinAtHost(host, forwarding.has(ip), named);
    }
  }

  #joinAtHost(host: HostExchanges, forwards: boolean, named: ReadonlyMap<number, ReadonlySet<string>>): void {
    if (host.fronts.length === 0 || host.backs.length === 0) return;
    for (const { back, front, fitting, asked, chance } of joinByVolume(host, forwards)) {
      // What the content says is not overruled by volumes.
      if (named.get(back)?.has(this.#hops[front]!.clientIp) === false) continue;
      const times = fitting === 1 ? 'once' : `${fitting} times`;
      this.#join(
        back,
        front,
        'inferred',
        `${times} (of ${asked}) a question and its answer lie within one of that hop in time and fit it in volume; chance shows as much in 1 of ${oddsOf(chance)} cases`,
      );
    }
  }

  #join(back: number, front: number, certainty: 'observed' | 'inferred', basis: string): void {
    if (back === front) return;
    const joined = this.#byHop.get(back);
    const hop = this.#hops[front]!.id;
    if (joined === undefined) this.#byHop.set(back, [{ hop, certainty, basis }]);
    else if (joined.length < maxFronts && !joined.some((known) => known.hop === hop)) {
      joined.push({ hop, certainty, basis });
    }
  }
}

/** Hosts that both accept and open connections. */
export function hostsInTheMiddle(hops: readonly HopFacts[]): Set<string> {
  const accepting = new Set<string>();
  for (const { serverIp } of hops) accepting.add(serverIp);
  const both = new Set<string>();
  for (const { clientIp } of hops) if (accepting.has(clientIp)) both.add(clientIp);
  return both;
}

function push(lists: Map<number, LegExchange[]>, hop: number, exchange: LegExchange): void {
  const list = lists.get(hop);
  if (list === undefined) lists.set(hop, [exchange]);
  else list.push(exchange);
}

/** '400', '20,000', 'a million or more', to one digit. */
function oddsOf(chance: number): string {
  if (chance < 1e-6) return 'more than a million';
  const odds = 1 / chance;
  const unit = 10 ** Math.floor(Math.log10(odds));
  return String(Math.floor(odds / unit) * unit);
}
