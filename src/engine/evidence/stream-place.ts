import { sequenceAdd, sequenceDistance } from '../../base/sequence.js';
import type { PacketView } from '../../model/packet.js';
import type { Side } from '../../model/side.js';
import type { Direction } from '../../model/stream.js';
import type { PayloadMask } from './payload-masks.js';

const syn = 0x02;

/** Where a connection's octets are counted from: as the flow floor does. */
export class StreamPlace {
  #first: Side | null = null;
  readonly #initial: [number | null, number | null] = [null, null];
  readonly #hasPayload: [boolean, boolean] = [false, false];

  /** Takes a packet of the connection; they come in order. */
  note(packet: PacketView, from: Side): void {
    this.#first ??= from;
    const direction = this.directionOf(from);
    const isSyn = (packet.flags & syn) !== 0;
    if (this.#initial[direction] === null || (isSyn && !this.#hasPayload[direction])) {
      this.#initial[direction] = isSyn ? sequenceAdd(packet.sequence, 1) : packet.sequence;
    }
    if (packet.payloadLength > 0) this.#hasPayload[direction] = true;
  }

  directionOf(from: Side): Direction {
    return this.#first === null || from === this.#first ? 0 : 1;
  }

  /** Offset of a packet's payload in its direction's stream. */
  offsetOf(packet: PacketView, from: Side): number {
    const initial = this.#initial[this.directionOf(from)];
    const sequence = packet.flags & syn ? sequenceAdd(packet.sequence, 1) : packet.sequence;
    return initial === null ? 0 : sequenceDistance(initial, sequence);
  }
}

/** How a connection's content is masked, and where it begins. */
export interface FlowMask {
  payload: PayloadMask;
  place: StreamPlace;
}
