// RFC 9000 §12.4 and §19: the frames that Initial and Handshake packets may hold.
import { Reader } from '../../base/reader.js';
import { readVarint } from './quic-packets.js';

const frameTypes = { padding: 0x00, ping: 0x01, ack: 0x02, ackWithEcn: 0x03, crypto: 0x06, close: 0x1c } as const;

/** RFC 9000 §20.1: 0x0100 to 0x01ff are TLS alerts. */
const cryptoErrors = 0x0100;

/** What the frames of a packet hold. Octets are lent for the call. */
export interface QuicFrameSink {
  /** Octets of the handshake, from `offset` of their packet number space's stream on. */
  crypto(offset: number, bytes: Uint8Array, start: number, end: number): void;
  /** The connection is closed because of a TLS alert. */
  alert(code: number): void;
}

/** Walks the frames of an opened packet; stops at one that has no place in a handshake, or contradicts itself. */
export function walkQuicFrames(bytes: Uint8Array, start: number, end: number, sink: QuicFrameSink): void {
  const reader = new Reader(bytes, start, end, 'QUIC frame');
  while (reader.remaining > 0) {
    const type = readVarint(reader);
    if (type === frameTypes.padding || type === frameTypes.ping) continue;
    if (type === frameTypes.ack || type === frameTypes.ackWithEcn) {
      skipAcknowledgment(reader, type === frameTypes.ackWithEcn);
    } else if (type === frameTypes.crypto) {
      const offset = readVarint(reader);
      const length = readVarint(reader);
      const at = reader.skip(length);
      if (at >= 0) sink.crypto(offset, bytes, at, at + length);
    } else {
      if (type === frameTypes.close) {
        const code = readVarint(reader);
        if (reader.fault === null && code >>> 8 === cryptoErrors >>> 8) sink.alert(code & 0xff);
      }
      return;
    }
  }
}

/** Largest acknowledged, delay, count of ranges, first range; then gap and length of each; then three counts. */
function skipAcknowledgment(reader: Reader, withEcn: boolean): void {
  readVarint(reader);
  readVarint(reader);
  const ranges = readVarint(reader);
  readVarint(reader);
  for (let left = ranges; left > 0 && reader.fault === null; left--) {
    readVarint(reader);
    readVarint(reader);
  }
  for (let left = withEcn ? 3 : 0; left > 0; left--) readVarint(reader);
}
