import { type Arrival, type Direction, skipAll } from '../model/stream.js';
import { type Looks, looks } from '../wire/tls/record.js';
import type { ContentReader } from './content/content-reader.js';
import { isTls, startKeptTls } from './kept-tls.js';
import { maxWatchedOctets, maxWatchedStretches } from './limits.js';
import { deaf, type Listener, other } from './listener.js';
import { Openings } from './openings.js';
import type { Stage } from './stage.js';
import { isLoneAlert, looksLikeHello, looksLikeTls } from './tls/tls-start.js';

/**
 * Listens to cleartext, or to what nobody knows: hands it to whoever reads it, and watches for TLS. TLS at the beginning of a
 * stretch of bytes is a change to it. Without a reader it listens only for a while.
 */
export class UpgradeWatch implements Listener {
  readonly #session: Stage;
  readonly #reader: ContentReader | null;
  #octets = 0;
  #stretches = 0;
  /** Octets are missing, perhaps the hello. */
  #missed = false;
  /** Made when a stretch may be the beginning of TLS, but is too short to tell. */
  #openings: Openings | null = null;

  constructor(session: Stage, reader: ContentReader | null) {
    this.#session = session;
    this.#reader = reader;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const session = this.#session;
    if (session.telling) return this.#read(direction, bytes, start, end, arrival);
    const openings = this.#openings;
    if (openings?.has(direction)) return this.#more(openings, direction, bytes, start, end, arrival);
    const verdict = this.#judge(bytes, start, end, false);
    if (verdict === looks.no) {
      // The peer's answer: what was too short to tell before it was whole.
      if (openings !== null) this.#tellKept();
      return this.#read(direction, bytes, start, end, arrival);
    }
    if (verdict === looks.yes) {
      this.#tellKept();
      this.#noteUpgrade(bytes, start, end, arrival);
      return session.startTls().data(direction, bytes, start, end, arrival);
    }
    this.#openings ??= new Openings(session.context.octets, direction);
    const taken = this.#openings.keep(direction, bytes, start, end, arrival);
    if (taken === end) return 0;
    // The memory budget is spent.
    this.#tellKept();
    return this.#read(direction, bytes, taken, end, arrival);
  }

  gap(direction: Direction, length: number): number {
    this.#tellKept();
    this.#missed = true;
    return this.#after(this.#reader?.gap(direction, length) ?? 0);
  }

  closed(): void {}

  end(): void {
    this.#tellKept();
    this.#reader?.end();
  }

  /** Stretches that were too short to tell were no TLS. */
  #tellKept(): void {
    const openings = this.#openings;
    this.#openings = null;
    openings?.tell(this.#session);
  }

  #read(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    this.#octets += end - start;
    this.#stretches++;
    return this.#after(this.#reader?.data(direction, bytes, start, end, arrival) ?? 0);
  }

  /** What is to be stepped over, given what the reader would: nothing more is wanted when both it and the watch are done. */
  #after(skip: number): number {
    const watches = this.#octets <= maxWatchedOctets && this.#stretches <= maxWatchedStretches;
    if (watches) return skip === skipAll ? 0 : skip;
    if (this.#reader !== null && !this.#reader.done) return skip;
    this.#reader?.end();
    this.#session.hand(deaf);
    return skipAll;
  }

  #more(
    openings: Openings,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): number {
    const taken = openings.keep(direction, bytes, start, end, arrival);
    const kept = openings.kept(direction)!;
    const verdict = this.#judge(kept.bytes, 0, kept.length, openings.final[direction]);
    if (verdict === looks.more && !openings.final[direction]) return 0;
    if (verdict !== looks.yes) {
      // The stretch that was too short to tell was nothing; this one is judged by itself.
      openings.takeBack(direction, taken - start);
      this.#tellKept();
      return this.#session.data(direction, bytes, start, end, arrival);
    }
    const peer = other(direction);
    const before = openings.kept(peer);
    if (before !== null && !isTls(openings, peer))
      this.#reader?.data(peer, before.bytes, 0, before.length, before.arrival);
    this.#noteUpgrade(kept.bytes, 0, kept.length, kept.arrival);
    this.#openings = null;
    startKeptTls(this.#session, openings);
    openings.release();
    return taken < end ? this.#session.data(direction, bytes, taken, end, arrival) : 0;
  }

  /** Where the hello may be missing, records in step tell TLS too: a capture may begin in the middle of one. */
  #judge(bytes: Uint8Array, start: number, end: number, final: boolean): Looks {
    const helloTells = this.#session.protocol !== null && !this.#missed;
    if (helloTells || isLoneAlert(bytes, start, end)) return looksLikeHello(bytes, start, end, final);
    return looksLikeTls(bytes, start, end, final);
  }

  #noteUpgrade(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const session = this.#session;
    session.upgraded ||= session.protocol !== null || looksLikeHello(bytes, start, end, false) !== looks.no;
    if (session.upgraded) {
      this.#reader?.upgraded(session.protocol, arrival);
      return;
    }
    // The capture began in the middle of a record.
    this.#reader?.end();
    session.notes?.discard();
  }
}
