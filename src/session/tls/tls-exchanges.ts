// Which protected records of a TLS connection are questions and answers. Up to TLS 1.2 all application data is. In TLS 1.3 the
// rest of the handshake, alerts and session tickets look alike (RFC 9846, Record Protocol): lengths and acknowledgments tell.
import type { Arrival, Direction } from '../../model/stream.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { TlsExchangeLog } from '../content/exchange-log.js';
import { type InferenceSizes, inferenceSizes, jssePadding } from '../inference/inference-sizes.js';
import { other } from '../listener.js';
import type { TlsObservations } from './tls-observations.js';

/** Content of an alert, and the octet of type that TLS 1.3 adds to any content. */
const alertOctets = 2;
const typeOctets = 1;

/** No suite makes them longer (RFC 9150 has the longest tags): a look at the length spares most records all else. */
const longestAlert = 64;
const longestFinished = 160;

/** Session tickets that a server sends one after the other; OpenSSL and its kin send 2, rustls up to 4. */
const maxTickets = 4;

/**
 * A client of HTTP/2 opens the server's window again once it has an answer, and acknowledges its settings (RFC 9113 §6.5, §6.9):
 * a frame or two in one record, protection included, which are not the next question yet.
 */
const maxControlOctets = 64;

/** A frame of HTTP/2 without payload, as every client acknowledges the server's settings (RFC 9113 §6.5.3): most in a record of its own. */
const settingsAckOctets = 9;

/** Notes an application data record of `length` octets at `offset` of its direction's stream. */
export function noteTlsExchange(
  seen: TlsObservations,
  direction: Direction,
  length: number,
  offset: number,
  arrival: Arrival,
): void {
  let log = seen.answer.exchanges;
  if (log?.full) return;
  if (seen.version === tlsVersions.tls13) {
    const fromServer = direction !== seen.client;
    if (log === null) {
      if (fromServer ? !hasHeardFlight(seen, direction, arrival) : !isFinished(seen, length)) return;
      if (!fromServer) {
        seen.answered().exchanges = new TlsExchangeLog();
        return;
      }
    }
    if (isAlert(seen, length)) return;
    if (log !== null && fromServer && isTicket(log, direction, length)) return;
  }
  if (log === null) {
    log = new TlsExchangeLog();
    seen.answered().exchanges = log;
  }
  if (direction === seen.client && !log.http2) log.http2 = isSettingsAck(seen, length);
  if (log.firstOctets === 0 && direction !== seen.client) log.firstOctets = length;
  log.note(direction, length, offset, arrival, direction === seen.client ? maxControlOctets : 0);
}

/** Whether a record of the client has the length of a Finished message alone, JSSE's padding allowed for. */
function isFinished(seen: TlsObservations, length: number): boolean {
  if (length > longestFinished) return false;
  const sizes = sizesOf(seen);
  if (sizes === null) return false;
  const padding = length - (sizes.finished + typeOctets + sizes.tag);
  return padding === 0 || padding === jssePadding;
}

/** Whether the server speaks in knowledge of the client's flight, which some clients put into one record. */
function hasHeardFlight(seen: TlsObservations, server: Direction, arrival: Arrival): boolean {
  const flight = seen.of(other(server)).protectedRecords;
  if (flight === null || flight.length === 0) return false;
  return arrival.acknowledged < 0 || arrival.acknowledged > flight[1]!;
}

function isAlert(seen: TlsObservations, length: number): boolean {
  if (length > longestAlert) return false;
  const sizes = sizesOf(seen);
  return sizes !== null && length === alertOctets + typeOctets + sizes.tag;
}

/** In TLS 1.3, which hides what the server chose of the protocols that the client offers. */
function isSettingsAck(seen: TlsObservations, length: number): boolean {
  if (length > longestAlert || seen.version !== tlsVersions.tls13) return false;
  const sizes = sizesOf(seen);
  if (sizes === null || length !== settingsAckOctets + typeOctets + sizes.tag) return false;
  return seen.helloShape?.alpn.includes('h2') ?? false;
}

function sizesOf({ serverHello }: TlsObservations): InferenceSizes | null {
  const suite = serverHello?.cipherSuite ?? null;
  return suite === null ? null : inferenceSizes(suite);
}

/** Whether the server's record is as long as the ones before it, and only they: then all of them are tickets. */
function isTicket(log: TlsExchangeLog, server: Direction, length: number): boolean {
  if (log.firstOctets === 0 || log.tickets >= maxTickets) return false;
  if (length !== log.firstOctets) {
    log.tickets = maxTickets;
    return false;
  }
  if (log.tickets++ === 0) log.takeBack(server, length);
  return true;
}
