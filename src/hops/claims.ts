// What connections say of the hop before them: addresses that a proxy passes on, certificates of clients that it passes on,
// and marks that both legs carry. Kept by hop, each once with a few of its times.
import type { ConnectionRecord } from '../model/connection-record.js';
import type { ForwardingRecord } from '../model/content.js';
import type { Endpoint } from '../model/side.js';

/** Distinct claims and marks kept; a proxy repeats the addresses of its clients. */
export const maxClaims = 65_536;

/** Times kept of a claim that repeats, and hops of a mark. */
const maxTimes = 16;
const maxSightsOfMark = 8;
/** Hops kept that a client certificate was shown on. */
const maxHopsOfCertificate = 64;

/** Says nothing of who sent the request, but of how, or through whom. */
const impersonal: ReadonlySet<string> = new Set(['x-forwarded-proto', 'via']);

/** A hop says that it carries requests of this client. */
export interface Claim {
  hop: number;
  /** 'x-forwarded-for', 'proxy-protocol', … */
  name: string;
  client: { ip: string; port: number | null };
  /** Service that the client spoke to, as a PROXY header tells. */
  service: Endpoint | null;
  /** First frame that says so. */
  frame: number;
  /** Seconds since 1970 by the clock of the capture that shows it, the first few. */
  times: { capture: number; seconds: number }[];
}

/** A mark as it was seen on a hop. */
export interface MarkSight {
  hop: number;
  capture: number;
  time: number;
  frame: number;
}

/** A hop on which a certificate was handed on in a header. */
export interface HandedOn {
  hop: number;
  /** First frame that shows it. */
  frame: number;
  /** As `Claim.times`. */
  times: Claim['times'];
}

/** A connection that carries what another one carries: with its ClientHello, or with its addresses translated. */
export interface RepeatedConnection {
  hop: number;
  /** The other one. */
  flow: number;
  /** Null = nothing is known of a ClientHello, but that its octets are the same. */
  hello: 'same' | 'changed' | null;
  /** Which of both comes first on the way is not known. */
  orderUnknown: boolean;
  frame: number;
}

/** Gathers what connections say of the hop before them. */
export class ClaimStore {
  /** Claims left out for want of room. */
  unkept = 0;
  readonly claims: Map<string, Claim> = new Map();
  /** By name and digest. */
  readonly marks: Map<string, MarkSight[]> = new Map();
  /** Hops on which a certificate was handed on in the content, by its SHA-256. */
  readonly handedOn: Map<string, HandedOn[]> = new Map();
  /** Hops on which a client certificate was shown in the handshake, by its SHA-256. */
  readonly shown: Map<string, number[]> = new Map();
  readonly repeated: RepeatedConnection[] = [];

  /** Takes what `record`, of that hop, says. */
  add(record: ConnectionRecord, hop: number): void {
    const { tls, content, proxyHeader } = record;
    if (proxyHeader !== null && proxyHeader.source !== null) {
      const { source, destination, frame } = proxyHeader;
      this.#claim(hop, 'proxy-protocol', source, destination, frame, record.capture, record.exchanges[0]?.time ?? null);
    }
    if (content !== null) {
      for (const entry of content.forwarding) {
        // The header itself says more.
        if (entry.name === 'proxy-protocol' && proxyHeader !== null) continue;
        if (entry.from === 'client') this.#forwarding(hop, record.capture, entry);
      }
      for (const { kind, where, sha256, frame, from } of content.material) {
        if (kind !== 'certificate' || from !== 'client' || !isHandingOn(where)) continue;
        const asked = content.requests.find((request) => request.frame === frame) ?? record.exchanges[0];
        this.#handOn(sha256, hop, frame, record.capture, asked?.time ?? null);
      }
    }
    if (record.translatedFrom !== undefined && tls?.sameClientRandom == null && this.repeated.length < maxClaims) {
      const { flow } = record.translatedFrom;
      this.repeated.push({ hop, flow, hello: null, orderUnknown: false, frame: record.firstFrame });
    }
    if (tls === null) return;
    const leaf = tls.clientCertificates?.[0];
    if (leaf !== undefined) this.#showCertificate(leaf, hop);
    if (tls.sameClientRandom !== null && this.repeated.length < maxClaims) {
      const { flow, identical, orderUnknown } = tls.sameClientRandom;
      const frame = tls.clientHello?.frame ?? record.firstFrame;
      this.repeated.push({
        hop,
        flow,
        hello: record.translatedFrom?.flow === flow ? null : identical ? 'same' : 'changed',
        orderUnknown: orderUnknown === true,
        frame,
      });
    }
  }

  #forwarding(hop: number, capture: number, { name, client, mark, frame, time }: ForwardingRecord): void {
    if (client !== null) this.#claim(hop, name, client, null, frame, capture, time);
    else if (mark !== null && !impersonal.has(name)) {
      this.#sight(this.marks, `${name} ${mark}`, { hop, capture, time, frame });
    }
  }

  #claim(
    hop: number,
    name: string,
    client: Claim['client'],
    service: Endpoint | null,
    frame: number,
    capture: number,
    time: number | null,
  ): void {
    const key = `${hop} ${name} ${client.ip} ${client.port} ${service?.ip} ${service?.port}`;
    let claim = this.claims.get(key);
    if (claim === undefined) {
      if (this.claims.size >= maxClaims) {
        this.unkept++;
        return;
      }
      claim = { hop, name, client, service, frame, times: [] };
      this.claims.set(key, claim);
    }
    // Connections come in the order of their ends, or as records of an earlier run tell them.
    if (frame < claim.frame) claim.frame = frame;
    if (time !== null && claim.times.length < maxTimes) claim.times.push({ capture, seconds: time });
  }

  #handOn(sha256: string, hop: number, frame: number, capture: number, time: number | null): void {
    let sights = this.handedOn.get(sha256);
    if (sights === undefined) {
      if (this.handedOn.size >= maxClaims) {
        this.unkept++;
        return;
      }
      sights = [];
      this.handedOn.set(sha256, sights);
    }
    let sight = sights.find((known) => known.hop === hop);
    if (sight === undefined) {
      if (sights.length >= maxSightsOfMark) return;
      sight = { hop, frame, times: [] };
      sights.push(sight);
    }
    if (frame < sight.frame) sight.frame = frame;
    if (time !== null && sight.times.length < maxTimes) sight.times.push({ capture, seconds: time });
  }

  #sight(sights: Map<string, MarkSight[]>, key: string, sight: MarkSight): void {
    const known = sights.get(key);
    if (known === undefined) {
      if (sights.size < maxClaims) sights.set(key, [sight]);
      else this.unkept++;
      return;
    }
    const before = known.findIndex(({ hop }) => hop === sight.hop);
    if (before >= 0) {
      if (sight.frame < known[before]!.frame) known[before] = sight;
    } else if (known.length < maxSightsOfMark) known.push(sight);
  }

  #showCertificate(sha256: string, hop: number): void {
    const hops = this.shown.get(sha256);
    if (hops === undefined) {
      if (this.shown.size < maxClaims) this.shown.set(sha256, [hop]);
    } else if (hops.length < maxHopsOfCertificate && hops[hops.length - 1] !== hop && !hops.includes(hop))
      hops.push(hop);
  }
}

/** In a header, or in what a gateway makes of it. */
function isHandingOn(where: string): boolean {
  return where.startsWith('header') || where.includes(' variable ') || where.includes(' attribute ');
}
