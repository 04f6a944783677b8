import { u24 } from '../base/bytes.js';
import { handshakeHeaderLength } from '../wire/tls/record.js';
import { maxMessageOctets, maxUnfinishedTotal } from './limits.js';

/** Octets that all unfinished messages take together; shared by the connections of a run. */
export interface UnfinishedBudget {
  octets: number;
  /** Messages that were given up because the budget was spent. */
  refused: number;
}

const firstCapacity = 512;

/**
 * Puts one handshake message together from pieces. Its buffer grows with what arrives, never with what the length field
 * promises, and its octets count against a budget shared by all connections.
 */
export class MessageAssembler {
  bytes: Uint8Array;
  /** Octets of the message so far, header included; past the budget they are counted and not kept. */
  length = 0;
  /** Whether the budget refused to keep it: `bytes` ends early. */
  refused: boolean;
  readonly #budget: UnfinishedBudget;

  constructor(budget: UnfinishedBudget) {
    this.#budget = budget;
    this.refused = budget.octets + firstCapacity > maxUnfinishedTotal;
    if (this.refused) budget.refused++;
    this.bytes = new Uint8Array(this.refused ? handshakeHeaderLength : firstCapacity);
    budget.octets += this.bytes.length;
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

  /** Gives its octets back to the budget; nothing may be taken after. */
  release(): void {
    this.#budget.octets -= this.bytes.length;
    this.bytes = noBytes;
  }

  #reserve(octets: number): void {
    if (this.refused || octets <= this.bytes.length) return;
    const capacity = Math.min(Math.max(octets, this.bytes.length * 2), handshakeHeaderLength + maxMessageOctets);
    const more = capacity - this.bytes.length;
    if (this.#budget.octets + more > maxUnfinishedTotal) {
      this.refused = true;
      this.#budget.refused++;
      return;
    }
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#budget.octets += more;
  }
}

const noBytes = new Uint8Array(0);
