import { type Arrival, type Direction, skipAll } from '../model/stream.js';
import { looks } from '../wire/tls/record.js';
import { startKeptTls } from './kept-tls.js';
import { maxWatchedOctets, maxWatchedStretches } from './limits.js';
import { deaf, type Listener } from './listener.js';
import { Openings } from './openings.js';
import type { StreamSession } from './stream-session.js';
import { looksLikeTls } from './tls-start.js';

/** Listens to cleartext, or to what nobody knows, for a while: TLS at the beginning of a stretch of bytes is a change to it. */
export class UpgradeWatch implements Listener {
  readonly #session: StreamSession;
  #octets = 0;
  #stretches = 0;
  /** Made when a stretch may be the beginning of TLS, but is too short to tell. */
  #openings: Openings | null = null;

  constructor(session: StreamSession) {
    this.#session = session;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const session = this.#session;
    if (this.#openings?.has(direction)) return this.#more(this.#openings, direction, bytes, start, end, arrival);
    const verdict = looksLikeTls(bytes, start, end, false);
    if (verdict === looks.yes) {
      session.upgraded = true;
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
    const verdict = looksLikeTls(kept.bytes, 0, kept.length, openings.final[direction]);
    if (verdict === looks.more && !openings.final[direction]) return 0;
    if (verdict === looks.yes) {
      this.#session.upgraded = true;
      startKeptTls(this.#session, openings);
    }
    this.end();
    return verdict === looks.yes && taken < end ? this.#session.data(direction, bytes, taken, end, arrival) : 0;
  }
}
