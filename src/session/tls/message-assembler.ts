import { u24 } from '../../base/bytes.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import { maxMessageOctets } from '../limits.js';
import type { OctetPool } from '../octet-pool.js';

const firstCapacity = 512;

/**
 * Puts one handshake message together from pieces. Its buffer grows with what arrives, never with what the length field
 * promises, and comes from a pool that all connections share.
 */
export class MessageAssembler {
  bytes: Uint8Array;
  /** Octets of the message so far, header included; those that the pool had no room for are counted and not kept. */
  length = 0;
  /** Whether the pool refused to keep it: `bytes` ends early. */
  refused = false;
  readonly #pool: OctetPool;

  constructor(pool: OctetPool) {
    this.#pool = pool;
    const bytes = pool.take(firstCapacity);
    this.refused = bytes === null;
    this.bytes = bytes ?? new Uint8Array(handshakeHeaderLength);
  }

  /** Octets of the whole message, header included; unknown (the header alone) until the header is there. */
  get wanted(): number {
    if (this.length < handshakeHeaderLength) return handshakeHeaderLength;
    return handshakeHeaderLength + u24(this.bytes, 1);
  }

  get complete(): boolean {
    return this.length >= handshakeHeaderLength && this.length === this.wanted;
  }

  /** Takes what it needs of `bytes[start, end)`; returns the offset behind it. */
  take(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.length < handshakeHeaderLength) this.bytes[this.length++] = bytes[at++]!;
    if (this.length < handshakeHeaderLength) return at;
    const take = Math.min(end - at, this.wanted - this.length);
    if (take > 0) {
      this.#reserve(this.length + take);
      if (!this.refused) this.bytes.set(bytes.subarray(at, at + take), this.length);
      this.length += take;
    }
    return at + take;
  }

  /** Gives its buffer back; nothing may be taken after. */
  release(): void {
    if (this.bytes.length >= firstCapacity) this.#pool.release(this.bytes);
    this.bytes = noBytes;
  }

  #reserve(octets: number): void {
    if (this.refused || octets <= this.bytes.length) return;
    const capacity = Math.min(Math.max(octets, this.bytes.length * 2), handshakeHeaderLength + maxMessageOctets);
    const grown = this.#pool.take(capacity);
    if (grown === null) {
      this.refused = true;
      return;
    }
    grown.set(this.bytes.subarray(0, Math.min(this.length, this.bytes.length)));
    this.#pool.release(this.bytes);
    this.bytes = grown;
  }
}

const noBytes = new Uint8Array(0);
