// What joining needs of each connection: its questions and answers by time and volume, packed. Only hosts that both accept and
// open connections can be proxies; which ones do is known at the end, so everything is kept until the room runs out, and then
// only what is about such hosts.
import type { ConnectionRecord } from '../model/connection-record.js';
import { protectionOctets } from './protection.js';

/** Exchanges kept at a time, 48 octets each. A capture of an hour at one proxy has fewer; a flood of any number is bounded. */
export const maxLegExchanges = 262_144;

const firstRoom = 1024;
/** Numbers of an exchange: leg, time, time of the answer (-1 without), end, octets of question and answer without protection. */
const fields = 6;

/** One connection that said something, as joining sees it. */
export interface Leg {
  /** Index of its hop. */
  hop: number;
  /** Port of the client's end. */
  port: number;
  /** Questions and answers run into one another: HTTP/2 and its like. */
  multiplexed: boolean;
  /** Speaks HTTP, or may: headers are rewritten on the way. */
  http: boolean;
  /** RFC 3339: first packet. Parsed where it is asked for only. */
  startTime: string;
  /** Seconds since 1970 of the last octets of an answer among those kept. */
  answeredUntil: number;
}

/** One question and answer, read from the store. Times are seconds since 1970, volumes octets without TLS. */
export interface LegExchange {
  leg: Leg;
  /** When the connection was opened for its first question; for all others `time`. */
  wished: number;
  time: number;
  /** -1 without an answer. */
  answerTime: number;
  end: number;
  asked: number;
  answered: number;
}

/** Keeps exchanges of connections in the order of their coming, within bounds. */
export class LegStore {
  /** Exchanges left out, though their hop may be a leg of a joined path. */
  unkept = 0;
  readonly #most: number;
  #legs: Leg[] = [];
  #numbers: Float64Array = new Float64Array(firstRoom * fields);
  #count = 0;
  /** The room ran out once: exchanges of hosts that are no proxies are no longer taken. */
  #selective: ((hop: number) => boolean) | null = null;

  /** `most` exchanges are kept. */
  constructor(most: number = maxLegExchanges) {
    this.#most = most;
  }

  /** Keeps what `record` asked and answered; `mayJoin` tells which hops have a host that accepts and opens connections. */
  add(record: ConnectionRecord, hop: number, mayJoin: () => (hop: number) => boolean): void {
    const { exchanges } = record;
    if (exchanges.length === 0 || record.kind === 'opaque') return;
    if (this.#count + exchanges.length > this.#most && !this.#makeRoom(mayJoin)) {
      if (this.#selective!(hop)) this.unkept += exchanges.length;
      return;
    }
    if (this.#selective !== null && !this.#selective(hop)) return;
    const leg = this.#legs.length;
    const protection = protectionOctets(record.tls);
    let answeredUntil = 0;
    for (const exchange of exchanges) {
      // A greeting is an answer to nothing.
      if (exchange.clientOctets === 0) continue;
      if (exchange.answerTime !== null) answeredUntil = exchange.endTime;
      const at = this.#nextPlace();
      const numbers = this.#numbers;
      numbers[at] = leg;
      numbers[at + 1] = exchange.time;
      numbers[at + 2] = exchange.answerTime ?? -1;
      numbers[at + 3] = exchange.endTime;
      numbers[at + 4] = protection.without(exchange.clientOctets);
      numbers[at + 5] = protection.without(exchange.serverOctets);
    }
    this.#legs.push({
      hop,
      port: record.client.port,
      multiplexed: isMultiplexed(record),
      http: mayBeHttp(record),
      startTime: record.startTime,
      answeredUntil,
    });
  }

  /** The exchanges of all hops that `wanted` names, those of a connection one after the other. */
  *exchanges(wanted: (hop: number) => boolean): Iterable<LegExchange> {
    const numbers = this.#numbers;
    let before: Leg | null = null;
    for (let at = 0; at < this.#count * fields; at += fields) {
      const leg = this.#legs[numbers[at]!]!;
      if (!wanted(leg.hop)) continue;
      const time = numbers[at + 1]!;
      // What opened the connection was the wish to ask, not the question after the handshakes.
      const wished = before === leg ? time : Math.min(time, secondsOf(leg.startTime));
      before = leg;
      yield {
        leg,
        wished,
        time,
        answerTime: numbers[at + 2]!,
        end: numbers[at + 3]!,
        asked: numbers[at + 4]!,
        answered: numbers[at + 5]!,
      };
    }
  }

  #nextPlace(): number {
    const at = this.#count++ * fields;
    if (at < this.#numbers.length) return at;
    const grown = new Float64Array(this.#numbers.length * 2);
    grown.set(this.#numbers);
    this.#numbers = grown;
    return at;
  }

  /** Forgets what is about hosts that are no proxies; false when that made no room. */
  #makeRoom(mayJoin: () => (hop: number) => boolean): boolean {
    if (this.#selective !== null) return false;
    const selects = mayJoin();
    this.#selective = selects;
    const numbers = this.#numbers;
    const legs: Leg[] = [];
    const moved = new Map<number, number>();
    let kept = 0;
    for (let at = 0; at < this.#count * fields; at += fields) {
      const before = numbers[at]!;
      const leg = this.#legs[before]!;
      if (!selects(leg.hop)) continue;
      let now = moved.get(before);
      if (now === undefined) {
        now = legs.push(leg) - 1;
        moved.set(before, now);
      }
      numbers.copyWithin(kept, at, at + fields);
      numbers[kept] = now;
      kept += fields;
    }
    this.#legs = legs;
    this.#count = kept / fields;
    return this.#count < this.#most - firstRoom;
  }
}

/** Seconds since 1970 of an RFC 3339 time, to the microsecond. */
function secondsOf(time: string): number {
  const fraction = /\.\d+/.exec(time)?.[0] ?? '';
  return Date.parse(time.replace(fraction, '')) / 1000 + Number(fraction);
}

const multiplexed: ReadonlySet<string> = new Set(['h2', 'h2c', 'http2', 'grpc', 'h3']);
const http: ReadonlySet<string> = new Set([
  ...multiplexed,
  'http',
  'http/1.0',
  'http/1.1',
  'websocket',
  'fastcgi',
  'uwsgi',
  'scgi',
  'ajp',
]);

function isMultiplexed({ protocol, tls }: ConnectionRecord): boolean {
  return multiplexed.has(protocol ?? '') || multiplexed.has(tls?.serverHello?.alpn ?? '');
}

/** In TLS that names no protocol, anything may be spoken. */
function mayBeHttp({ kind, protocol }: ConnectionRecord): boolean {
  return protocol === null ? kind === 'tls' : http.has(protocol);
}
