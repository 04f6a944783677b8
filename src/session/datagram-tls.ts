import { isDtlsRecordHeader, looksLikeDtlsClientHello, looksLikeDtlsServerHello } from '../wire/tls/dtls-record.js';
import { isQuicVersion, looksLikeQuicInitial } from '../wire/tls/quic.js';
import { looks } from '../wire/tls/record.js';

/** TLS inside datagrams, and who sent the one in hand where it tells. */
export interface DatagramTls {
  name: 'quic' | 'dtls';
  fromClient: boolean | null;
}

const quicInitial: DatagramTls = { name: 'quic', fromClient: true };
const quic: DatagramTls = { name: 'quic', fromClient: null };
const dtlsClient: DatagramTls = { name: 'dtls', fromClient: true };
const dtlsServer: DatagramTls = { name: 'dtls', fromClient: false };
const dtls: DatagramTls = { name: 'dtls', fromClient: null };

/** QUIC or DTLS by the content of one datagram, or null. */
export function identifyDatagram(bytes: Uint8Array, start: number, end: number): DatagramTls | null {
  const length = end - start;
  if (length < 13) return null;
  if (looksLikeQuicInitial(bytes, start, end, length) === looks.yes) return quicInitial;
  if (hasQuicLongHeader(bytes, start, end)) return quic;
  if (looksLikeDtlsClientHello(bytes, start, end) === looks.yes) return dtlsClient;
  if (looksLikeDtlsServerHello(bytes, start, end) === looks.yes) return dtlsServer;
  return isDtlsRecordHeader(bytes, start) ? dtls : null;
}

/** RFC 8999 §5.1: header form 1, version 4, two connection ids of at most 20 octets behind their lengths. */
function hasQuicLongHeader(bytes: Uint8Array, start: number, end: number): boolean {
  if ((bytes[start]! & 0xc0) !== 0xc0) return false;
  const version =
    ((bytes[start + 1]! << 24) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 8) | bytes[start + 4]!) >>> 0;
  if (!isQuicVersion(version)) return false;
  const destination = bytes[start + 5]!;
  const sourceAt = start + 6 + destination;
  return destination <= 20 && sourceAt < end && bytes[sourceAt]! <= 20;
}
