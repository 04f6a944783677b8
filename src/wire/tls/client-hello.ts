// RFC 9846 (ClientHello), RFC 5246 §7.4.1.2; DTLS: RFC 6347 §4.2.1 (cookie after the session id).

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { type ByteRange, readPartialRange, readRange, readRange8, unlessEmpty } from './byte-range.js';
import type { ClientHelloShape } from './client-hello-shape.js';
import type { ClientHelloShapes } from './client-hello-shapes.js';
import { expectEnd, isWhole, messageFault } from './faults.js';
import type { HelloTransport } from './ja4.js';
import { maxExtensions, maxPskIdentities, maxServerNameLength } from './limits.js';
import { noNumbers } from './lists.js';

/**
 * A ClientHello: what differs between connections, and the shape that many share. Its ranges lie in the parsed bytes and
 * are valid only while those are; all else is owned.
 */
export interface ClientHelloValue {
  legacyVersion: number;
  /** 32 octets (SSLv2's challenge: 16 to 32); null where cut. */
  random: ByteRange | null;
  /** Null where none is offered, and where cut. */
  sessionId: ByteRange | null;
  /** DTLS: octets of the cookie, 0 in a first hello; null in TLS, and where cut. */
  cookieLength: number | null;
  /** First host name of server_name, or null. Hostile text. */
  serverName: string | null;
  /** session_ticket (RFC 5077): octets of the ticket, 0 = willing to get one, null = not offered. */
  ticketLength: number | null;
  /** The ticket; null where it is empty, cut or not offered. */
  ticket: ByteRange | null;
  /** Octets of each PSK identity; empty without pre_shared_key. */
  pskIdentityLengths: readonly number[];
  /** The first of them; null without, and where it is cut. */
  pskIdentity: ByteRange | null;
  /** In the format of SSLv2, whatever version it offers. */
  sslv2: boolean;
  shape: ClientHelloShape;
  fault: Fault | null;
}

/**
 * Parses the body of a ClientHello, without its 4-octet header. Records a fault and keeps what lies before it: a hello
 * cut after its suites gives the suites. Extensions past `maxExtensions` and identities past `maxPskIdentities` are a
 * 'limit' fault.
 */
export function parseClientHello(
  bytes: Uint8Array,
  start: number,
  end: number,
  shapes: ClientHelloShapes,
  transport: HelloTransport,
): ClientHelloValue {
  const reader = new Reader(bytes, start, end, 'ClientHello');
  const legacyVersion = reader.u16();
  const random = readRange(reader, 32);
  const sessionId = unlessEmpty(readRange8(reader));
  const cookie = transport === 'dtls' ? readRange8(reader) : null;
  const suites = readPartialRange(reader, reader.u16());
  const compression = readPartialRange(reader, reader.u8());
  // SSLv3 to TLS 1.2 may end here: extensions came later.
  const extensions =
    reader.remaining > 0 ? reader.vector16('ClientHello.extensions') : reader.child(0, 'ClientHello.extensions');
  expectEnd(reader);

  const own = scanExtensions(extensions, shapes);
  const fault = messageFault(reader, extensions) ?? own.fault;
  const whole = isWhole(reader, extensions);
  const shape = shapes.shape({ legacyVersion, suites, compression, extensions, whole }, transport);
  return {
    legacyVersion,
    random,
    sessionId,
    cookieLength: cookie === null ? null : cookie.end - cookie.start,
    serverName: own.serverName,
    ticketLength: own.ticketLength,
    ticket: own.ticket,
    pskIdentityLengths: own.pskIdentityLengths,
    pskIdentity: own.pskIdentity,
    sslv2: false,
    shape,
    fault: fault ?? shape.fault,
  };
}

interface OwnExtensions {
  serverName: string | null;
  ticketLength: number | null;
  ticket: ByteRange | null;
  pskIdentityLengths: readonly number[];
  pskIdentity: ByteRange | null;
  fault: Fault | null;
}

/** Steps over all extensions, so that faults show, and reads those that differ between connections. */
function scanExtensions(extensions: Reader, shapes: ClientHelloShapes): OwnExtensions {
  const own: OwnExtensions = {
    serverName: null,
    ticketLength: null,
    ticket: null,
    pskIdentityLengths: noNumbers,
    pskIdentity: null,
    fault: null,
  };
  for (let count = 0; extensions.remaining > 0; count++) {
    if (count === maxExtensions) {
      extensions.fail('limit');
      break;
    }
    const type = extensions.u16();
    const length = extensions.u16();
    if (extensions.fault !== null) break;
    const at = extensions.at;
    const end = extensions.skip(length) >= 0 ? extensions.at : extensions.end;
    if (type === tlsExtensions.server_name) readServerName(own, extensions, at, end, shapes);
    else if (type === tlsExtensions.session_ticket) readTicket(own, at, length, end);
    else if (type === tlsExtensions.pre_shared_key) readPskIdentities(own, extensions, at, end);
  }
  return own;
}

/** RFC 6066 §3: list behind a 16-bit length; entries of type 1 (0 = host name) and a name behind a 16-bit length. */
function readServerName(
  own: OwnExtensions,
  extensions: Reader,
  at: number,
  end: number,
  shapes: ClientHelloShapes,
): void {
  const body = new Reader(extensions.bytes, at, end, 'ClientHello.server_name');
  const list = body.vector16('ClientHello.server_name');
  while (list.remaining > 0) {
    const type = list.u8();
    const length = list.u16();
    const name = list.skip(length);
    // Half a name is another name.
    if (list.fault !== null || body.fault !== null) break;
    if (type !== 0 || own.serverName !== null) continue;
    if (length > maxServerNameLength) list.fail('limit');
    own.serverName = shapes.name(list.bytes, name, name + Math.min(length, maxServerNameLength));
  }
  own.fault ??= messageFault(extensions, body, list);
}

/** RFC 5077 §3.2: the extension's content is the ticket, without a length of its own. */
function readTicket(own: OwnExtensions, at: number, length: number, end: number): void {
  if (own.ticketLength !== null) return;
  own.ticketLength = length;
  // A cut ticket is another ticket.
  if (length > 0 && at + length === end) own.ticket = { start: at, end };
}

/** RFC 9846 (OfferedPsks): identities (identity behind a 16-bit length, age 4) behind a 16-bit length, then binders. */
function readPskIdentities(own: OwnExtensions, extensions: Reader, at: number, end: number): void {
  if (own.pskIdentityLengths.length > 0) return;
  const body = new Reader(extensions.bytes, at, end, 'ClientHello.pre_shared_key');
  const list = body.vector16('ClientHello.pre_shared_key');
  const lengths: number[] = [];
  while (list.remaining > 0) {
    if (lengths.length === maxPskIdentities) {
      list.fail('limit');
      break;
    }
    const length = list.u16();
    const identity = list.skip(length);
    list.skip(4);
    if (list.fault !== null) break;
    own.pskIdentity ??= { start: identity, end: identity + length };
    lengths.push(length);
  }
  own.pskIdentityLengths = lengths;
  own.fault ??= messageFault(extensions, body, list);
}
