// RFC 9846 (ServerHello), RFC 5246 §7.4.1.3. TLS 1.3 drafts 18 to 21 leave out session id and compression, and their
// HelloRetryRequest is a message of its own: draft-ietf-tls-tls13-18 §4.1.3, §4.1.4.

import { latin1, ownBytes, sameBytes } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { isTls13Draft, messageVersion } from '../../registry/tls-versions.js';
import { noOctets } from './client-hello.js';
import { expectEnd, isWhole, messageFault } from './faults.js';
import { maxExtensions } from './limits.js';
import type { ServerHelloShapes } from './server-hello-shapes.js';

/** A ServerHello or HelloRetryRequest. Owned. */
export interface ServerHelloValue {
  /** The version field. */
  legacyVersion: number;
  /** selected_version of supported_versions, or null. */
  selectedVersion: number | null;
  /** What was negotiated, in TLS's numbers where a draft stands for TLS 1.3: 0x0304, 0x0303, 0xfefd, … */
  version: number;
  /** 32 octets, fewer where cut; empty in a HelloRetryRequest of the drafts. */
  random: Uint8Array;
  /** The server asks for another ClientHello. */
  helloRetryRequest: boolean;
  /** RFC 9846 (ServerHello): the random's end says that the server speaks TLS 1.3 or 1.2, but chose this. */
  downgradeSentinel: 'TLSv1.2' | 'TLSv1.1' | null;
  sessionId: Uint8Array;
  /** Null where the message was cut before it. */
  cipherSuite: number | null;
  /** 0 in the drafts that have no such field. */
  compression: number;
  /** Types in order. */
  extensions: readonly number[];
  /** Group of the key share, or the one that a HelloRetryRequest asks for; null without. */
  keyShareGroup: number | null;
  /** Index of the chosen PSK, or null. */
  selectedPsk: number | null;
  /** One character an octet. Hostile text. */
  alpn: string | null;
  renegotiationInfo: boolean;
  extendedMasterSecret: boolean;
  encryptThenMac: boolean;
  /** The server will send a NewSessionTicket (TLS <= 1.2). */
  sessionTicket: boolean;
  statusRequest: boolean;
  heartbeat: boolean;
  nextProtocolNegotiation: boolean;
  ech: boolean;
  /** Octets of the HelloRetryRequest's cookie, or null. */
  cookieLength: number | null;
  /** Types of certificates that were agreed on (RFC 7250); null where not said, which means X.509. */
  clientCertificateType: number | null;
  serverCertificateType: number | null;
  recordSizeLimit: number | null;
  /** MD5 hexadecimal; '' where the message was cut. */
  ja3s: string;
  fault: Fault | null;
}

/** Parses the body of a ServerHello, without its 4-octet header. `shapes` remembers fingerprints. */
export function parseServerHello(
  bytes: Uint8Array,
  start: number,
  end: number,
  shapes: ServerHelloShapes,
): ServerHelloValue {
  const reader = new Reader(bytes, start, end, 'ServerHello');
  const hello = emptyServerHello(reader.u16());
  const randomAt = reader.at;
  const whole = reader.skip(32) >= 0;
  hello.random = ownBytes(bytes, randomAt, whole ? reader.at : reader.end);
  if (whole) readRandom(hello, bytes, randomAt);
  const short = isShortDraft(hello.legacyVersion);
  if (!short) {
    const sessionId = reader.vector8('ServerHello.session_id');
    if (sessionId.end > sessionId.start) hello.sessionId = ownBytes(bytes, sessionId.start, sessionId.end);
  }
  const cipherSuite = reader.u16();
  if (reader.fault === null) hello.cipherSuite = cipherSuite;
  if (!short) hello.compression = reader.u8();
  return finish(hello, reader, shapes);
}

/** Parses the body of message type 6, the HelloRetryRequest of TLS 1.3 drafts before 22: version, suite, extensions. */
export function parseDraftHelloRetryRequest(
  bytes: Uint8Array,
  start: number,
  end: number,
  shapes: ServerHelloShapes,
): ServerHelloValue {
  const reader = new Reader(bytes, start, end, 'HelloRetryRequest');
  const hello = emptyServerHello(reader.u16());
  hello.helloRetryRequest = true;
  // Draft 19 put the suite in; before, the version was followed by the extensions.
  if ((hello.legacyVersion & 0xff) >= 19) hello.cipherSuite = reader.u16();
  return finish(hello, reader, shapes);
}

/** SHA-256 of 'HelloRetryRequest', which stands for the random. RFC 9846 (ServerHello). */
export const helloRetryRandom: Uint8Array = Uint8Array.of(
  ...[0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91],
  ...[0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c],
);

/** 'DOWNGRD': the first seven octets of the downgrade sentinels; the eighth is 1 for TLS 1.2 and 0 below. */
export const downgradeMark: Uint8Array = Uint8Array.of(0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44);

function readRandom(hello: ServerHelloValue, bytes: Uint8Array, at: number): void {
  if (sameBytes(bytes, at, helloRetryRandom, 0, 32)) hello.helloRetryRequest = true;
  if (!sameBytes(bytes, at + 24, downgradeMark, 0, 7)) return;
  if (bytes[at + 31] === 1) hello.downgradeSentinel = 'TLSv1.2';
  else if (bytes[at + 31] === 0) hello.downgradeSentinel = 'TLSv1.1';
}

// Draft 22 took the shape of TLS 1.2's message; 18 to 21 wrote their own number into the version field.
function isShortDraft(version: number): boolean {
  return isTls13Draft(version) && (version & 0xff) < 22;
}

function finish(hello: ServerHelloValue, reader: Reader, shapes: ServerHelloShapes): ServerHelloValue {
  const extensions =
    reader.remaining > 0 ? reader.vector16('ServerHello.extensions') : reader.child(0, 'ServerHello.extensions');
  expectEnd(reader);
  const types: number[] = [];
  let inner: Fault | null = null;
  while (extensions.remaining > 0) {
    if (types.length === maxExtensions) {
      extensions.fail('limit');
      break;
    }
    const type = extensions.u16();
    const length = extensions.u16();
    if (extensions.fault !== null) break;
    const body = extensions.child(length, 'ServerHello.extension');
    types.push(type);
    readExtension(hello, type, body);
    inner ??= messageFault(extensions, body);
  }
  hello.extensions = types;
  hello.version = negotiatedVersion(hello);
  hello.fault = messageFault(reader, extensions) ?? inner;
  if (isWhole(reader, extensions) && hello.cipherSuite !== null) {
    hello.ja3s = shapes.ja3s(hello.legacyVersion, hello.cipherSuite, types);
  }
  return hello;
}

function negotiatedVersion(hello: ServerHelloValue): number {
  const version = hello.selectedVersion ?? hello.legacyVersion;
  return isTls13Draft(version) ? messageVersion(version) : version;
}

function readExtension(hello: ServerHelloValue, type: number, body: Reader): void {
  switch (type) {
    case tlsExtensions.supported_versions:
      hello.selectedVersion = whole(body, body.u16()) ?? hello.selectedVersion;
      break;
    case tlsExtensions.key_share:
    case tlsExtensions.key_share_draft:
      hello.keyShareGroup = whole(body, body.u16()) ?? hello.keyShareGroup;
      // The group is all that a HelloRetryRequest has; a share goes on with its key.
      if (body.remaining > 0) body.vector16('KeyShareEntry.key_exchange');
      break;
    case tlsExtensions.pre_shared_key:
      hello.selectedPsk = whole(body, body.u16()) ?? hello.selectedPsk;
      break;
    case tlsExtensions.application_layer_protocol_negotiation: {
      const names = body.vector16('ServerHello.alpn');
      const name = names.vector8('ProtocolName');
      if (names.fault === null && body.fault === null) hello.alpn = latin1(name.bytes, name.start, name.end);
      else if (body.fault === null) body.fail('malformed');
      break;
    }
    case tlsExtensions.cookie: {
      const cookie = body.vector16('ServerHello.cookie');
      hello.cookieLength = cookie.end - cookie.start;
      break;
    }
    case tlsExtensions.client_certificate_type:
      hello.clientCertificateType = whole(body, body.u8());
      break;
    case tlsExtensions.server_certificate_type:
      hello.serverCertificateType = whole(body, body.u8());
      break;
    case tlsExtensions.record_size_limit:
      hello.recordSizeLimit = whole(body, body.u16());
      break;
    case tlsExtensions.renegotiation_info:
      hello.renegotiationInfo = true;
      break;
    case tlsExtensions.extended_master_secret:
      hello.extendedMasterSecret = true;
      break;
    case tlsExtensions.encrypt_then_mac:
      hello.encryptThenMac = true;
      break;
    case tlsExtensions.session_ticket:
      hello.sessionTicket = true;
      break;
    case tlsExtensions.status_request:
      hello.statusRequest = true;
      break;
    case tlsExtensions.heartbeat:
      hello.heartbeat = true;
      break;
    case tlsExtensions.next_protocol_negotiation:
      hello.nextProtocolNegotiation = true;
      break;
    case tlsExtensions.encrypted_client_hello:
      hello.ech = true;
      break;
    default:
  }
}

function whole(reader: Reader, value: number): number | null {
  return reader.fault === null ? value : null;
}

function emptyServerHello(legacyVersion: number): ServerHelloValue {
  return {
    legacyVersion,
    selectedVersion: null,
    version: legacyVersion,
    random: noOctets,
    helloRetryRequest: false,
    downgradeSentinel: null,
    sessionId: noOctets,
    cipherSuite: null,
    compression: 0,
    extensions: [],
    keyShareGroup: null,
    selectedPsk: null,
    alpn: null,
    renegotiationInfo: false,
    extendedMasterSecret: false,
    encryptThenMac: false,
    sessionTicket: false,
    statusRequest: false,
    heartbeat: false,
    nextProtocolNegotiation: false,
    ech: false,
    cookieLength: null,
    clientCertificateType: null,
    serverCertificateType: null,
    recordSizeLimit: null,
    ja3s: '',
    fault: null,
  };
}
