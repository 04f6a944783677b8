// What a PROXY protocol header says (HAProxy's "The PROXY protocol", §2.1 version 1, §2.2 version 2).
import { formatIpv4, formatIpv6 } from '../base/address.js';
import { i32, latin1, u16, utf8 } from '../base/bytes.js';
import { sha256Hex } from '../base/hash.js';
import type { ProxyHeaderRecord } from '../model/content.js';
import type { ContentSink } from '../model/content-sink.js';
import type { Endpoint } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { parseCertificate } from '../wire/x509/certificate.js';

/** Octets before the addresses of a version 2 header: signature, version and command, family, length. */
const binaryHeaderLength = 16;
/** Types of type-length-values (§2.2.7) and of those inside PP2_TYPE_SSL. */
const types = {
  authority: 0x02,
  uniqueId: 0x05,
  ssl: 0x20,
  sslVersion: 0x21,
  sslCommonName: 0x22,
  sslCipher: 0x23,
  sslClientCertificate: 0x28,
} as const;
/** PP2_CLIENT_SSL, PP2_CLIENT_CERT_CONN, PP2_CLIENT_CERT_SESS. */
const clientBits = { ssl: 0x01, certificateOnConnection: 0x02, certificateInSession: 0x04 } as const;
/** Octets of PP2_TYPE_SSL before its own type-length-values: client bits and the verification's result. */
const sslHeaderLength = 5;
/** A header has some ten; more would be a flood. */
const maxListedTypes = 32;
const maxName = 256;

/** A piece of a header. */
interface Range {
  start: number;
  end: number;
}

/**
 * Reads the whole header `bytes[start, end)` and tells it to `sink`, with what it says of the hop before and of that hop's TLS
 * client. Whoever sends one is the client.
 */
export function readProxyHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  arrival: Arrival,
  sink: ContentSink,
): void {
  const isBinary = bytes[start] === 0x0d;
  const record = isBinary ? readBinary(bytes, start, end, arrival, sink) : readText(latin1(bytes, start, end), arrival);
  sink.proxyHeader(record);
  if (record.source !== null && record.source.ip !== '') {
    sink.forwardedFor('client', arrival, 'proxy-protocol', { ip: record.source.ip, port: record.source.port });
  }
  if (record.ssl !== null) noteIdentity(record.ssl, arrival, sink);
}

function newRecord(arrival: Arrival, version: 1 | 2): ProxyHeaderRecord {
  return {
    frame: arrival.frame,
    from: 'client',
    version,
    source: null,
    destination: null,
    tlvs: [],
    authority: null,
    ssl: null,
  };
}

/** `PROXY SP family SP source SP destination SP port SP port CRLF`; 'UNKNOWN' may be followed by anything. */
function readText(line: string, arrival: Arrival): ProxyHeaderRecord {
  const record = newRecord(arrival, 1);
  const [, family, source, destination, sourcePort, destinationPort] = line.trimEnd().split(' ');
  if (family === 'TCP4' || family === 'TCP6') {
    record.source = endpointOf(source, sourcePort);
    record.destination = endpointOf(destination, destinationPort);
  }
  return record;
}

function endpointOf(ip: string | undefined, port: string | undefined): Endpoint | null {
  if (ip === undefined || port === undefined || !/^[0-9a-fA-F.:]{2,45}$/.test(ip) || !/^\d{1,5}$/.test(port))
    return null;
  return { ip: ip.toLowerCase(), port: Number(port) };
}

function readBinary(
  bytes: Uint8Array,
  start: number,
  end: number,
  arrival: Arrival,
  sink: ContentSink,
): ProxyHeaderRecord {
  const record = newRecord(arrival, 2);
  const isLocal = (bytes[start + 12]! & 0x0f) === 0;
  const family = bytes[start + 13]! >> 4;
  const addresses = start + binaryHeaderLength;
  const addressOctets = family === 1 ? 4 : family === 2 ? 16 : 0;
  const rest = addresses + (family === 3 ? 216 : addressOctets === 0 ? 0 : 2 * addressOctets + 4);
  if (rest > end) return record;
  if (addressOctets > 0 && !isLocal) {
    const ports = addresses + 2 * addressOctets;
    record.source = { ip: addressAt(bytes, addresses, addressOctets), port: u16(bytes, ports) };
    record.destination = {
      ip: addressAt(bytes, addresses + addressOctets, addressOctets),
      port: u16(bytes, ports + 2),
    };
  }
  forEachValue(bytes, rest, end, (type, value) => {
    if (record.tlvs.length < maxListedTypes) record.tlvs.push(type);
    if (type === types.authority) record.authority = textAt(bytes, value);
    else if (type === types.uniqueId) sink.mark('client', arrival, 'proxy-unique-id', { bytes, ...value });
    else if (type === types.ssl) record.ssl = readSsl(bytes, value, arrival, sink);
  });
  return record;
}

/** Calls `each` with every type-length-value (`type(8) length(16) value`) that lies whole in `bytes[start, end)`. */
function forEachValue(bytes: Uint8Array, start: number, end: number, each: (type: number, value: Range) => void): void {
  for (let at = start; at + 3 <= end; ) {
    const valueEnd = at + 3 + u16(bytes, at + 1);
    if (valueEnd > end) return;
    each(bytes[at]!, { start: at + 3, end: valueEnd });
    at = valueEnd;
  }
}

function readSsl(
  bytes: Uint8Array,
  { start, end }: Range,
  arrival: Arrival,
  sink: ContentSink,
): ProxyHeaderRecord['ssl'] {
  if (end - start < sslHeaderLength) return null;
  const client = bytes[start]!;
  const ssl: NonNullable<ProxyHeaderRecord['ssl']> = {
    overTls: (client & clientBits.ssl) !== 0,
    certificatePresented: (client & (clientBits.certificateOnConnection | clientBits.certificateInSession)) !== 0,
    verified: i32(bytes, start + 1) === 0,
    version: null,
    cipher: null,
    commonName: null,
  };
  forEachValue(bytes, start + sslHeaderLength, end, (type, value) => {
    if (type === types.sslVersion) ssl.version = textAt(bytes, value);
    else if (type === types.sslCommonName) ssl.commonName = textAt(bytes, value);
    else if (type === types.sslCipher) ssl.cipher = textAt(bytes, value);
    else if (type === types.sslClientCertificate) noteCertificate(bytes, value, arrival, sink);
  });
  return ssl;
}

function noteCertificate(bytes: Uint8Array, { start, end }: Range, arrival: Arrival, sink: ContentSink): void {
  const { subject, parseError } = parseCertificate(bytes, start, end);
  if (parseError !== null) return;
  const { frame } = arrival;
  const where = 'PROXY v2 SSL TLV';
  sink.identity({ frame, from: 'client', where, kind: 'certificate', value: null });
  sink.material({
    frame,
    from: 'client',
    kind: 'certificate',
    form: 'X.509',
    encoding: 'DER',
    where,
    length: end - start,
    sha256: sha256Hex(bytes.subarray(start, end)),
    subject,
  });
}

/** The result says nothing where no certificate was presented: it is zero then, too. */
function noteIdentity(ssl: NonNullable<ProxyHeaderRecord['ssl']>, { frame }: Arrival, sink: ContentSink): void {
  const sight = { frame, from: 'client', where: 'PROXY v2 SSL TLV' } as const;
  if (ssl.overTls) sink.identity({ ...sight, kind: 'tls-info', value: null });
  if (!ssl.certificatePresented) return;
  sink.identity({ ...sight, kind: 'verification', value: ssl.verified ? 'verified' : 'not verified' });
  if (ssl.commonName !== null) sink.identity({ ...sight, kind: 'name', value: ssl.commonName });
}

function addressAt(bytes: Uint8Array, at: number, octets: number): string {
  if (octets === 4) return formatIpv4(i32(bytes, at));
  return formatIpv6(i32(bytes, at), i32(bytes, at + 4), i32(bytes, at + 8), i32(bytes, at + 12));
}

function textAt(bytes: Uint8Array, { start, end }: Range): string {
  return utf8(bytes, start, Math.min(end, start + maxName));
}
