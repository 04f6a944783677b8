// What is said on one connection: names it from its first bytes, follows TLS, and watches cleartext for a change to TLS.
import type { FlowKind } from '../model/connection-record.js';
import { Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Arrival, type Conversation, type Direction, skipAll } from '../model/stream.js';
import { identify } from '../protocols/identify.js';
import { measureProxyHeader, proxyHeaderUnfinished } from '../protocols/proxy-header.js';
import { looks } from '../wire/tls/record.js';
import { identifyDatagram } from './datagram-tls.js';
import { maxWatchedOctets, maxWatchedStretches } from './limits.js';
import { Openings } from './openings.js';
import type { SessionContext } from './session-context.js';
import { TlsConversation } from './tls-conversation.js';
import { looksLikeTls, sslv2RecordEnd } from './tls-start.js';

const phases = {
  identifying: 0,
  watching: 1,
  tls: 2,
  /** The client's hello had SSLv2's format: the server answers in it, or in records. */
  sslv2: 3,
  settled: 4,
} as const;

/** Openings that identification looks at: one pair serves all connections, as each look is over before the next. */
const firstOpening = new Opening();
const secondOpening = new Opening();

/** One connection's conversation; read by the record builder when the connection is over. */
export class Session implements Conversation {
  /** Told by a protocol's content; null while unnamed. */
  protocol: Protocol | null = null;
  /** Named or not, cleartext went before TLS. */
  upgraded = false;
  /** A PROXY protocol header stood before everything else. */
  proxyHeader = false;
  /** Direction of the client as the protocol tells; null while it doesn't. */
  client: Direction | null = null;
  tls: TlsConversation | null = null;
  /** What a UDP exchange was found to be: 'quic', 'dtls'. */
  datagramTls: 'quic' | 'dtls' | null = null;
  readonly #context: SessionContext;
  readonly #transport: 'tcp' | 'udp';
  readonly #flowId: number;
  readonly #senderPort: number;
  readonly #peerPort: number;
  #watched = 0;
  #phase: number = phases.identifying;
  #stretches = 0;
  /** Made when the first segment does not tell. */
  #openings: Openings | null = null;

  constructor(context: SessionContext, transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number) {
    this.#context = context;
    this.#transport = transport;
    this.#flowId = flowId;
    this.#senderPort = senderPort;
    this.#peerPort = peerPort;
  }

  /** What the connection carries, as far as it is known. */
  get kind(): FlowKind {
    if (this.tls !== null) return this.upgraded ? 'starttls' : 'tls';
    if (this.datagramTls !== null) return 'tls';
    return this.protocol?.kind ?? 'unknown';
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    switch (this.#phase) {
      case phases.tls:
        return this.tls!.data(direction, bytes, start, end, arrival);
      case phases.identifying:
        return this.#open(direction, bytes, start, end, arrival);
      case phases.watching:
        return this.#watch(direction, bytes, start, end, arrival);
      case phases.sslv2:
        return this.#sslv2Answer(direction, bytes, start, end, arrival);
      default:
        return skipAll;
    }
  }

  gap(direction: Direction, length: number, _arrival: Arrival): number {
    if (this.#phase === phases.tls || this.#phase === phases.sslv2) return this.tls!.gap(direction, length);
    if (this.#phase === phases.identifying) {
      // What follows the gap is no opening.
      this.#openings ??= new Openings(this.#context.octets, direction);
      this.#openings.final[direction] = true;
      this.#identify(this.#openings);
    }
    return this.#phase === phases.settled ? skipAll : 0;
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, _arrival: Arrival): number {
    const tls = identifyDatagram(bytes, start, end);
    if (tls !== null) {
      this.datagramTls = tls.name;
      this.client = tls.fromClient === null ? null : tls.fromClient ? direction : other(direction);
      return skipAll;
    }
    showLent(firstOpening, bytes, start, end, true);
    showLent(secondOpening, bytes, start, start, true);
    const identification = identify(firstOpening, secondOpening, this.#senderPort, this.#peerPort, 'udp');
    if (identification.protocol === null) return ++this.#stretches > maxDatagramLooks ? skipAll : 0;
    this.protocol = identification.protocol;
    this.#noteClient(identification.recognition, direction);
    return skipAll;
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.tls?.closed(direction, reset, arrival);
    if (this.#phase !== phases.identifying || this.#openings === null) return;
    this.#openings.final[direction] = true;
    if (reset) this.#openings.final[other(direction)] = true;
    this.#identify(this.#openings);
  }

  /** The connection is over: decides with what there is, and gives all budgets back. */
  end(): void {
    if (this.#phase === phases.identifying && this.#transport === 'tcp' && this.#openings !== null) {
      this.#openings.final[0] = true;
      this.#openings.final[1] = true;
      this.#identify(this.#openings);
    }
    this.#releaseOpenings();
    this.tls?.end();
  }

  #open(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    if (this.#openings === null) {
      // The usual case: the first segment tells, in place.
      const verdict = looksLikeTls(bytes, start, end, false);
      if (verdict === looks.yes && sslv2RecordEnd(bytes, start, end) === 0) {
        return this.#startTls(direction, bytes, start, end, arrival);
      }
      if (verdict === looks.no && this.#namedInPlace(direction, bytes, start, end)) {
        return this.#phase === phases.settled ? skipAll : 0;
      }
      this.#openings = new Openings(this.#context.octets, direction);
    }
    const openings = this.#openings;
    const isLater = openings.has(direction) && !this.#keptMayBeTls(openings, direction);
    if (isLater && looksLikeTls(bytes, start, end, true) === looks.yes) {
      // Something unknown came before.
      this.upgraded = true;
      return this.#startTls(direction, bytes, start, end, arrival);
    }
    const taken = openings.keep(direction, bytes, start, end, arrival);
    this.#identify(openings);
    return this.#goOn(direction, bytes, taken, end, arrival);
  }

  #namedInPlace(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    showLent(firstOpening, bytes, start, end, false);
    if (measureProxyHeader(firstOpening) !== 0) return false;
    showLent(secondOpening, bytes, start, start, false);
    const identification = identify(firstOpening, secondOpening, this.#senderPort, this.#peerPort, 'tcp');
    if (identification.protocol === null) return false;
    this.#named(identification.protocol, identification.recognition, direction);
    return true;
  }

  #keptMayBeTls(openings: Openings, direction: Direction): boolean {
    const kept = openings.kept(direction)!;
    return kept.length === 0 || looksLikeTls(kept.bytes, 0, kept.length, false) !== looks.no;
  }

  /** What could not be kept of a stretch goes to whoever listens now. */
  #goOn(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    if (this.#phase === phases.settled) return skipAll;
    return this.tls !== null && start < end ? this.tls.data(direction, bytes, start, end, arrival) : 0;
  }

  /** Looks at what is kept of both directions. */
  #identify(openings: Openings): void {
    for (const direction of [0, 1] as const) if (this.#stripProxyHeader(openings, direction)) return;
    for (const direction of [0, 1] as const) {
      const kept = openings.kept(direction);
      if (kept === null || kept.length === 0) continue;
      const verdict = looksLikeTls(kept.bytes, 0, kept.length, openings.final[direction]);
      if (verdict === looks.more && !openings.final[direction]) return;
      if (verdict !== looks.yes) continue;
      const sslv2End = sslv2RecordEnd(kept.bytes, 0, kept.length);
      if (sslv2End > kept.length && !openings.final[direction]) return;
      this.#startKeptTls(openings);
      return;
    }
    const { first } = openings;
    openings.show(first, firstOpening);
    openings.show(other(first), secondOpening);
    if (firstOpening.length === 0) return;
    const identification = identify(firstOpening, secondOpening, this.#senderPort, this.#peerPort, 'tcp');
    if (identification.protocol !== null) {
      this.#named(identification.protocol, identification.recognition, first);
    } else if (identification.recognition === recognition.no || (openings.final[0] && openings.final[1])) {
      this.#phase = phases.watching;
      this.#releaseOpenings();
    }
  }

  /** Steps over a PROXY protocol header; true while more of it is to come. */
  #stripProxyHeader(openings: Openings, direction: Direction): boolean {
    if (this.proxyHeader || !openings.has(direction)) return false;
    const header = measureProxyHeader(openings.show(direction, firstOpening));
    if (header === 0) return false;
    if (header === proxyHeaderUnfinished || header > firstOpening.length) return !openings.final[direction];
    this.proxyHeader = true;
    this.client ??= direction;
    openings.drop(direction, header);
    return false;
  }

  /** A protocol was told; `first` is the direction that its recogniser took for the first. */
  #named(protocol: Protocol, how: number, first: Direction): void {
    this.protocol = protocol;
    this.#noteClient(how, first);
    this.#releaseOpenings();
    this.#phase = protocol.kind === 'opaque' ? phases.settled : phases.watching;
  }

  #noteClient(how: number, first: Direction): void {
    if (how === recognition.firstIsClient) this.client ??= first;
    else if (how === recognition.firstIsServer) this.client ??= other(first);
  }

  #startTls(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    this.tls = new TlsConversation(this.#context, this.#flowId);
    this.#phase = phases.tls;
    this.#releaseOpenings();
    return this.tls.data(direction, bytes, start, end, arrival);
  }

  /** TLS stands in the kept octets: hands them on, those of the direction that spoke first before the other's. */
  #startKeptTls(openings: Openings): void {
    const tls = new TlsConversation(this.#context, this.#flowId);
    this.tls = tls;
    this.#phase = phases.tls;
    const { first } = openings;
    let hellos = 0;
    for (const direction of [first, other(first)]) {
      const kept = openings.kept(direction);
      if (kept === null) continue;
      let at = 0;
      const sslv2End = sslv2RecordEnd(kept.bytes, 0, kept.length);
      if (sslv2End > 0) {
        at = Math.min(sslv2End, kept.length);
        tls.sslv2Hello(direction, kept.bytes, 0, at, kept.arrival);
        hellos++;
      }
      if (at < kept.length) tls.data(direction, kept.bytes, at, kept.length, kept.arrival);
    }
    this.#releaseOpenings();
    if (hellos > 0) this.#phase = tls.observations.sslv2ServerFrame > 0 ? phases.settled : phases.sslv2;
  }

  /** The server's first bytes after a client hello in SSLv2's format. */
  #sslv2Answer(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const tls = this.tls!;
    if (direction === tls.observations.client) return tls.data(direction, bytes, start, end, arrival);
    this.#openings ??= new Openings(this.#context.octets, direction);
    const openings = this.#openings;
    const taken = openings.keep(direction, bytes, start, end, arrival);
    const kept = openings.kept(direction)!;
    const answer = looksLikeTls(kept.bytes, 0, kept.length, openings.final[direction]);
    const recordEnd = answer === looks.yes ? sslv2RecordEnd(kept.bytes, 0, kept.length) : 0;
    if ((answer === looks.more || recordEnd > kept.length) && !openings.final[direction]) return 0;
    if (recordEnd > 0) {
      tls.sslv2Hello(direction, kept.bytes, 0, Math.min(recordEnd, kept.length), kept.arrival);
      // What follows is encrypted, in records of SSLv2.
      this.#phase = phases.settled;
    } else {
      this.#phase = phases.tls;
      tls.data(direction, kept.bytes, 0, kept.length, kept.arrival);
    }
    this.#releaseOpenings();
    return this.#phase === phases.settled ? skipAll : this.#goOn(direction, bytes, taken, end, arrival);
  }

  /** Cleartext, or nothing known: a ClientHello at the beginning of a stretch of bytes changes to TLS. */
  #watch(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const openings = this.#openings;
    if (openings?.has(direction)) {
      const taken = openings.keep(direction, bytes, start, end, arrival);
      const kept = openings.kept(direction)!;
      const verdict = looksLikeTls(kept.bytes, 0, kept.length, openings.final[direction]);
      if (verdict === looks.yes) {
        this.upgraded = true;
        this.#startKeptTls(openings);
        return this.#goOn(direction, bytes, taken, end, arrival);
      }
      if (verdict === looks.no || openings.final[direction]) this.#releaseOpenings();
      return 0;
    }
    const verdict = looksLikeTls(bytes, start, end, false);
    if (verdict === looks.yes) {
      this.upgraded = true;
      return this.#startTls(direction, bytes, start, end, arrival);
    }
    if (verdict === looks.more) {
      this.#openings = new Openings(this.#context.octets, direction);
      this.#openings.keep(direction, bytes, start, end, arrival);
      return 0;
    }
    this.#watched += end - start;
    this.#stretches++;
    return this.#watched > maxWatchedOctets || this.#stretches > maxWatchedStretches ? skipAll : 0;
  }

  #releaseOpenings(): void {
    this.#openings?.release(0);
    this.#openings?.release(1);
    this.#openings = null;
  }
}

/** Datagrams of an exchange that are looked at before it stays unnamed. */
const maxDatagramLooks = 4;

function showLent(opening: Opening, bytes: Uint8Array, start: number, end: number, final: boolean): void {
  opening.bytes = bytes;
  opening.start = start;
  opening.end = end;
  opening.final = final;
}

function other(direction: Direction): Direction {
  return direction === 0 ? 1 : 0;
}
