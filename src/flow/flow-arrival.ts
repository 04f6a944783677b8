import { sequenceDistance } from '../base/sequence.js';
import { type PacketView, tcpFlags } from '../model/packet.js';
import type { Arrival, Direction } from '../model/stream.js';
import { flowFields, flowFlags } from './flow-table.js';

/** Where octets that are not lent at once came from. */
export interface Origin {
  frame: number;
  seconds: number;
  nanoseconds: number;
  acknowledged: number;
}

/** The one arrival of a run: set before each call of a conversation. `chunk` and `at` are the flow's record. */
export class FlowArrival implements Arrival {
  frame = 0;
  seconds = 0;
  nanoseconds = 0;
  acknowledged = -1;
  offset = 0;

  /** With the packet in hand. */
  set(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): void {
    this.frame = packet.frame;
    this.seconds = packet.seconds;
    this.nanoseconds = packet.nanoseconds;
    const peer = 1 - direction;
    this.acknowledged =
      packet.flags & tcpFlags.ack && chunk[at + flowFields.flags]! & (flowFlags.known << peer)
        ? Math.max(-1, sequenceDistance(chunk[at + flowFields.initial + peer]!, packet.acknowledgment))
        : -1;
    this.#place(chunk, at, direction);
  }

  /** With a packet that is gone. */
  setHeld(origin: Origin, chunk: Int32Array, at: number, direction: Direction): void {
    this.frame = origin.frame;
    this.seconds = origin.seconds;
    this.nanoseconds = origin.nanoseconds;
    this.acknowledged = origin.acknowledged;
    this.#place(chunk, at, direction);
  }

  /** With no packet: the flow ended. */
  setLast(chunk: Int32Array, at: number, direction: Direction): void {
    this.frame = chunk[at + flowFields.lastFrame]!;
    this.seconds = chunk[at + flowFields.lastSeconds]!;
    this.nanoseconds = chunk[at + flowFields.lastNanoseconds]!;
    this.acknowledged = -1;
    this.#place(chunk, at, direction);
  }

  #place(chunk: Int32Array, at: number, direction: Direction): void {
    const initial = chunk[at + flowFields.initial + direction]!;
    this.offset = sequenceDistance(initial, chunk[at + flowFields.next + direction]!) >>> 0;
  }
}
