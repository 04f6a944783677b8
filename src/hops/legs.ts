// What joining needs of each connection: its questions and answers by time and volume, packed. Only hosts that both accept and
// open connections can be proxies; which ones do is known at the end, so everything is kept until the room runs out, and then
// only what is about such hosts.
import { type ClockPosition, type Clocks, oneClock } from '../model/clock.js';
import {
  type ConnectionRecord,
  type ExchangeRecord,
  maxExchanges,
  type TlsSession,
} from '../model/connection-record.js';
import type { RequestRecord } from '../model/content.js';
import { protectionOf } from './protection.js';

/**
 * Exchanges kept at a time, 64 octets each, as long as nobody knows which hosts are proxies. A busy proxy has more in an
 * hour, so of proxies alone this many times as many are kept; a flood of any number is bounded.
 */
export const maxLegExchanges = 131_072;
const proxiesShare = 4;

const firstRoom = 1024;
/**
 * Numbers of an exchange: hop, traits, when it was wished, its time, that of its answer (-1 without), its end, octets of
 * question and answer without protection. Those of a connection follow each other.
 */
const fields = 8;

/** Traits: the port of the client's end, and bits; above them the index of the capture. */
const portBits = 0xffff;
const traits = { multiplexed: 0x10000, http: 0x20000, first: 0x40000, timed: 0x80000 } as const;
const captureUnit = 0x100000;

/** Seconds within which an opened connection is still a sign of the wish to ask. */
const wishSeconds = 60;
const hourSeconds = 3600;

const none: readonly RequestRecord[] = [];

/** One connection that said something, as joining sees it. */
export interface Leg {
  /** Index of its hop. */
  hop: number;
  /** Port of the client's end. */
  port: number;
  /** Questions and answers may run into one another: HTTP/2 and its like. Whoever joins finds out where they don't. */
  multiplexed: boolean;
  /** Its requests could be read: each has a time of its own, and of what is answered its share. */
  timed: boolean;
  /** Speaks HTTP, or may: headers are rewritten on the way. */
  http: boolean;
  /** Seconds since 1970 of the last octets of an answer among those kept; 0 without any. */
  answeredUntil: number;
  /** Of the capture that shows it; all times are told without its offset. */
  clock: ClockPosition;
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
  #numbers: Float64Array = new Float64Array(firstRoom * fields);
  #count = 0;
  /** The room ran out once: exchanges of hosts that are no proxies are no longer taken. */
  #selective: ((hop: number) => boolean) | null = null;

  /** `most` exchanges are kept before proxies are told from other hosts. */
  constructor(most: number = maxLegExchanges) {
    this.#most = most;
  }

  /** Keeps what `record` asked and answered; `mayJoin` tells which hops have a host that accepts and opens connections. */
  add(record: ConnectionRecord, hop: number, mayJoin: () => (hop: number) => boolean): void {
    const { exchanges } = record;
    if (exchanges.length === 0 || record.kind === 'opaque') return;
    if (this.#selective !== null && !this.#selective(hop)) return;
    const isMany = isMultiplexed(record);
    const requests = (isMany ? record.content?.requests : undefined) ?? none;
    // Requests that were read may be more than the exchanges they lie in.
    const coming = Math.max(exchanges.length, Math.min(requests.length, maxExchanges));
    if (this.#count + coming > this.#most) {
      if (this.#selective === null) this.#makeRoom(mayJoin());
      if (!this.#selective!(hop)) return;
      if (this.#count + coming > this.#most * proxiesShare) {
        this.unkept += coming;
        return;
      }
    }
    const bits = record.client.port | (isMany ? traits.multiplexed : 0) | (mayBeHttp(record) ? traits.http : 0);
    const shared = record.capture * captureUnit + bits;
    if (requests.length > 0) {
      this.#addRequests(record, requests, hop, shared + traits.timed);
      return;
    }
    const protection = protectionOf(record.tls);
    let first: number = traits.first;
    for (const { time, answerTime, endTime, clientOctets, serverOctets } of exchanges) {
      // A greeting is an answer to nothing.
      if (clientOctets === 0) continue;
      const at = this.#nextPlace();
      const numbers = this.#numbers;
      numbers[at] = hop;
      numbers[at + 1] = shared + first;
      numbers[at + 2] = first === 0 ? time : wishedAt(time, record.startTime);
      numbers[at + 3] = time;
      numbers[at + 4] = answerTime ?? -1;
      numbers[at + 5] = endTime;
      numbers[at + 6] = protection.without(clientOctets);
      numbers[at + 7] = protection.without(serverOctets);
      first = 0;
    }
  }

  /** Requests that were read, of a connection where stretches of octets don't tell one from another. */
  #addRequests(record: ConnectionRecord, requests: readonly RequestRecord[], hop: number, shared: number): void {
    let first: number = traits.first;
    const listed = requests.slice(0, maxExchanges);
    const answered = answeredOctets(record.exchanges, listed);
    for (const [index, { time }] of listed.entries()) {
      const answer = answerAfter(record.exchanges, time);
      const last = answeredBefore(record.exchanges, listed[index + 1]?.time ?? Number.POSITIVE_INFINITY);
      const at = this.#nextPlace();
      const numbers = this.#numbers;
      numbers[at] = hop;
      numbers[at + 1] = shared + first;
      numbers[at + 2] = first === 0 ? time : wishedAt(time, record.startTime);
      numbers[at + 3] = time;
      numbers[at + 4] = answer?.answerTime ?? -1;
      numbers[at + 5] = Math.max(answer?.endTime ?? time, last?.endTime ?? time);
      numbers[at + 6] = 0;
      numbers[at + 7] = answered[index]!;
      first = 0;
    }
  }

  /** The exchanges of all hops that `wanted` names, those of a connection one after the other and of one leg. */
  exchanges(wanted: (hop: number) => boolean, clocks: Clocks = oneClock): LegExchange[] {
    const numbers = this.#numbers;
    const exchanges: LegExchange[] = [];
    let leg: Leg | null = null;
    for (let at = 0; at < this.#count * fields; at += fields) {
      const hop = numbers[at]!;
      if (!wanted(hop)) continue;
      const known = numbers[at + 1]!;
      if (leg === null || known & traits.first) {
        leg = {
          hop,
          port: known & portBits,
          multiplexed: (known & traits.multiplexed) !== 0,
          timed: (known & traits.timed) !== 0,
          http: (known & traits.http) !== 0,
          answeredUntil: 0,
          clock: clocks(Math.floor(known / captureUnit)),
        };
      }
      const { offset } = leg.clock;
      const answerTime = numbers[at + 4]!;
      const exchange: LegExchange = {
        leg,
        wished: numbers[at + 2]! - offset,
        time: numbers[at + 3]! - offset,
        answerTime: answerTime < 0 ? answerTime : answerTime - offset,
        end: numbers[at + 5]! - offset,
        asked: numbers[at + 6]!,
        answered: numbers[at + 7]!,
      };
      if (exchange.answerTime >= 0) leg.answeredUntil = exchange.end;
      exchanges.push(exchange);
    }
    return exchanges;
  }

  #nextPlace(): number {
    const at = this.#count++ * fields;
    if (at < this.#numbers.length) return at;
    const grown = new Float64Array(this.#numbers.length * 2);
    grown.set(this.#numbers);
    this.#numbers = grown;
    return at;
  }

  /** Forgets what is about hosts that are no proxies, from now on. */
  #makeRoom(selects: (hop: number) => boolean): void {
    this.#selective = selects;
    const numbers = this.#numbers;
    let kept = 0;
    for (let at = 0; at < this.#count * fields; at += fields) {
      if (!selects(numbers[at]!)) continue;
      numbers.copyWithin(kept, at, at + fields);
      kept += fields;
    }
    this.#count = kept / fields;
  }
}

/** The exchange in which a request at `time` was answered; null where none was. */
function answerAfter(exchanges: readonly ExchangeRecord[], time: number): ExchangeRecord | null {
  for (const exchange of exchanges) {
    if (exchange.answerTime !== null && exchange.answerTime >= time) return exchange;
  }
  return null;
}

/** Octets that answer each of the requests: those that wait together share what is said, and more goes to the last of them. */
function answeredOctets(exchanges: readonly ExchangeRecord[], requests: readonly RequestRecord[]): Float64Array {
  const octets = new Float64Array(requests.length);
  let waiting = 0;
  for (const { answerTime, serverOctets } of exchanges) {
    if (answerTime === null) continue;
    let next = waiting;
    while (next < requests.length && requests[next]!.time <= answerTime) next++;
    if (next > waiting) for (let at = waiting; at < next; at++) octets[at] = serverOctets / (next - waiting);
    else if (next > 0) octets[next - 1]! += serverOctets;
    waiting = next;
  }
  return octets;
}

/** The last answered exchange that began before `time`. */
function answeredBefore(exchanges: readonly ExchangeRecord[], time: number): ExchangeRecord | null {
  let last: ExchangeRecord | null = null;
  for (const exchange of exchanges) if (exchange.answerTime !== null && exchange.time < time) last = exchange;
  return last;
}

/**
 * When a connection was opened that asked its first question at `time`: that tells the wish to ask, before all handshakes.
 * Only minutes and seconds of `startTime` (RFC 3339 with nanoseconds) are read, as every connection comes by.
 */
function wishedAt(time: number, startTime: string): number {
  if (startTime.length !== 30) return time;
  const opened = digits(startTime, 14, 2) * 60 + digits(startTime, 17, 2) + digits(startTime, 20, 6) / 1e6;
  const before = ((time % hourSeconds) - opened + hourSeconds) % hourSeconds;
  return before < wishSeconds ? time - before : time;
}

function digits(text: string, at: number, length: number): number {
  let value = 0;
  for (let place = at; place < at + length; place++) value = value * 10 + text.charCodeAt(place) - 0x30;
  return value;
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

function isMultiplexed({ protocol, tls, exchanges }: ConnectionRecord): boolean {
  if (multiplexed.has(protocol ?? '') || multiplexed.has(tls?.serverHello?.alpn ?? '')) return true;
  if (protocol !== null || tls === null) return false;
  return (tls.http2 === true && isLong(exchanges)) || offersOnlyMultiplexed(tls);
}

/** Whether more is answered than the settings of HTTP/2 and one request, which is measured better by itself. */
function isLong(exchanges: readonly ExchangeRecord[]): boolean {
  return exchanges.filter(({ clientOctets, answerTime }) => clientOctets > 0 && answerTime !== null).length > 2;
}

/** TLS 1.3 hides what the server chose, but not that a client of gRPC offers nothing else; who offers one protocol speaks it. */
function offersOnlyMultiplexed({ version, clientHello, serverHello, decrypted }: TlsSession): boolean {
  if (version !== 'TLSv1.3' || decrypted || serverHello === null || serverHello.alpn !== null) return false;
  const offered = clientHello?.alpn ?? [];
  return offered.length > 0 && offered.every((protocol) => multiplexed.has(protocol));
}

/** In TLS that names no protocol, anything may be spoken. */
function mayBeHttp({ kind, protocol }: ConnectionRecord): boolean {
  return protocol === null ? kind === 'tls' : http.has(protocol);
}
