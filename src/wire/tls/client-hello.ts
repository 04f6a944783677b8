// RFC 9846 (ClientHello), RFC 5246 §7.4.1.2; DTLS: RFC 6347 §4.2.1 (cookie after the session id).

import { ownBytes } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import type { ClientHelloShape } from './client-hello-shape.js';
import type { ClientHelloShapes } from './client-hello-shapes.js';
import { expectEnd, isWhole, messageFault } from './faults.js';
import type { HelloTransport } from './ja4.js';
import { maxExtensions, maxPskIdentities, maxServerNameLength } from './limits.js';

/** A ClientHello: what differs between connections, and the shape that many share. Owned. */
export interface ClientHelloValue {
  legacyVersion: number;
  /** 32 octets; fewer where the hello was cut (or is one of SSLv2: its challenge). */
  random: Uint8Array;
  /** Empty where none is offered. */
  sessionId: Uint8Array;
  /** DTLS: octets of the cookie, 0 in a first hello; null in TLS. */
  cookieLength: number | null;
  /** First host name of server_name, or null. Hostile text. */
  serverName: string | null;
  /** session_ticket (RFC 5077): octets of the ticket, 0 = willing to get one, null = not offered. */
  ticketLength: number | null;
  /** Octets of each PSK identity; empty without pre_shared_key. */
  pskIdentityLengths: readonly number[];
  /** In the format of SSLv2, whatever version it offers. */
  sslv2: boolean;
  shape: ClientHelloShape;
  fault: Fault | null;
}

/** Shared by hellos without one. */
export const noOctets: Uint8Array = new Uint8Array(0);
const noLengths: readonly number[] = Object.freeze([]);

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
  const randomAt = reader.at;
  reader.skip(32);
  const random = ownBytes(bytes, randomAt, reader.fault === null ? reader.at : reader.end);
  const sessionId = reader.vector8('ClientHello.session_id');
  const cookie = transport === 'dtls' ? reader.vector8('ClientHello.cookie') : null;
  const suites = reader.vector16('ClientHello.cipher_suites');
  const compression = reader.vector8('ClientHello.compression_methods');
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
    sessionId: sessionId.start === sessionId.end ? noOctets : ownBytes(bytes, sessionId.start, sessionId.end),
    cookieLength: cookie === null ? null : cookie.end - cookie.start,
    serverName: own.serverName,
    ticketLength: own.ticketLength,
    pskIdentityLengths: own.pskIdentityLengths,
    sslv2: false,
    shape,
    fault: fault ?? shape.fault,
  };
}

interface OwnExtensions {
  serverName: string | null;
  ticketLength: number | null;
  pskIdentityLengths: readonly number[];
  fault: Fault | null;
}

/** Steps over all extensions, so that faults show, and reads those that differ between connections. */
function scanExtensions(extensions: Reader, shapes: ClientHelloShapes): OwnExtensions {
  const own: OwnExtensions = { serverName: null, ticketLength: null, pskIdentityLengths: noLengths, fault: null };
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
    else if (type === tlsExtensions.session_ticket) own.ticketLength ??= length;
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
    const name = list.vector16('ClientHello.host_name');
    // Half a name is another name.
    if (list.fault !== null || body.fault !== null) break;
    if (type !== 0 || own.serverName !== null) continue;
    if (name.end - name.start > maxServerNameLength) list.fail('limit');
    own.serverName = shapes.name(name.bytes, name.start, Math.min(name.end, name.start + maxServerNameLength));
  }
  own.fault ??= messageFault(extensions, body, list);
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
    const identity = list.vector16('PskIdentity');
    list.skip(4);
    if (list.fault !== null) break;
    lengths.push(identity.end - identity.start);
  }
  own.pskIdentityLengths = lengths;
  own.fault ??= messageFault(extensions, body, list);
}
