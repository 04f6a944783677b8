// RFC 5246 §7.4.3 (finite field), RFC 8422 §5.4 (elliptic curves), RFC 4279 §2 (PSK), RFC 5489 §2, RFC 5054 §2.5.3 (SRP),
// RFC 2246 §7.4.3 (export RSA).

import type { Fault } from '../../base/fault.js';
import { Reader } from '../../base/reader.js';
import { cipherSuite, type KeyExchange } from '../../registry/cipher-suite-properties.js';
import { type ByteRange, readRange, readRange16 } from './byte-range.js';
import { readSignatureScheme } from './certificate-verify.js';
import { expectEnd } from './faults.js';

/** ECCurveType (RFC 8422 §5.4). */
const ecCurveTypes = { explicit_prime: 0x01, explicit_char2: 0x02, named_curve: 0x03 } as const;

/** A ServerKeyExchange; the range is lent and absolute. */
export interface ServerKeyExchangeValue {
  /** By the suite; null where the suite is unknown. 'rsa' here is the temporary key of export suites. */
  kind: KeyExchange | null;
  /** Named group, or null. */
  group: number | null;
  /** Bits of the prime (Diffie-Hellman, SRP, explicit curve) or of the modulus (export RSA), or null. */
  primeBits: number | null;
  /** The prime's octets, which tell well-known primes apart, or null. */
  prime: ByteRange | null;
  /** TLS 1.2; null before, for anonymous and PSK exchanges, and where cut. */
  signatureScheme: number | null;
  /** What is signed after both randoms, and the signature; null where nothing is signed, and where cut. */
  params: ByteRange | null;
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
  const exchange: ServerKeyExchangeValue = {
    kind: suite?.keyExchange ?? null,
    group: null,
    primeBits: null,
    prime: null,
    signatureScheme: null,
    params: null,
    signature: null,
    fault: null,
  };
  readParams(reader, exchange);
  if (suite !== null && signedBy.has(suite.authentication) && !pskExchanges.has(suite.keyExchange)) {
    if (reader.fault === null) exchange.params = { start, end: reader.at };
    exchange.signatureScheme = readSignatureScheme(reader, version);
    exchange.signature = readRange16(reader);
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
      // Modulus and exponent.
      readPrime(exchange, reader, reader.u16());
      skipOpaque16(reader);
      break;
    case 'psk':
    case 'rsa_psk':
      skipOpaque16(reader);
      break;
    case 'dhe_psk':
      skipOpaque16(reader);
      readFiniteField(reader, exchange);
      break;
    case 'ecdhe_psk':
      skipOpaque16(reader);
      readCurve(reader, exchange);
      break;
    case 'srp':
      // N, g, salt, B.
      readPrime(exchange, reader, reader.u16());
      skipOpaque16(reader);
      skipOpaque8(reader);
      skipOpaque16(reader);
      break;
    default:
      reader.fail('unsupported');
  }
}

function readCurve(reader: Reader, exchange: ServerKeyExchangeValue): void {
  const curveType = reader.u8();
  if (reader.fault !== null) return;
  if (curveType === ecCurveTypes.named_curve) {
    const group = reader.u16();
    if (reader.fault === null) exchange.group = group;
  } else if (curveType === ecCurveTypes.explicit_prime) {
    readPrime(exchange, reader, reader.u8());
    // curve a, curve b, base point, order, cofactor
    for (let part = 0; part < 5; part++) skipOpaque8(reader);
  } else if (curveType === ecCurveTypes.explicit_char2) {
    const degree = reader.u16();
    if (reader.fault === null) exchange.primeBits = degree;
    // Basis: one exponent for a trinomial, three for a pentanomial; then as above.
    const exponents = reader.u8() === 1 ? 1 : 3;
    for (let part = 0; part < exponents + 5; part++) skipOpaque8(reader);
  } else {
    reader.fail('malformed');
  }
  // The server's public point.
  skipOpaque8(reader);
}

/** Prime, generator, public value. */
function readFiniteField(reader: Reader, exchange: ServerKeyExchangeValue): void {
  readPrime(exchange, reader, reader.u16());
  skipOpaque16(reader);
  skipOpaque16(reader);
}

function readPrime(exchange: ServerKeyExchangeValue, reader: Reader, length: number): void {
  exchange.prime = readRange(reader, length);
  if (exchange.prime !== null) exchange.primeBits = bitLength(reader.bytes, exchange.prime);
}

function skipOpaque16(reader: Reader): void {
  reader.skip(reader.u16());
}

function skipOpaque8(reader: Reader): void {
  reader.skip(reader.u8());
}

function bitLength(bytes: Uint8Array, range: ByteRange): number {
  let at = range.start;
  while (at < range.end && bytes[at] === 0) at++;
  return at === range.end ? 0 : (range.end - at) * 8 - (Math.clz32(bytes[at]!) - 24);
}
