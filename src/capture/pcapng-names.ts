import { utf8 } from '../base/bytes.js';
import type { CaptureSink } from '../model/packet.js';
import { fileU16 } from './byte-order.js';
import { nameRecordTypes } from './pcapng-blocks.js';

/**
 * Hands the names of a name resolution block (pcapng §4.5) to the sink: records of type 2, length 2, an address and names
 * each ended by a zero octet, padded to 4. False when a record runs past the block; those before it were handed on.
 */
export function readNames(
  bytes: Uint8Array,
  body: number,
  end: number,
  little: boolean,
  sink: Pick<CaptureSink, 'name'>,
): boolean {
  let at = body;
  while (end - at >= 4) {
    const type = fileU16(bytes, at, little);
    const length = fileU16(bytes, at + 2, little);
    const start = at + 4;
    if (type === nameRecordTypes.end) return true;
    if (length > end - start) return false;
    const addressLength = type === nameRecordTypes.ipv4 ? 4 : type === nameRecordTypes.ipv6 ? 16 : 0;
    if (addressLength > 0 && length > addressLength) handNames(bytes, start, addressLength, start + length, sink);
    at = start + ((length + 3) & ~3);
  }
  return true;
}

function handNames(
  bytes: Uint8Array,
  address: number,
  addressLength: number,
  end: number,
  sink: Pick<CaptureSink, 'name'>,
): void {
  let from = address + addressLength;
  for (let at = from; at < end; at++) {
    if (bytes[at] !== 0) continue;
    if (at > from) sink.name(bytes, address, addressLength, utf8(bytes, from, at));
    from = at + 1;
  }
  // The last name's end may be missing.
  if (from < end) sink.name(bytes, address, addressLength, utf8(bytes, from, end));
}
