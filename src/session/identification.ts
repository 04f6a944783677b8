// Names a connection from its first bytes: TLS first, then the protocols; in place where the first segment tells.
import { Opening, recognition } from '../model/protocol.js';
import type { Arrival, Direction } from '../model/stream.js';
import { identify } from '../protocols/identify.js';
import { measureProxyHeader, proxyHeaderUnfinished } from '../protocols/proxy-header.js';
import { readProxyHeader } from '../protocols/proxy-header-reading.js';
import { looks } from '../wire/tls/record.js';
import { isTls, startKeptTls } from './kept-tls.js';
import { type Listener, other } from './listener.js';
import { Openings } from './openings.js';
import type { Stage } from './stage.js';
import { isLoneAlert, looksLikeHello, looksLikeTls, sslv2RecordEnd } from './tls/tls-start.js';

/** Openings that identification looks at: one pair serves all connections, as each look is over before the next. */
const firstOpening = new Opening();
const secondOpening = new Opening();

/** Listens until the protocol is known, or known not to be known. */
export class Identification implements Listener {
  readonly #session: Stage;
  readonly #senderPort: number;
  readonly #peerPort: number;
  /** Made when the first segment does not tell. */
  #openings: Openings | null = null;

  constructor(session: Stage, senderPort: number, peerPort: number) {
    this.#session = session;
    this.#senderPort = senderPort;
    this.#peerPort = peerPort;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const session = this.#session;
    if (this.#openings === null) {
      const verdict = looksLikeTls(bytes, start, end, false);
      if (verdict === looks.yes && sslv2RecordEnd(bytes, start, end) === 0) {
        return session.startTls().data(direction, bytes, start, end, arrival);
      }
      if (verdict === looks.no && this.#namedInPlace(direction, bytes, start, end)) {
        return session.data(direction, bytes, start, end, arrival);
      }
      this.#openings = new Openings(session.context.octets, direction);
    }
    const openings = this.#openings;
    if (this.#changesToTls(openings, direction, bytes, start, end)) {
      this.#release();
      // Else the capture began in the middle of a record.
      session.upgraded = looksLikeHello(bytes, start, end, false) !== looks.no;
      return session.startTls().data(direction, bytes, start, end, arrival);
    }
    const taken = openings.keep(direction, bytes, start, end, arrival);
    this.#identify(openings);
    // What could not be kept goes to whoever listens now.
    return this.#openings === null && taken < end ? session.data(direction, bytes, taken, end, arrival) : 0;
  }

  gap(direction: Direction): number {
    // What follows the gap is no opening.
    this.#openings ??= new Openings(this.#session.context.octets, direction);
    this.#openings.final[direction] = true;
    this.#identify(this.#openings);
    return 0;
  }

  closed(direction: Direction, reset: boolean): void {
    if (this.#openings === null) return;
    this.#openings.final[direction] = true;
    if (reset) this.#openings.final[other(direction)] = true;
    this.#identify(this.#openings);
  }

  end(): void {
    if (this.#openings === null) return;
    this.#openings.final[0] = true;
    this.#openings.final[1] = true;
    this.#identify(this.#openings);
    this.#release();
  }

  #namedInPlace(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    showLent(firstOpening, bytes, start, end);
    if (measureProxyHeader(firstOpening) !== 0) return false;
    showLent(secondOpening, bytes, start, start);
    const found = identify(firstOpening, secondOpening, this.#senderPort, this.#peerPort, 'tcp');
    if (found.protocol === null) return false;
    this.#session.named(found.protocol, found.recognition, direction, this.#likelyClient);
    return true;
  }

  /** Whether TLS begins with these bytes, after something unknown in the same direction. */
  #changesToTls(openings: Openings, direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const kept = openings.kept(direction);
    if (kept === null || kept.length === 0) return false;
    if (looksLikeTls(bytes, start, end, true) !== looks.yes) return false;
    return looksLikeTls(kept.bytes, 0, kept.length, false) === looks.no;
  }

  /** Looks at what is kept of both directions. */
  #identify(openings: Openings): void {
    if (this.#stripProxyHeader(openings, 0) || this.#stripProxyHeader(openings, 1)) return;
    const tls = this.#findTls(openings);
    if (tls === looks.more) return;
    if (tls === looks.yes) {
      startKeptTls(this.#session, openings);
      this.#release();
      return;
    }
    const { first } = openings;
    openings.show(first, firstOpening);
    openings.show(other(first), secondOpening);
    if (firstOpening.length === 0) return;
    const found = identify(firstOpening, secondOpening, this.#senderPort, this.#peerPort, 'tcp');
    const session = this.#session;
    if (found.protocol !== null) session.named(found.protocol, found.recognition, first, this.#likelyClient);
    else if (found.recognition === recognition.no || (openings.final[0] && openings.final[1])) {
      session.unnamed(this.#likelyClient);
    } else return;
    this.#openings = null;
    openings.tell(session);
  }

  /** The higher port is the client's. */
  get #likelyClient(): Direction {
    return this.#senderPort < this.#peerPort ? 1 : 0;
  }

  #findTls(openings: Openings): number {
    for (const direction of [0, 1] as const) {
      const kept = openings.kept(direction);
      if (kept === null || kept.length === 0) continue;
      const verdict = looksLikeTls(kept.bytes, 0, kept.length, openings.final[direction]);
      if (verdict === looks.no || this.#refusesOther(openings, direction)) continue;
      const isShort = sslv2RecordEnd(kept.bytes, 0, kept.length) > kept.length;
      return isShort && !openings.final[direction] ? looks.more : verdict;
    }
    return looks.no;
  }

  /** Whether a direction answers what is no TLS with an alert. */
  #refusesOther(openings: Openings, direction: Direction): boolean {
    const { first } = openings;
    if (direction === first || !openings.has(first) || isTls(openings, first)) return false;
    const kept = openings.kept(direction)!;
    return isLoneAlert(kept.bytes, 0, kept.length);
  }

  /** Steps over a PROXY protocol header; true while more of it is to come. */
  #stripProxyHeader(openings: Openings, direction: Direction): boolean {
    const session = this.#session;
    if ((session.notes !== null && session.notes.header !== null) || !openings.has(direction)) return false;
    const header = measureProxyHeader(openings.show(direction, firstOpening));
    if (header === 0) return false;
    if (header === proxyHeaderUnfinished || header > firstOpening.length) return !openings.final[direction];
    session.client ??= direction;
    const kept = openings.kept(direction)!;
    readProxyHeader(kept.bytes, 0, header, kept.arrival, session.takeNotes(direction));
    openings.drop(direction, header);
    return false;
  }

  #release(): void {
    this.#openings?.release();
    this.#openings = null;
  }
}

function showLent(opening: Opening, bytes: Uint8Array, start: number, end: number): void {
  opening.bytes = bytes;
  opening.start = start;
  opening.end = end;
  opening.final = false;
}
