// RFC 5246 §7.4.3 (finite field), RFC 8422 §5.4 (elliptic curves), RFC 4279 §2 (PSK), RFC 5489 §2, RFC 5054 §2.5.3 (SRP),
// RFC 2246 §7.4.3 (export RSA).

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { cipherSuite, type KeyExchange } from '../../registry/cipher-suite-properties.js';
import { messageVersion, tlsVersions } from '../../registry/tls-versions.js';
import type { ByteRange } from './byte-range.js';
import { readDigitallySigned } from './certificate-verify.js';
import { expectEnd } from './faults.js';

/** ECCurveType (RFC 8422 §5.4). */
export const ecCurveTypes = { explicit_prime: 0x01, explicit_char2: 0x02, named_curve: 0x03 } as const;

/** A ServerKeyExchange; ranges are lent and absolute. */
export interface ServerKeyExchangeValue {
  /** By the suite; null where the suite is unknown. 'rsa' here is the temporary key of export suites. */
  kind: KeyExchange | null;
  /** One of `ecCurveTypes`, or null. */
  curveType: number | null;
  /** Named group, or null. */
  group: number | null;
  /** Bits of the prime (Diffie-Hellman, SRP) or of the modulus (export RSA), or null. */
  primeBits: number | null;
  /** The prime's octets, which tell well-known primes apart, or null. */
  prime: ByteRange | null;
  /** The server's public value, or null. */
  publicValue: ByteRange | null;
  /** Octets of the PSK identity hint, or null. */
  pskHintLength: number | null;
  /** The parameters that a signature covers after both randoms; null where cut. */
  params: ByteRange | null;
  /** TLS 1.2; null before, for anonymous and PSK exchanges, and where cut. */
  signatureScheme: number | null;
  signature: ByteRange | null;
  fault: Fault | null;
}

/**
 * Parses the body of a ServerKeyExchange by the suite and version of the ServerHello. Fault 'unsupported': the suite
 * doesn't tell the form, or it is one that is not decoded here.
 */
export function parseServerKeyExchange(
  bytes: Uint8Array,
  start: number,
  end: number,
  suiteId: number,
  version: number,
): ServerKeyExchangeValue {
  const reader = new Reader(bytes, start, end, 'ServerKeyExchange');
  const suite = cipherSuite(suiteId);
  const exchange = emptyExchange(suite?.keyExchange ?? null);
  readParams(reader, exchange);
  if (reader.fault === null) exchange.params = { start, end: reader.at };
  const isSigned = suite !== null && signedBy.has(suite.authentication) && !pskExchanges.has(suite.keyExchange);
  if (isSigned && reader.fault === null) {
    Object.assign(exchange, readDigitallySigned(reader, messageVersion(version) >= tlsVersions.tls12));
  }
  expectEnd(reader);
  exchange.fault = reader.fault;
  return exchange;
}

const signedBy: ReadonlySet<string> = new Set(['rsa', 'dsa', 'ecdsa']);
const pskExchanges: ReadonlySet<string> = new Set(['psk', 'dhe_psk', 'ecdhe_psk', 'rsa_psk']);

function readParams(reader: Reader, exchange: ServerKeyExchangeValue): void {
  switch (exchange.kind) {
    case 'ecdhe':
      readCurve(reader, exchange);
      break;
    case 'dhe':
      readFiniteField(reader, exchange);
      break;
    case 'rsa':
      // Modulus and exponent, each behind a 16-bit length.
      exchange.prime = readInteger(reader, exchange);
      exchange.publicValue = readOpaque16(reader);
      break;
    case 'psk':
    case 'rsa_psk':
      readHint(reader, exchange);
      break;
    case 'dhe_psk':
      readHint(reader, exchange);
      readFiniteField(reader, exchange);
      break;
    case 'ecdhe_psk':
      readHint(reader, exchange);
      readCurve(reader, exchange);
      break;
    case 'srp':
      // N, g, salt (behind an 8-bit length), B.
      exchange.prime = readInteger(reader, exchange);
      readOpaque16(reader);
      reader.vector8('ServerSRPParams.s');
      exchange.publicValue = readOpaque16(reader);
      break;
    default:
      reader.fail('unsupported');
  }
}

function readCurve(reader: Reader, exchange: ServerKeyExchangeValue): void {
  const curveType = reader.u8();
  if (reader.fault !== null) return;
  exchange.curveType = curveType;
  if (curveType === ecCurveTypes.named_curve) {
    const group = reader.u16();
    if (reader.fault === null) exchange.group = group;
  } else if (curveType === ecCurveTypes.explicit_prime) {
    exchange.prime = readOpaque8(reader);
    exchange.primeBits = exchange.prime === null ? null : bitLength(reader.bytes, exchange.prime);
    // curve a, curve b, base point, order, cofactor
    for (let part = 0; part < 5; part++) readOpaque8(reader);
  } else if (curveType === ecCurveTypes.explicit_char2) {
    const degree = reader.u16();
    if (reader.fault === null) exchange.primeBits = degree;
    // Basis: one exponent for a trinomial, three for a pentanomial; then as above.
    const exponents = reader.u8() === 1 ? 1 : 3;
    for (let part = 0; part < exponents + 5; part++) readOpaque8(reader);
  } else {
    reader.fail('malformed');
  }
  exchange.publicValue = readOpaque8(reader);
}

function readFiniteField(reader: Reader, exchange: ServerKeyExchangeValue): void {
  exchange.prime = readInteger(reader, exchange);
  readOpaque16(reader);
  exchange.publicValue = readOpaque16(reader);
}

function readHint(reader: Reader, exchange: ServerKeyExchangeValue): void {
  const length = reader.u16();
  if (reader.skip(length) >= 0) exchange.pskHintLength = length;
}

function readInteger(reader: Reader, exchange: ServerKeyExchangeValue): ByteRange | null {
  const range = readOpaque16(reader);
  if (range !== null) exchange.primeBits = bitLength(reader.bytes, range);
  return range;
}

function readOpaque16(reader: Reader): ByteRange | null {
  const length = reader.u16();
  const start = reader.skip(length);
  return start < 0 ? null : { start, end: start + length };
}

function readOpaque8(reader: Reader): ByteRange | null {
  const length = reader.u8();
  const start = reader.skip(length);
  return start < 0 ? null : { start, end: start + length };
}

function bitLength(bytes: Uint8Array, range: ByteRange): number {
  let at = range.start;
  while (at < range.end && bytes[at] === 0) at++;
  return at === range.end ? 0 : (range.end - at) * 8 - (Math.clz32(bytes[at]!) - 24);
}

function emptyExchange(kind: KeyExchange | null): ServerKeyExchangeValue {
  return {
    kind,
    curveType: null,
    group: null,
    primeBits: null,
    prime: null,
    publicValue: null,
    pskHintLength: null,
    params: null,
    signatureScheme: null,
    signature: null,
    fault: null,
  };
}
