import { type Arrival, type Direction, skipAll } from '../model/stream.js';
import { type Looks, looks } from '../wire/tls/record.js';
import { startKeptTls } from './kept-tls.js';
import { maxWatchedOctets, maxWatchedStretches } from './limits.js';
import { deaf, type Listener } from './listener.js';
import { Openings } from './openings.js';
import type { Stage } from './stage.js';
import { isLoneAlert, looksLikeHello, looksLikeTls } from './tls-start.js';

/** Listens to cleartext, or to what nobody knows, for a while: TLS at the beginning of a stretch of bytes is a change to it. */
export class UpgradeWatch implements Listener {
  readonly #session: Stage;
  #octets = 0;
  #stretches = 0;
  /** Octets are missing, perhaps the hello. */
  #missed = false;
  /** Made when a stretch may be the beginning of TLS, but is too short to tell. */
  #openings: Openings | null = null;

  constructor(session: Stage) {
    this.#session = session;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const session = this.#session;
    if (this.#openings?.has(direction)) return this.#more(this.#openings, direction, bytes, start, end, arrival);
    const verdict = this.#judge(bytes, start, end, false);
    if (verdict === looks.yes) {
      this.end();
      this.#noteUpgrade(bytes, start, end);
      return session.startTls().data(direction, bytes, start, end, arrival);
    }
    if (verdict === looks.more) {
      this.#openings ??= new Openings(session.context.octets, direction);
      this.#openings.keep(direction, bytes, start, end, arrival);
      return 0;
    }
    this.#octets += end - start;
    this.#stretches++;
    if (this.#octets <= maxWatchedOctets && this.#stretches <= maxWatchedStretches) return 0;
    this.end();
    session.hand(deaf);
    return skipAll;
  }

  gap(): number {
    this.end();
    this.#missed = true;
    return 0;
  }

  closed(): void {}

  end(): void {
    this.#openings?.release();
    this.#openings = null;
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
      this.end();
      return this.data(direction, bytes, start, end, arrival);
    }
    this.#noteUpgrade(kept.bytes, 0, kept.length);
    startKeptTls(this.#session, openings);
    this.end();
    return taken < end ? this.#session.data(direction, bytes, taken, end, arrival) : 0;
  }

  /** Where the hello may be missing, records in step tell TLS too: a capture may begin in the middle of one. */
  #judge(bytes: Uint8Array, start: number, end: number, final: boolean): Looks {
    const helloTells = this.#session.protocol !== null && !this.#missed;
    if (helloTells || isLoneAlert(bytes, start, end)) return looksLikeHello(bytes, start, end, final);
    return looksLikeTls(bytes, start, end, final);
  }

  #noteUpgrade(bytes: Uint8Array, start: number, end: number): void {
    const session = this.#session;
    session.upgraded ||= session.protocol !== null || looksLikeHello(bytes, start, end, false) !== looks.no;
  }
}
