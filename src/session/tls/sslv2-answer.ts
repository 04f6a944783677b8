import type { Arrival, Direction } from '../../model/stream.js';
import { looks } from '../../wire/tls/record.js';
import { deaf, type Listener } from '../listener.js';
import { Openings } from '../openings.js';
import type { Stage } from '../stage.js';
import type { TlsConversation } from './tls-conversation.js';
import { looksLikeTls, sslv2RecordEnd } from './tls-start.js';

/** Listens after a client's hello in SSLv2's format: the server answers in that format, or in records of TLS. */
export class Sslv2Answer implements Listener {
  readonly #session: Stage;
  readonly #tls: TlsConversation;
  #openings: Openings | null = null;

  constructor(session: Stage, tls: TlsConversation) {
    this.#session = session;
    this.#tls = tls;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const session = this.#session;
    const tls = this.#tls;
    if (tls.observations.answer.sslv2ServerFrame > 0) return this.#hearNothing(direction, bytes, start, end, arrival);
    if (direction === tls.observations.client) return tls.data(direction, bytes, start, end, arrival);
    this.#openings ??= new Openings(session.context.octets, direction);
    const openings = this.#openings;
    const taken = openings.keep(direction, bytes, start, end, arrival);
    const kept = openings.kept(direction)!;
    const answer = looksLikeTls(kept.bytes, 0, kept.length, openings.final[direction]);
    const recordEnd = answer === looks.yes ? sslv2RecordEnd(kept.bytes, 0, kept.length) : 0;
    if ((answer === looks.more || recordEnd > kept.length) && !openings.final[direction]) return 0;
    if (recordEnd > 0) {
      tls.sslv2Hello(direction, kept.bytes, 0, Math.min(recordEnd, kept.length), kept.arrival);
      session.hand(deaf);
    } else {
      session.hand(tls);
      tls.data(direction, kept.bytes, 0, kept.length, kept.arrival);
    }
    this.end();
    return taken < end ? session.data(direction, bytes, taken, end, arrival) : 0;
  }

  /** What follows an SSLv2 SERVER-HELLO is encrypted, in records of SSLv2. */
  #hearNothing(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    this.#session.hand(deaf);
    return deaf.data(direction, bytes, start, end, arrival);
  }

  gap(direction: Direction, length: number): number {
    return this.#tls.gap(direction, length);
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.#tls.closed(direction, reset, arrival);
  }

  end(): void {
    this.#openings?.release();
    this.#openings = null;
  }
}
