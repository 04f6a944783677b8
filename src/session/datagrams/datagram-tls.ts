import { isDtlsRecordHeader, looksLikeDtlsClientHello, looksLikeDtlsServerHello } from '../../wire/tls/dtls-record.js';
import { hasFixedBit, looksLikeQuicInitial, parseQuicLongHeader } from '../../wire/tls/quic.js';
import { looks } from '../../wire/tls/record.js';

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
  if (hasFixedBit(bytes, start) && parseQuicLongHeader(bytes, start, end) !== null) return quic;
  if (looksLikeDtlsClientHello(bytes, start, end) === looks.yes) return dtlsClient;
  if (looksLikeDtlsServerHello(bytes, start, end) === looks.yes) return dtlsServer;
  return isDtlsRecordHeader(bytes, start) ? dtls : null;
}
