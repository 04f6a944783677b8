import { type Decoded, decoded, type PacketView } from '../../model/packet.js';
import type { Cursor } from '../link/cursor.js';

// RFC 9293 §3.1 (header):
//   source port 2 | destination port 2 | sequence 4 | acknowledgment 4 | data offset 4 bits (words), reserved 4 | flags 1
//   | window 2 | checksum 2 | urgent pointer 2 | options

const minimumHeader = 20;
/** The octets up to the flags: all that is needed, so that a header cut behind them still counts. */
const neededHeader = 14;

/** Reads a TCP header: sets the transport fields. The checksum is not verified, as offload writes it late. */
export function decodeTcp(packet: PacketView, cursor: Cursor): Decoded {
  const { at, end, limit, words } = cursor;
  if (at + neededHeader > end) return cursor.shortage(neededHeader);
  const control = words.getUint16(at + 12);
  const headerLength = (control >> 12) << 2;
  const payloadLength = limit - at - headerLength;
  if (headerLength < minimumHeader || payloadLength < 0) return decoded.malformed;
  const ports = words.getInt32(at);
  packet.sourcePort = ports >>> 16;
  packet.destinationPort = ports & 0xffff;
  packet.transportStart = at;
  packet.sequence = words.getInt32(at + 4);
  packet.acknowledgment = words.getInt32(at + 8);
  packet.flags = control & 0xff;
  const payloadStart = at + headerLength;
  packet.payloadStart = payloadStart < end ? payloadStart : end;
  packet.payloadEnd = end;
  packet.payloadLength = payloadLength;
  return decoded.tcp;
}
