// TCP reassembly: segments of one direction → its octets in order, each once, and gaps where they are missing. Octets in order
// are lent straight from the packet; only early ones are copied. `chunk` and `at` are the flow's record all along.
import { sequenceAdd, sequenceDistance } from '../base/sequence.js';
import { type PacketView, tcpFlags } from '../model/packet.js';
import { type Conversation, type Direction, skipAll } from '../model/stream.js';
import type { Conversations } from './conversations.js';
import { FlowArrival } from './flow-arrival.js';
import { type FlowTable, flowFields, flowFlags } from './flow-table.js';
import { HeldSegments } from './held-segments.js';
import { maxHeldPerDirection, maxHeldSegments, maxHeldTotal, patienceSeconds, patienceSegments } from './limits.js';
import type { Troubles } from './troubles.js';

/** A segment further than this from what is expected belongs to no window that occurs in practice. */
export const farOutside = 0x4000000;

/** An acknowledgment that agrees with the peer's stream this closely does so by chance once in two thousand times. */
const nearby = 0x100000;

/** The streams of all connections. */
export class TcpStreams {
  /** Holes given up early because too much was held. */
  overHeld = 0;
  readonly #table: FlowTable;
  readonly #conversations: Conversations;
  readonly #troubles: Troubles;
  readonly #arrival: FlowArrival = new FlowArrival();
  /** By flow * 2 + direction; there while the flow's `held` bit is. */
  readonly #held: Map<number, HeldSegments> = new Map();
  /** Sum of what they cost. */
  #heldCost = 0;

  constructor(table: FlowTable, conversations: Conversations, troubles: Troubles) {
    this.#table = table;
    this.#conversations = conversations;
    this.#troubles = troubles;
  }

  /** The packet's octets are next in order, but for the first `seen` of them, which came before. */
  advance(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number, seen: number): void {
    const length = packet.payloadLength - seen;
    const skip = chunk[at + flowFields.skip + direction]!;
    if (skip >= length) {
      this.#step(flow, direction, length, chunk, at);
      if (skip !== skipAll) chunk[at + flowFields.skip + direction] = skip - length;
      return;
    }
    chunk[at + flowFields.flags]! |= flowFlags.payload << direction;
    this.#arrival.set(packet, chunk, at, direction);
    this.#step(flow, direction, length, chunk, at);
    const start = Math.min(packet.payloadStart + seen, packet.payloadEnd);
    this.#lend(flow, direction, packet.bytes, start, packet.payloadEnd, length, chunk, at);
  }

  /** The packet's payload, at `sequence`, may be anything: in order, known, overlapping, early or astray. */
  accept(
    flow: number,
    direction: Direction,
    packet: PacketView,
    chunk: Int32Array,
    at: number,
    sequence: number,
  ): void {
    const ahead = sequenceDistance(chunk[at + flowFields.next + direction]!, sequence);
    if (ahead >= farOutside) {
      this.#troubles.note(flow, 'segment far outside the window');
    } else if (ahead > 0) {
      this.#hold(flow, direction, packet, chunk, at, sequence, ahead);
    } else if (packet.payloadLength + ahead > 0) {
      this.advance(flow, direction, packet, chunk, at, -ahead);
      this.#drain(flow, direction, chunk, at);
    }
  }

  /** The packet carries a FIN whose own number is `sequence`. */
  acceptFin(
    flow: number,
    direction: Direction,
    packet: PacketView,
    chunk: Int32Array,
    at: number,
    sequence: number,
  ): void {
    if (chunk[at + flowFields.flags]! & (flowFlags.fin << direction)) return;
    const ahead = sequenceDistance(chunk[at + flowFields.next + direction]!, sequence);
    const far = Math.abs(ahead) >= farOutside;
    // Far away it is an older connection's, unless it knows the peer's numbers: then more was lost than a gap can tell.
    if (far && !knowsPeer(packet, chunk, at, direction)) return;
    // Behind octets already seen it is no end.
    if (ahead < 0 && !far) return;
    if (far) this.#giveUpAll(flow, direction, chunk, at);
    if (far || ahead === 0) {
      this.#release(flow, direction, chunk, at);
      this.#arrival.set(packet, chunk, at, direction);
      this.#end(flow, direction, chunk, at);
      return;
    }
    const held = this.#heldBy(flow, direction, chunk, at);
    this.#arrival.set(packet, chunk, at, direction);
    const { frame, seconds, nanoseconds, acknowledged } = this.#arrival;
    held.fin ??= { sequence, frame, seconds, nanoseconds, acknowledged };
    if (this.#isOverBudget(held)) this.#giveUpHole(flow, direction, held, chunk, at);
  }

  /** The packet resets the connection; told once. */
  acceptReset(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number): void {
    const first = (chunk[at + flowFields.flags]! & (flowFlags.rst | (flowFlags.rst << 1))) === 0;
    chunk[at + flowFields.flags]! |= flowFlags.rst << direction;
    if (!first) return;
    this.#arrival.set(packet, chunk, at, direction);
    this.#conversations.begun(flow, chunk, at)?.closed(direction, true, this.#arrival);
  }

  /** Nothing more comes: gives out what is held, and as gaps what is missing. */
  finish(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    this.#giveUpAll(flow, direction, chunk, at);
    this.#missTail(flow, direction, chunk, at);
  }

  #step(flow: number, direction: Direction, length: number, chunk: Int32Array, at: number): void {
    const next = at + flowFields.next + direction;
    chunk[next] = sequenceAdd(chunk[next]!, length);
    this.#table.addBytes(flow, direction, length);
  }

  /** Lends what the conversation needs of `length` octets of which `bytes[start, end)` were captured. */
  #lend(
    flow: number,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    chunk: Int32Array,
    at: number,
  ): void {
    const skipWord = at + flowFields.skip + direction;
    let skip = chunk[skipWord]!;
    if (skip >= length) {
      if (skip !== skipAll) chunk[skipWord] = skip - length;
      return;
    }
    const conversation = this.#conversations.of(flow, chunk, at);
    const arrival = this.#arrival;
    const captured = end - start;
    const behind = arrival.offset + captured;
    if (skip < captured) {
      arrival.offset += skip;
      skip = conversation.data(direction, bytes, start + skip, end, arrival);
    } else {
      skip -= captured;
    }
    if (captured < length) {
      arrival.offset = behind;
      skip = this.#miss(conversation, direction, length - captured, skip);
    }
    chunk[skipWord] = skip;
  }

  /** `length` octets at the arrival's offset will never come; returns the octets to skip after them. */
  #miss(conversation: Conversation, direction: Direction, length: number, skip: number): number {
    if (skip === skipAll) return skip;
    if (skip >= length) return skip - length;
    this.#arrival.offset += skip;
    return conversation.gap(direction, length - skip, this.#arrival);
  }

  /** Keeps the packet's octets, `ahead` of what is expected, until their turn. */
  #hold(
    flow: number,
    direction: Direction,
    packet: PacketView,
    chunk: Int32Array,
    at: number,
    sequence: number,
    ahead: number,
  ): void {
    const held = this.#heldBy(flow, direction, chunk, at);
    chunk[at + flowFields.flags]! |= flowFlags.payload << direction;
    const length = packet.payloadLength;
    const skip = chunk[at + flowFields.skip + direction]!;
    const needed = skip !== skipAll && ahead + length > skip;
    this.#arrival.set(packet, chunk, at, direction);
    const { bytes, payloadStart, payloadEnd } = packet;
    const before = held.cost;
    const conflict = held.hold(sequence, length, bytes, payloadStart, payloadEnd, needed, this.#arrival);
    this.#heldCost += held.cost - before;
    if (conflict) this.#troubles.note(flow, 'conflicting overlap of segments');
    // Where a FIN is reached all is let go, with what lies behind it.
    const holds = flowFlags.held << direction;
    while (
      (chunk[at + flowFields.flags]! & holds) !== 0 &&
      held.segments.length > 0 &&
      (this.#isOverBudget(held) || this.#isLost(held, direction, packet, chunk, at))
    ) {
      this.#giveUpHole(flow, direction, held, chunk, at);
    }
  }

  #heldBy(flow: number, direction: Direction, chunk: Int32Array, at: number): HeldSegments {
    const key = flow * 2 + direction;
    let held = this.#held.get(key);
    if (held === undefined) {
      held = new HeldSegments();
      this.#held.set(key, held);
      this.#heldCost += held.cost;
      chunk[at + flowFields.flags]! |= flowFlags.held << direction;
    }
    return held;
  }

  #isOverBudget(held: HeldSegments): boolean {
    const over =
      held.cost > maxHeldPerDirection || held.segments.length > maxHeldSegments || this.#heldCost > maxHeldTotal;
    if (over) this.overHeld++;
    return over;
  }

  /** Whether the receiver has what lies behind the hole, and the capture showed it no sign of the octets in it for long. */
  #isLost(held: HeldSegments, direction: Direction, packet: PacketView, chunk: Int32Array, at: number): boolean {
    const peer = 1 - direction;
    if ((chunk[at + flowFields.flags]! & (flowFlags.ackKnown << peer)) === 0) return false;
    const acknowledged = chunk[at + flowFields.acknowledged + peer]!;
    if (sequenceDistance(held.segments[0]!.sequence, acknowledged) < 0) return false;
    if (held.segments.length >= patienceSegments) return true;
    const now = packet.seconds + packet.nanoseconds / 1e9;
    if (Number.isNaN(held.knownAt)) held.knownAt = now;
    return now - held.knownAt > patienceSeconds;
  }

  /** The octets before what is held first are a gap. */
  #giveUpHole(flow: number, direction: Direction, held: HeldSegments, chunk: Int32Array, at: number): void {
    const first = held.first;
    const missing = sequenceDistance(chunk[at + flowFields.next + direction]!, first.sequence);
    if (missing > 0) {
      this.#arrival.setHeld(first, chunk, at, direction);
      this.#gap(flow, direction, missing, chunk, at);
    }
    held.knownAt = Number.NaN;
    this.#drain(flow, direction, chunk, at);
  }

  /** Gives out all that is held, with the gaps between. */
  #giveUpAll(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    if ((chunk[at + flowFields.flags]! & (flowFlags.held << direction)) === 0) return;
    const key = flow * 2 + direction;
    for (let held = this.#held.get(key); held !== undefined; held = this.#held.get(key)) {
      this.#giveUpHole(flow, direction, held, chunk, at);
    }
  }

  #gap(flow: number, direction: Direction, missing: number, chunk: Int32Array, at: number): void {
    const next = at + flowFields.next + direction;
    const skip = at + flowFields.skip + direction;
    this.#troubles.gap(flow, direction, this.#arrival.offset, missing);
    chunk[next] = sequenceAdd(chunk[next]!, missing);
    chunk[skip] = this.#miss(this.#conversations.of(flow, chunk, at), direction, missing, chunk[skip]!);
  }

  /** Hands on what is held and now in order. What lies behind a FIN is no part of the stream. */
  #drain(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    if ((chunk[at + flowFields.flags]! & (flowFlags.held << direction)) === 0) return;
    const held = this.#held.get(flow * 2 + direction)!;
    const fin = held.fin;
    const next = at + flowFields.next + direction;
    for (;;) {
      if (fin !== null && sequenceDistance(chunk[next]!, fin.sequence) <= 0) {
        this.#release(flow, direction, chunk, at);
        this.#arrival.setHeld(fin, chunk, at, direction);
        this.#end(flow, direction, chunk, at);
        return;
      }
      const first = held.segments[0];
      if (first === undefined) break;
      const seen = sequenceDistance(first.sequence, chunk[next]!);
      if (seen < 0) return;
      const before = held.cost;
      held.shift();
      this.#heldCost += held.cost - before;
      if (seen >= first.length) continue;
      this.#arrival.setHeld(first, chunk, at, direction);
      this.#step(flow, direction, first.length - seen, chunk, at);
      const bytes = first.bytes ?? noBytes;
      this.#lend(flow, direction, bytes, Math.min(seen, bytes.length), bytes.length, first.length - seen, chunk, at);
    }
    if (fin === null) this.#release(flow, direction, chunk, at);
  }

  /** The direction holds nothing any more. */
  #release(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    const bit = flowFlags.held << direction;
    if ((chunk[at + flowFields.flags]! & bit) === 0) return;
    const key = flow * 2 + direction;
    this.#heldCost -= this.#held.get(key)!.cost;
    this.#held.delete(key);
    chunk[at + flowFields.flags]! &= ~bit;
  }

  /** The FIN is reached. */
  #end(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    if (chunk[at + flowFields.flags]! & (flowFlags.fin << direction)) return;
    chunk[at + flowFields.flags]! |= flowFlags.fin << direction;
    this.#conversations.begun(flow, chunk, at)?.closed(direction, false, this.#arrival);
  }

  /** Octets that the peer acknowledged and the capture never showed. */
  #missTail(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    const flags = chunk[at + flowFields.flags]!;
    const peer = 1 - direction;
    if ((flags & ((flowFlags.known | flowFlags.fin) << direction)) !== flowFlags.known << direction) return;
    if ((flags & (flowFlags.ackKnown << peer)) === 0) return;
    const acknowledged = chunk[at + flowFields.acknowledged + peer]!;
    const missing = sequenceDistance(chunk[at + flowFields.next + direction]!, acknowledged);
    // One acknowledged octet more is a FIN, seen or not.
    if (missing <= 1 || missing >= farOutside) return;
    this.#arrival.setLast(chunk, at, direction);
    this.#gap(flow, direction, missing, chunk, at);
  }
}

/** Whether the packet acknowledges what the peer said last, or nearly: an older connection's would not. */
function knowsPeer(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): boolean {
  const peer = 1 - direction;
  if ((packet.flags & tcpFlags.ack) === 0 || (chunk[at + flowFields.flags]! & (flowFlags.known << peer)) === 0) {
    return false;
  }
  return Math.abs(sequenceDistance(chunk[at + flowFields.next + peer]!, packet.acknowledgment)) < nearby;
}

const noBytes = new Uint8Array(0);
