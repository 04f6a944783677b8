// RFC 9846 (ServerHello), RFC 5246 §7.4.1.3. TLS 1.3 drafts 18 to 21 leave out session id and compression, and their
// HelloRetryRequest is a message of its own: draft-ietf-tls-tls13-18 §4.1.3, §4.1.4.

import { latin1, sameBytes } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { isDtls, isTls13Draft, messageVersion } from '../../registry/tls-versions.js';
import { type ByteRange, readRange, readRange8, readRange16, unlessEmpty } from './byte-range.js';
import { expectEnd, isWhole, messageFault } from './faults.js';
import { maxExtensions } from './limits.js';
import { noNumbers } from './lists.js';
import type { ServerHelloShapes } from './server-hello-shapes.js';

/**
 * A ServerHello or HelloRetryRequest. Its ranges lie in the parsed bytes and are valid only while those are; all else is
 * owned. An extension that says something by being there is told by `extensions`.
 */
export interface ServerHelloValue {
  /** The version field. */
  legacyVersion: number;
  /** selected_version of supported_versions, or null. */
  selectedVersion: number | null;
  /** What was negotiated, in TLS's numbers where a draft stands for TLS 1.3: 0x0304, 0x0303, 0xfefd, … */
  version: number;
  /** 32 octets; null where cut, and in a HelloRetryRequest of the drafts. */
  random: ByteRange | null;
  /** The server asks for another ClientHello. */
  helloRetryRequest: boolean;
  /** RFC 9846 (ServerHello): the random's end says that the server speaks TLS 1.3 or 1.2, but chose this. */
  downgradeSentinel: 'TLSv1.2' | 'TLSv1.1' | null;
  /** Null where it is empty or cut. */
  sessionId: ByteRange | null;
  /** Null where the message was cut before it. */
  cipherSuite: number | null;
  /** 0 in the drafts that have no such field. */
  compression: number;
  /** Types in order. Shared by many hellos. */
  extensions: readonly number[];
  /** Group of the key share, or the one that a HelloRetryRequest asks for; null without. */
  keyShareGroup: number | null;
  /** Index of the chosen PSK, or null. */
  selectedPsk: number | null;
  /** One character an octet. Hostile text. */
  alpn: string | null;
  renegotiationInfo: boolean;
  extendedMasterSecret: boolean;
  /** Types of certificates that were agreed on (RFC 7250); null where not said, which means X.509. */
  clientCertificateType: number | null;
  serverCertificateType: number | null;
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
  hello.random = readRange(reader, 32);
  if (hello.random !== null) readRandom(hello, bytes, hello.random.start);
  const short = isShortDraft(hello.legacyVersion);
  if (!short) hello.sessionId = unlessEmpty(readRange8(reader));
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
  let inner: Fault | null = null;
  for (let count = 0; extensions.remaining > 0; count++) {
    if (count === maxExtensions) {
      extensions.fail('limit');
      break;
    }
    const type = extensions.u16();
    const length = extensions.u16();
    if (extensions.fault !== null) break;
    const body = readExtension(hello, type, length, extensions);
    if (body !== null) inner ??= messageFault(extensions, body);
  }
  hello.version = negotiatedVersion(hello);
  hello.fault = messageFault(reader, extensions) ?? inner;
  const { cipherSuite, legacyVersion } = hello;
  const { bytes, start, end } = extensions;
  const shape =
    isWhole(reader, extensions) && cipherSuite !== null
      ? shapes.shape(legacyVersion, cipherSuite, bytes, start, end)
      : shapes.cutShape(bytes, start, end);
  hello.extensions = shape.extensions;
  hello.ja3s = shape.ja3s;
  return hello;
}

function negotiatedVersion(hello: ServerHelloValue): number {
  const version = hello.selectedVersion ?? hello.legacyVersion;
  return isTls13Draft(version) || isDtls(version) ? messageVersion(version) : version;
}

/** Reads or steps over one extension. Gives the reader of its content, whose fault counts, where that is read. */
function readExtension(hello: ServerHelloValue, type: number, length: number, extensions: Reader): Reader | null {
  const where = 'ServerHello.extension';
  switch (type) {
    case tlsExtensions.supported_versions: {
      const body = extensions.child(length, where);
      hello.selectedVersion = whole(body, body.u16()) ?? hello.selectedVersion;
      return body;
    }
    case tlsExtensions.key_share:
    case tlsExtensions.key_share_draft: {
      const body = extensions.child(length, where);
      hello.keyShareGroup = whole(body, body.u16()) ?? hello.keyShareGroup;
      // The group is all that a HelloRetryRequest has; a share goes on with its key.
      if (body.remaining > 0) readRange16(body);
      return body;
    }
    case tlsExtensions.pre_shared_key: {
      const body = extensions.child(length, where);
      hello.selectedPsk = whole(body, body.u16()) ?? hello.selectedPsk;
      return body;
    }
    case tlsExtensions.application_layer_protocol_negotiation: {
      const body = extensions.child(length, where);
      hello.alpn = readProtocolName(body) ?? hello.alpn;
      return body;
    }
    case tlsExtensions.client_certificate_type: {
      const body = extensions.child(length, where);
      hello.clientCertificateType = whole(body, body.u8());
      return body;
    }
    case tlsExtensions.server_certificate_type: {
      const body = extensions.child(length, where);
      hello.serverCertificateType = whole(body, body.u8());
      return body;
    }
    case tlsExtensions.renegotiation_info:
      hello.renegotiationInfo = true;
      break;
    case tlsExtensions.extended_master_secret:
      hello.extendedMasterSecret = true;
      break;
    default:
  }
  extensions.skip(length);
  return null;
}

/** RFC 7301 §3.1: a list of one name, of which the first counts; null where there is none. */
function readProtocolName(body: Reader): string | null {
  const listLength = body.u16();
  if (listLength !== body.remaining) body.fail('malformed');
  const name = readRange8(body);
  return name === null ? null : latin1(body.bytes, name.start, name.end);
}

function whole(reader: Reader, value: number): number | null {
  return reader.fault === null ? value : null;
}

function emptyServerHello(legacyVersion: number): ServerHelloValue {
  return {
    legacyVersion,
    selectedVersion: null,
    version: legacyVersion,
    random: null,
    helloRetryRequest: false,
    downgradeSentinel: null,
    sessionId: null,
    cipherSuite: null,
    compression: 0,
    extensions: noNumbers,
    keyShareGroup: null,
    selectedPsk: null,
    alpn: null,
    renegotiationInfo: false,
    extendedMasterSecret: false,
    clientCertificateType: null,
    serverCertificateType: null,
    ja3s: '',
    fault: null,
  };
}
