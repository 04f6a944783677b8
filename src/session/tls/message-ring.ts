// The last handshake messages of all connections together. Whether a handshake's messages are needed again is only known
// when the server asks for a certificate, or its signature comes; keeping them for each connection until then would cost a
// flood of half-open ones hundreds of megabytes. A ring costs what it costs, and who comes too late finds nothing.
import { i32 } from '../../base/bytes.js';

/** Octets of the ring: some three thousand handshakes that go on at the same time. */
const ringOctets = 4 * 1024 * 1024;
/** Messages longer than this are not kept: a chain of certificates can be told from the certificates. */
export const maxRingMessage: number = 32 * 1024;
/** Positions count in units, so that they stay small integers for 32 GB of messages. */
const unit = 16;
const headerOctets = 4;
const ringUnits = ringOctets / unit;

/** Where a message lies; `noMessage` where none was kept. */
export type RingPosition = number;
export const noMessage: RingPosition = -1;

/** A ring of messages; made when the first comes. */
export class MessageRing {
  #bytes: Uint8Array | null = null;
  /** Units written since the beginning. */
  #written = 0;

  /** Copies the lent `bytes[start, end)`; the position is good until the ring has gone round. */
  put(bytes: Uint8Array, start: number, end: number): RingPosition {
    const length = end - start;
    if (length > maxRingMessage) return noMessage;
    this.#bytes ??= new Uint8Array(ringOctets);
    const units = Math.ceil((length + headerOctets) / unit);
    const room = ringUnits - (this.#written % ringUnits);
    // A message lies in one piece: what is left before the end is passed over.
    if (units > room) this.#written += room;
    const position = this.#written;
    const at = (position % ringUnits) * unit;
    const ring = this.#bytes;
    ring[at] = length >>> 24;
    ring[at + 1] = length >>> 16;
    ring[at + 2] = length >>> 8;
    ring[at + 3] = length;
    ring.set(bytes.subarray(start, end), at + headerOctets);
    this.#written += units;
    return position;
  }

  /** The message at `position`: a view that is good until the next `put`; null where it has been overwritten. */
  get(position: RingPosition): Uint8Array | null {
    if (this.#bytes === null || position < 0 || this.#written - position > ringUnits) return null;
    const at = (position % ringUnits) * unit;
    const start = at + headerOctets;
    return this.#bytes.subarray(start, start + i32(this.#bytes, at));
  }
}
