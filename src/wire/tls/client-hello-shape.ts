import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { fallbackScsv, renegotiationScsv } from '../../registry/cipher-suites.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { versionName } from '../../registry/tls-versions.js';
import type { ByteRange } from './byte-range.js';
import { messageFault } from './faults.js';
import { ja3 } from './ja3.js';
import { type HelloTransport, ja4 } from './ja4.js';
import { maxCipherSuites, maxExtensions } from './limits.js';
import { readNumbers8, readNumbers16, readProtocolNames } from './lists.js';

/**
 * What a client says in every ClientHello alike. One object serves all connections with the same shape: it and its arrays
 * are frozen (their types are mutable only because records' are). GREASE is kept everywhere but in the fingerprints.
 */
export interface ClientHelloShape {
  /** As offered. In an SSLv2 hello the 24-bit cipher kinds: those of TLS suites are the suites' numbers. */
  cipherSuites: number[];
  compressionMethods: number[];
  /** Types as offered. */
  extensions: number[];
  groups: number[];
  keyShareGroups: number[];
  signatureAlgorithms: number[];
  signatureAlgorithmsCert: number[];
  ecPointFormats: number[];
  /** Protocol names, one character an octet. Hostile text. */
  alpn: string[];
  supportedVersions: number[];
  /** The same as `versionName` says them. */
  supportedVersionNames: string[];
  pskModes: number[];
  clientCertificateTypes: number[];
  serverCertificateTypes: number[];
  certificateCompression: number[];
  recordSizeLimit: number | null;
  fallbackScsv: boolean;
  renegotiationScsv: boolean;
  renegotiationInfo: boolean;
  extendedMasterSecret: boolean;
  encryptThenMac: boolean;
  statusRequest: boolean;
  earlyData: boolean;
  postHandshakeAuth: boolean;
  /** Encrypted ClientHello, GREASE ECH included: an observer can't tell them apart. */
  ech: boolean;
  /** ECH's forerunner, encrypted SNI. */
  esni: boolean;
  cookie: boolean;
  nextProtocolNegotiation: boolean;
  /** MD5 hexadecimal; '' where the hello was cut, is over a limit or is one of SSLv2. */
  ja3: string;
  /** '' where JA3 is. */
  ja4: string;
  fault: Fault | null;
}

/** Where the parts of a ClientHello lie, lent. */
export interface ClientHelloParts {
  legacyVersion: number;
  suites: ByteRange;
  compression: ByteRange;
  /** Stepped over to the end, so that its fault is known. */
  extensions: Reader;
  /** Nothing is missing, so that the fingerprints are its own. What contradicts itself may still be whole. */
  whole: boolean;
}

/** Reads everything of a ClientHello that makes its shape. `hashes` is `ja4`'s memory. */
export function readClientHelloShape(
  parts: ClientHelloParts,
  transport: HelloTransport,
  hashes: Map<string, string>,
): ClientHelloShape {
  const shape = emptyShape();
  const { bytes } = parts.extensions;
  const suites = readerOf(bytes, parts.suites, 'ClientHello.cipher_suites');
  shape.cipherSuites = readNumbers16(suites, maxCipherSuites);
  const compression = readerOf(bytes, parts.compression, 'ClientHello.compression_methods');
  shape.compressionMethods = readNumbers8(compression);
  shape.fallbackScsv = shape.cipherSuites.includes(fallbackScsv);
  shape.renegotiationScsv = shape.cipherSuites.includes(renegotiationScsv);
  readExtensions(shape, readerOf(bytes, parts.extensions, 'ClientHello.extensions'));
  return finishShape(shape, parts.legacyVersion, transport, parts.whole, hashes);
}

/** A shape of nothing; the caller fills and finishes it. */
export function emptyShape(): ClientHelloShape {
  return {
    cipherSuites: [],
    compressionMethods: [],
    extensions: [],
    groups: [],
    keyShareGroups: [],
    signatureAlgorithms: [],
    signatureAlgorithmsCert: [],
    ecPointFormats: [],
    alpn: [],
    supportedVersions: [],
    supportedVersionNames: [],
    pskModes: [],
    clientCertificateTypes: [],
    serverCertificateTypes: [],
    certificateCompression: [],
    recordSizeLimit: null,
    fallbackScsv: false,
    renegotiationScsv: false,
    renegotiationInfo: false,
    extendedMasterSecret: false,
    encryptThenMac: false,
    statusRequest: false,
    earlyData: false,
    postHandshakeAuth: false,
    ech: false,
    esni: false,
    cookie: false,
    nextProtocolNegotiation: false,
    ja3: '',
    ja4: '',
    fault: null,
  };
}

/** Freezes a shape and what it holds. */
export function freezeShape(shape: ClientHelloShape): ClientHelloShape {
  for (const part of Object.values(shape)) if (Array.isArray(part)) Object.freeze(part);
  return Object.freeze(shape);
}

function finishShape(
  shape: ClientHelloShape,
  legacyVersion: number,
  transport: HelloTransport,
  whole: boolean,
  hashes: Map<string, string>,
): ClientHelloShape {
  shape.supportedVersionNames = shape.supportedVersions.map(versionName);
  if (whole) {
    shape.ja3 = ja3(legacyVersion, shape.cipherSuites, shape.extensions, shape.groups, shape.ecPointFormats);
    shape.ja4 = ja4(shape, legacyVersion, transport, hashes);
  }
  return freezeShape(shape);
}

function readerOf(bytes: Uint8Array, part: ByteRange, where: string): Reader {
  return new Reader(bytes, part.start, part.end, where);
}

function readExtensions(shape: ClientHelloShape, extensions: Reader): void {
  const seen = new Set<number>();
  while (extensions.remaining > 0 && shape.extensions.length < maxExtensions) {
    const type = extensions.u16();
    const length = extensions.u16();
    if (extensions.fault !== null) return;
    const body = extensions.child(length, 'ClientHello.extension');
    // Of an extension sent twice, which the specification forbids, the first counts.
    if (!seen.has(type)) readExtension(shape, type, body, extensions);
    seen.add(type);
    shape.extensions.push(type);
  }
}

// What is read here must be in the canonical form that `ClientHelloShapes` makes: see `bodyShapes`.
function readExtension(shape: ClientHelloShape, type: number, body: Reader, extensions: Reader): void {
  let inner = body;
  switch (type) {
    case tlsExtensions.supported_groups:
      inner = body.vector16('ClientHello.supported_groups');
      shape.groups = readNumbers16(inner);
      break;
    case tlsExtensions.key_share:
    case tlsExtensions.key_share_draft:
      inner = body.vector16('ClientHello.key_share');
      shape.keyShareGroups = readKeyShareGroups(inner);
      break;
    case tlsExtensions.signature_algorithms:
      inner = body.vector16('ClientHello.signature_algorithms');
      shape.signatureAlgorithms = readNumbers16(inner);
      break;
    case tlsExtensions.signature_algorithms_cert:
      inner = body.vector16('ClientHello.signature_algorithms_cert');
      shape.signatureAlgorithmsCert = readNumbers16(inner);
      break;
    case tlsExtensions.ec_point_formats:
      inner = body.vector8('ClientHello.ec_point_formats');
      shape.ecPointFormats = readNumbers8(inner);
      break;
    case tlsExtensions.application_layer_protocol_negotiation:
      inner = body.vector16('ClientHello.alpn');
      shape.alpn = readProtocolNames(inner);
      break;
    case tlsExtensions.supported_versions:
      inner = body.vector8('ClientHello.supported_versions');
      shape.supportedVersions = readNumbers16(inner);
      break;
    case tlsExtensions.psk_key_exchange_modes:
      inner = body.vector8('ClientHello.psk_key_exchange_modes');
      shape.pskModes = readNumbers8(inner);
      break;
    case tlsExtensions.client_certificate_type:
      inner = body.vector8('ClientHello.client_certificate_type');
      shape.clientCertificateTypes = readNumbers8(inner);
      break;
    case tlsExtensions.server_certificate_type:
      inner = body.vector8('ClientHello.server_certificate_type');
      shape.serverCertificateTypes = readNumbers8(inner);
      break;
    case tlsExtensions.compress_certificate:
      inner = body.vector8('ClientHello.compress_certificate');
      shape.certificateCompression = readNumbers16(inner);
      break;
    case tlsExtensions.record_size_limit:
      shape.recordSizeLimit = body.remaining >= 2 ? body.u16() : null;
      break;
    case tlsExtensions.renegotiation_info:
      shape.renegotiationInfo = true;
      return;
    case tlsExtensions.extended_master_secret:
      shape.extendedMasterSecret = true;
      return;
    case tlsExtensions.encrypt_then_mac:
      shape.encryptThenMac = true;
      return;
    case tlsExtensions.status_request:
      shape.statusRequest = true;
      return;
    case tlsExtensions.early_data:
      shape.earlyData = true;
      return;
    case tlsExtensions.post_handshake_auth:
      shape.postHandshakeAuth = true;
      return;
    case tlsExtensions.encrypted_client_hello:
      shape.ech = true;
      return;
    case tlsExtensions.encrypted_server_name:
      shape.esni = true;
      return;
    case tlsExtensions.cookie:
      shape.cookie = true;
      return;
    case tlsExtensions.next_protocol_negotiation:
      shape.nextProtocolNegotiation = true;
      return;
    default:
      return;
  }
  shape.fault ??= messageFault(extensions, body, inner);
}

/** RFC 9846 (KeyShareClientHello): group 2, key behind a 16-bit length; the keys differ every time and are left. */
function readKeyShareGroups(shares: Reader): number[] {
  const groups: number[] = [];
  while (shares.remaining > 0) {
    const group = shares.u16();
    const keyLength = shares.u16();
    if (shares.fault !== null) break;
    groups.push(group);
    shares.skip(keyLength);
  }
  return groups;
}
