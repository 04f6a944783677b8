// Joins front legs (client to proxy) with back legs (proxy to backend): by what the content says where it can be read, else by
// time and volume.
import type { Clocks } from '../model/clock.js';
import type { Hop } from '../model/hop.js';
import type { Claim, ClaimStore, HandedOn, MarkSight, RepeatedConnection } from './claims.js';
import type { FlowHops } from './flow-hops.js';
import type { HopFacts } from './hop-facts.js';
import { type HostExchanges, joinByVolume } from './join-by-volume.js';
import type { LegExchange, LegStore } from './legs.js';
import { clockSlack } from './volume-match.js';

/** Front hops listed for one hop; a proxy may have any number of clients. And of all hops together, some 100 octets each. */
export const maxFronts = 256;
const maxJoins = 262_144;

/**
 * Questions that are looked at to find the one that a claim is about: a client asks a few at a time. More of them, on more hops,
 * than any proxy has clients are made to be compared with one another.
 */
const maxClaimLooks = 33_554_432;

/** Seconds between a question that nobody is seen to answer and what a proxy makes of it. */
const longestForwarding = 1;

/** Whoever showed a certificate. */
const anybody: Claim['client'] = { ip: '', port: null };

type Joined = Hop['forwardedFrom'];

/** Front hops of every back hop, by index. */
export class Joiner {
  /** Claims that were not followed, and front hops that were not listed, for want of room. */
  unfollowed = 0;
  readonly #hops: readonly HopFacts[];
  readonly #flows: FlowHops;
  readonly #claims: ClaimStore;
  readonly #clocks: Clocks;
  readonly #byHop: Map<number, Joined> = new Map();
  /** Hops that end at a host which opens connections too, and those that begin at one which accepts some. */
  readonly #fronts: Set<number> = new Set();
  readonly #backs: Set<number> = new Set();
  /** Hops of the clients that claims name. */
  readonly #ofClaimed: Map<string, ClaimedHops> = new Map();
  readonly #waiting: Map<number, LegExchange[]> = new Map();
  /** The same by port of the client's end, of hops that were asked about by port. */
  readonly #waitingByPort: Map<number, Map<number, LegExchange[]>> = new Map();
  #looks = 0;
  /** Pairs that are in `#byHop`: back hop times the number of hops, plus front hop. */
  readonly #joined: Set<number> = new Set();
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
    for (const { client } of this.#claims.claims.values()) {
      if (!this.#ofClaimed.has(client.ip)) this.#ofClaimed.set(client.ip, new ClaimedHops());
    }
    for (const { client, hop } of this.#claims.claims.values()) {
      this.#ofClaimed.get(client.ip)!.addSaying(hop, this.#hops[hop]!.serverIp);
    }
    this.#hops.forEach(({ clientIp, serverIp, port }, index) => {
      this.#ofClaimed.get(clientIp)?.add(index, serverIp, port);
      if (proxies.has(clientIp)) this.#backs.add(index);
      if (proxies.has(serverIp)) this.#fronts.add(index);
    });
  }

  #gather(legs: LegStore): void {
    const wanted = (hop: number): boolean =>
      this.#fronts.has(hop) || this.#backs.has(hop) || this.#ofClaimed.has(this.#hops[hop]!.clientIp);
    for (const exchange of legs.exchanges(wanted, this.#clocks)) {
      const { hop, clock } = exchange.leg;
      pushTo(this.#waiting, hop, exchange);
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
    const ofClient = this.#ofClaimed.get(claim.client.ip)!;
    if ((this.#byHop.get(claim.hop)?.length ?? 0) >= maxFronts) return;
    if (this.#looks >= maxClaimLooks || this.#joined.size >= maxJoins) {
      this.unfollowed++;
      return;
    }
    const said = `frame ${claim.frame} names ${claim.client.ip}${claim.client.port === null ? '' : `, port ${claim.client.port},`} as its client (${claim.name})`;
    if (claim.service !== null) {
      const exact = ofClient.exact(claim.service.ip, claim.service.port);
      if (exact !== undefined) {
        this.#join(claim.hop, exact, 'observed', `${said} and the service it asked`);
        return;
      }
    }
    const atHost = ofClient.at(back.clientIp);
    if (atHost.length > 0) {
      const waited = atHost.filter((hop) => this.#waits(hop, claim));
      if (waited.length > 0) for (const front of waited) this.#join(claim.hop, front, 'observed', said);
      else if (atHost.length === 1) this.#join(claim.hop, atHost[0]!, 'observed', said);
      else {
        // Which of its hops is not told by answers, as those are not in the capture.
        const asked = this.#lastAsked(atHost, claim);
        if (asked !== null) this.#join(claim.hop, asked, 'inferred', `${said}, who asked on this hop last`);
      }
      return;
    }
    // A proxy behind a proxy: the leg between them names the same client.
    const between = ofClient.sayingAt(back.clientIp);
    if (between.length > 0) {
      const anyPort = { times: claim.times, client: { ip: claim.client.ip, port: null } };
      const waited = between.length === 1 ? between : between.filter((hop) => this.#waits(hop, anyPort));
      for (const front of waited) this.#join(claim.hop, front, 'observed', `${said}, and so does this hop`);
      return;
    }
    // The proxy may have one address outside and another inside.
    let alone: number | null = null;
    for (const hop of ofClient.all) {
      if (hop === claim.hop || this.#hops[hop]!.serverIp === back.serverIp || !this.#waits(hop, claim)) continue;
      if (alone !== null) return;
      alone = hop;
    }
    if (alone !== null) {
      this.#join(claim.hop, alone, 'inferred', `${said}, who then waited for an answer on this hop alone`);
    }
  }

  /** Whether the client waited on that hop for an answer when the claim was made; not, where too much was looked at before. */
  #waits(hop: number, { client, times }: Pick<Claim, 'client' | 'times'>): boolean {
    const asked = client.port === null || client.port === 0 ? this.#waiting.get(hop) : this.#byPort(hop, client.port);
    this.#looks++;
    if (asked === undefined || this.#looks >= maxClaimLooks) return false;
    return asked.some(({ leg, time, answerTime, end }) => {
      this.#looks++;
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

  /** The hop on which the client asked last before a claim was made, and was not answered as far as the capture shows. */
  #lastAsked(hops: readonly number[], { times }: Claim): number | null {
    let last: number | null = null;
    let least = longestForwarding;
    for (const hop of hops) {
      for (const { leg, time, answerTime } of this.#waiting.get(hop) ?? []) {
        if (++this.#looks >= maxClaimLooks) return last;
        for (const { capture, seconds } of times) {
          const clock = this.#clocks(capture);
          const before = seconds - clock.offset - time;
          if (clock.domain !== leg.clock.domain || answerTime >= 0 || before < -clockSlack || before >= least) continue;
          least = before;
          last = hop;
        }
      }
    }
    return last;
  }

  /** What the client asked on a hop from one of its ports. */
  #byPort(hop: number, port: number): readonly LegExchange[] | undefined {
    let ports = this.#waitingByPort.get(hop);
    if (ports === undefined) {
      ports = new Map();
      for (const exchange of this.#waiting.get(hop) ?? []) pushTo(ports, exchange.leg.port, exchange);
      this.#waitingByPort.set(hop, ports);
    }
    return ports.get(port);
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
  #followCertificate(sha256: string, sights: readonly HandedOn[]): void {
    const shown = this.#claims.shown.get(sha256) ?? none;
    for (const { hop, frame, times } of sights) {
      const { clientIp } = this.#hops[hop]!;
      const atHost = shown.filter((front) => this.#hops[front]!.serverIp === clientIp);
      // A client shows one certificate to many services of a host: it is the one on which it waits.
      const waited = atHost.filter((front) => this.#waits(front, { times, client: anybody }));
      for (const front of waited.length > 0 ? waited : atHost.length === 1 ? atHost : none) {
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
    const isBehind = (one: number, two: number): boolean => this.#hops[two]!.serverIp === this.#hops[one]!.clientIp;
    // What a capture shows first was not always sent first: the host that both share tells.
    if (!isBehind(back, front)) {
      if (isBehind(front, back)) [back, front] = [front, back];
      else if (orderUnknown) return;
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
    if (joined !== undefined && joined.length >= maxFronts) return;
    if (this.#joined.size >= maxJoins) {
      this.unfollowed++;
      return;
    }
    const pair = back * this.#hops.length + front;
    if (this.#joined.has(pair)) return;
    this.#joined.add(pair);
    const entry = { hop: this.#hops[front]!.id, certainty, basis };
    if (joined === undefined) this.#byHop.set(back, [entry]);
    else joined.push(entry);
  }
}

/** Hops of a client that claims name, and hops that name it. */
class ClaimedHops {
  readonly all: number[] = [];
  readonly #sayingByServer: Map<string, number[]> = new Map();
  readonly #byServer: Map<string, number[]> = new Map();
  readonly #byService: Map<string, number> = new Map();

  add(hop: number, serverIp: string, port: number): void {
    this.all.push(hop);
    this.#byService.set(`${serverIp} ${port}`, hop);
    const hops = this.#byServer.get(serverIp);
    if (hops === undefined) this.#byServer.set(serverIp, [hop]);
    else hops.push(hop);
  }

  /** A hop to that host names the client. */
  addSaying(hop: number, serverIp: string): void {
    const hops = this.#sayingByServer.get(serverIp);
    if (hops === undefined) this.#sayingByServer.set(serverIp, [hop]);
    else if (hops.length < maxFronts && !hops.includes(hop)) hops.push(hop);
  }

  /** The hops to a host that name the client. */
  sayingAt(serverIp: string): readonly number[] {
    return this.#sayingByServer.get(serverIp) ?? none;
  }

  /** The hop to a service. */
  exact(serverIp: string, port: number): number | undefined {
    return this.#byService.get(`${serverIp} ${port}`);
  }

  /** The hops to a host. */
  at(serverIp: string): readonly number[] {
    return this.#byServer.get(serverIp) ?? none;
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

const none: readonly number[] = [];

function pushTo(lists: Map<number, LegExchange[]>, key: number, exchange: LegExchange): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [exchange]);
  else list.push(exchange);
}

/** '400', '20,000', 'a million or more', to one digit. */
function oddsOf(chance: number): string {
  if (chance < 1e-6) return 'more than a million';
  const odds = 1 / chance;
  const unit = 10 ** Math.floor(Math.log10(odds));
  return String(Math.floor(odds / unit) * unit);
}
