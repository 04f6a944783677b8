// Packets → ordered bytes of one connection. This file and flow-table.ts are the per-packet path: no allocation, no closures.
import { sequenceAdd, sequenceDistance } from '../base/sequence.js';
import { type PacketView, tcpFlags } from '../model/packet.js';
import { type Arrival, type Conversation, type Direction, skipAll } from '../model/stream.js';
import { DuplicateFilter } from './duplicate-filter.js';
import { FlowFacts, type FlowTroubles } from './flow-facts.js';
import { FlowTable, flowFields, flowFlags } from './flow-table.js';
import { HeldSegments } from './held-segments.js';
import { LayerPaths } from './layer-paths.js';
import {
  briefIdleSeconds,
  defaultMaxFlows,
  lingerSeconds,
  maxGapsListed,
  maxHeldPerDirection,
  maxHeldSegments,
  maxHeldTotal,
  openIdleSeconds,
  patienceSeconds,
  patienceSegments,
  timeWaitSeconds,
} from './limits.js';
import { PacketClock } from './packet-clock.js';
import { TimeoutQueue } from './timeout-queue.js';

/** What the tracker tells the session floor. Everything is lent for the call. */
export interface FlowSink {
  /** The first payload of a connection: who listens to it. Ports of the first packet's sender and of its peer; its id. */
  begin(transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number): Conversation;
  /** A connection is over (or given up); `conversation` is null when it never had payload. */
  ended(facts: FlowFacts, conversation: Conversation | null): void;
}

/** A segment further than this from what is expected belongs to no window that occurs in practice. */
const farOutside = 0x4000000;
/** A RST is believed this near to what is expected: the largest windows in use, with room for lost packets. */
const resetWindow = 0x1000000;
/** A direction whose numbers are known, with nothing held: the next segment in order is all there is to it. */
const inStep = flowFlags.known | flowFlags.ackKnown;
const settledBits = inStep | flowFlags.held;
const synFinRst = tcpFlags.syn | tcpFlags.fin | tcpFlags.rst;

/** Follows every connection of a capture; see `FlowSink` for what comes out. */
export class FlowTracker {
  /** Frames recognised as copies. */
  duplicatePackets = 0;
  /** Packets that came after their connection was told; they belong to it and change nothing. */
  stragglers = 0;
  /** Index of the capture that packets now come from. */
  capture = 0;
  /** Bounds that bit, by name. */
  readonly limits: { evictedFlows: number; heldOctets: number; unlistedGaps: number } = {
    evictedFlows: 0,
    heldOctets: 0,
    unlistedGaps: 0,
  };

  readonly #sink: FlowSink;
  readonly #table: FlowTable;
  readonly #duplicates: DuplicateFilter;
  readonly #clock: PacketClock = new PacketClock();
  readonly #brief: TimeoutQueue;
  readonly #open: TimeoutQueue;
  readonly #closing: TimeoutQueue;
  readonly #told: TimeoutQueue;
  readonly #layers: LayerPaths = new LayerPaths();
  readonly #facts: FlowFacts = new FlowFacts();
  readonly #arrival: Arrival = { frame: 0, seconds: 0, nanoseconds: 0, acknowledged: -1, offset: 0 };
  readonly #conversations: (Conversation | null)[] = [];
  /** By flow * 2 + direction. */
  readonly #held: Map<number, HeldSegments> = new Map();
  readonly #troubles: Map<number, FlowTroubles> = new Map();
  readonly #maxFlows: number;
  #heldOctets = 0;
  #nextId: number;

  /** `seed` is drawn per run; `firstId` is the id of the first flow, 1-based. */
  constructor(sink: FlowSink, seed: number, firstId: number, maxFlows: number = defaultMaxFlows) {
    this.#maxFlows = maxFlows;
    this.#sink = sink;
    this.#table = new FlowTable(seed);
    this.#duplicates = new DuplicateFilter(seed);
    this.#brief = new TimeoutQueue(this.#table, briefIdleSeconds);
    this.#open = new TimeoutQueue(this.#table, openIdleSeconds);
    this.#closing = new TimeoutQueue(this.#table, lingerSeconds);
    this.#told = new TimeoutQueue(this.#table, timeWaitSeconds);
    this.#nextId = firstId;
  }

  /** The id that the next connection gets. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Takes a decoded TCP packet. */
  tcp(packet: PacketView): void {
    if (this.#clock.observe(packet.seconds)) this.#expire();
    if (this.#duplicates.isDuplicate(packet)) {
      this.duplicatePackets++;
      return;
    }
    let flow = this.#table.find(packet);
    let direction = this.#table.direction;
    if (flow >= 0) {
      const chunk = this.#table.chunk(flow);
      const at = this.#table.wordsOf(flow);
      const flags = chunk[at + flowFields.flags]!;
      if (flags & flowFlags.told || packet.flags & tcpFlags.syn || flags & flowFlags.closing) {
        const verdict = this.#reuse(packet, chunk, at, direction);
        if (verdict === straggler) {
          this.stragglers++;
          return;
        }
        if (verdict === newConnection) {
          if ((flags & flowFlags.told) === 0) this.#tell(flow);
          this.#remove(flow);
          flow = -1;
        }
      }
    }
    if (flow < 0) {
      flow = this.#insert(packet);
      direction = 0;
    }
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    this.#count(packet, chunk, at, direction);

    const fullLength = packet.payloadLength;
    const flags = chunk[at + flowFields.flags]!;
    if (
      packet.sequence === chunk[at + flowFields.next + direction]! &&
      (packet.flags & synFinRst) === 0 &&
      (flags & (settledBits << direction)) === inStep << direction
    ) {
      if (packet.flags & tcpFlags.ack) chunk[at + flowFields.acknowledged + direction] = packet.acknowledgment;
      if (fullLength !== 0) this.#inOrder(flow, direction, packet, chunk, at, 0);
      return;
    }
    this.#unusual(flow, direction, packet, chunk, at);
  }

  /** Takes a decoded UDP packet. */
  udp(packet: PacketView): void {
    if (this.#clock.observe(packet.seconds)) this.#expire();
    if (this.#duplicates.isDuplicate(packet)) {
      this.duplicatePackets++;
      return;
    }
    let flow = this.#table.find(packet);
    const direction = flow < 0 ? 0 : this.#table.direction;
    if (flow < 0) flow = this.#insert(packet);
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    this.#count(packet, chunk, at, direction);
    this.#table.addBytes(flow, direction, packet.payloadLength);
    if (packet.payloadLength === 0) return;
    chunk[at + flowFields.flags]! |= flowFlags.payload << direction;
    if (chunk[at + flowFields.skip + direction] === skipAll) return;
    const arrival = this.#arrive(packet, chunk, at, direction);
    chunk[at + flowFields.skip + direction] = this.#conversation(flow, chunk, at).datagram(
      direction,
      packet.bytes,
      packet.payloadStart,
      packet.payloadEnd,
      arrival,
    );
  }

  /** Ends every connection: the capture is over. */
  finish(): void {
    for (const queue of [this.#closing, this.#brief, this.#open]) {
      for (let flow = queue.head; flow >= 0; flow = queue.head) {
        this.#tell(flow);
        this.#remove(flow);
      }
    }
    for (let flow = this.#told.head; flow >= 0; flow = this.#told.head) this.#remove(flow);
  }

  /** Whether a packet on a known key starts something new, comes too late, or goes on. */
  #reuse(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): number {
    const flags = chunk[at + flowFields.flags]!;
    const known = (flags & (flowFlags.known << direction)) !== 0;
    const fromNext = sequenceDistance(chunk[at + flowFields.next + direction]!, packet.sequence);
    if ((packet.flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.syn) {
      const same = sequenceAdd(packet.sequence, 1) === chunk[at + flowFields.initial + direction]!;
      if ((known && !same) || flags & flowFlags.told) return newConnection;
    }
    if ((flags & flowFlags.told) === 0) {
      const leaps = known && (fromNext > farOutside || fromNext < -farOutside);
      return leaps && packet.payloadLength > 0 && (flags & flowFlags.closing) !== 0 ? newConnection : goesOn;
    }
    const fresh = packet.payloadLength > 0 && (!known || fromNext > 0 || fromNext < -farOutside);
    return fresh ? newConnection : straggler;
  }

  #insert(packet: PacketView): number {
    if (this.#table.size >= this.#maxFlows) this.#evict();
    const flow = this.#table.insert(packet);
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    chunk[at + flowFields.firstSeconds] = packet.seconds;
    chunk[at + flowFields.firstNanoseconds] = packet.nanoseconds;
    chunk[at + flowFields.firstFrame] = packet.frame;
    chunk[at + flowFields.id] = this.#nextId++;
    chunk[at + flowFields.layers] = this.#layers.numberOf(packet);
    chunk[at + flowFields.capture] = this.capture;
    chunk[at + flowFields.flags]! |= flowFlags.brief;
    this.#brief.join(flow, this.#clock.now);
    this.#conversations[flow] = null;
    return flow;
  }

  #count(packet: PacketView, chunk: Int32Array, at: number, direction: number): void {
    chunk[at + flowFields.packets + direction]!++;
    chunk[at + flowFields.lastSeconds] = packet.seconds;
    chunk[at + flowFields.lastNanoseconds] = packet.nanoseconds;
    chunk[at + flowFields.lastFrame] = packet.frame;
    chunk[at + flowFields.lastClock] = this.#clock.now;
  }

  /** Everything but the next segment in order: connection set-up and end, retransmissions, overlaps, holes. */
  #unusual(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number): void {
    const known = flowFlags.known << direction;
    const next = at + flowFields.next + direction;
    let sequence = packet.sequence;
    if (packet.flags & tcpFlags.ack) this.#acknowledge(packet, chunk, at, direction);
    if (packet.flags & tcpFlags.syn) {
      chunk[at + flowFields.flags]! |= (packet.flags & tcpFlags.ack ? flowFlags.synAck : flowFlags.syn) << direction;
      sequence = sequenceAdd(sequence, 1);
    }
    // Before any payload a SYN is surer than what went before it, which may belong to an older connection.
    const sure =
      (packet.flags & tcpFlags.syn) !== 0 && (chunk[at + flowFields.flags]! & (flowFlags.payload << direction)) === 0;
    if ((sure || (chunk[at + flowFields.flags]! & known) === 0) && (packet.flags & tcpFlags.rst) === 0) {
      chunk[next] = sequence;
      chunk[at + flowFields.initial + direction] = sequence;
      chunk[at + flowFields.flags]! |= known;
    }
    if (direction === 1 && chunk[at + flowFields.flags]! & flowFlags.brief) this.#answered(flow, chunk, at);

    const length = packet.payloadLength;
    // A reset may carry text for people; it is not part of the stream.
    if (length > 0 && (packet.flags & tcpFlags.rst) === 0) {
      const distance = sequenceDistance(chunk[next]!, sequence);
      if (distance <= 0) {
        if (length + distance > 0) {
          this.#inOrder(flow, direction, packet, chunk, at, -distance);
          this.#drain(flow, direction, chunk, at);
        }
      } else if (distance < farOutside) {
        this.#hold(flow, direction, packet, chunk, at, sequence, distance);
      } else {
        this.#trouble(flow).anomalies.add('segment far outside the window');
      }
    }
    if (packet.flags & tcpFlags.fin) this.#fin(flow, direction, packet, chunk, at, sequenceAdd(sequence, length));
    if (packet.flags & tcpFlags.rst && this.#isResetOfThis(packet, chunk, at, direction)) {
      this.#reset(flow, direction, packet, chunk, at);
    }
    if (chunk[at + flowFields.flags]! & flowFlags.closing && isOver(chunk, at)) this.#tellClosed(flow);
  }

  /** A RST far from the window answers a segment of an older connection on the same ports (RFC 5961 §3). */
  #isResetOfThis(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): boolean {
    if ((chunk[at + flowFields.flags]! & (flowFlags.known << direction)) === 0) return true;
    const distance = sequenceDistance(chunk[at + flowFields.next + direction]!, packet.sequence);
    return Math.abs(distance) < resetWindow || packet.sequence === 0;
  }

  #acknowledge(packet: PacketView, chunk: Int32Array, at: number, direction: number): void {
    const bit = flowFlags.ackKnown << direction;
    const word = at + flowFields.acknowledged + direction;
    if ((chunk[at + flowFields.flags]! & bit) === 0 || sequenceDistance(chunk[word]!, packet.acknowledgment) > 0) {
      chunk[word] = packet.acknowledgment;
      chunk[at + flowFields.flags]! |= bit;
    }
  }

  #answered(flow: number, chunk: Int32Array, at: number): void {
    this.#brief.leave(flow);
    chunk[at + flowFields.flags]! &= ~flowFlags.brief;
    this.#open.join(flow, this.#clock.now);
  }

  /** The next octets in order; the first `known` octets of the payload were seen before. */
  #inOrder(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number, known: number): void {
    const length = packet.payloadLength - known;
    const skipWord = at + flowFields.skip + direction;
    const nextWord = at + flowFields.next + direction;
    const skip = chunk[skipWord]!;
    if (skip >= length) {
      chunk[nextWord] = sequenceAdd(chunk[nextWord]!, length);
      this.#table.addBytes(flow, direction, length);
      if (skip !== skipAll) chunk[skipWord] = skip - length;
      return;
    }
    chunk[at + flowFields.flags]! |= flowFlags.payload << direction;
    const arrival = this.#arrive(packet, chunk, at, direction);
    chunk[nextWord] = sequenceAdd(chunk[nextWord]!, length);
    this.#table.addBytes(flow, direction, length);
    const start = Math.min(packet.payloadStart + known, packet.payloadEnd);
    this.#lend(flow, direction, packet.bytes, start, packet.payloadEnd, length, arrival, chunk, at);
  }

  /** Lends what the conversation needs of `length` octets of which `bytes[start, end)` were captured. */
  #lend(
    flow: number,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    arrival: Arrival,
    chunk: Int32Array,
    at: number,
  ): void {
    const skipWord = at + flowFields.skip + direction;
    let skip = chunk[skipWord]!;
    if (skip >= length) {
      if (skip !== skipAll) chunk[skipWord] = skip - length;
      return;
    }
    const conversation = this.#conversation(flow, chunk, at);
    const captured = end - start;
    if (skip < captured) {
      arrival.offset += skip;
      skip = conversation.data(direction, bytes, start + skip, end, arrival);
    } else {
      skip -= captured;
    }
    const missing = length - captured;
    if (missing > 0) skip = this.#miss(conversation, direction, missing, skip, arrival);
    chunk[skipWord] = skip;
  }

  /** `missing` octets will never come; returns the octets to skip after them. */
  #miss(conversation: Conversation, direction: Direction, missing: number, skip: number, arrival: Arrival): number {
    if (skip === skipAll) return skip;
    if (skip >= missing) return skip - missing;
    return conversation.gap(direction, missing - skip, arrival);
  }

  #hold(
    flow: number,
    direction: Direction,
    packet: PacketView,
    chunk: Int32Array,
    at: number,
    sequence: number,
    distance: number,
  ): void {
    const key = flow * 2 + direction;
    let held = this.#held.get(key);
    if (held === undefined) {
      held = new HeldSegments();
      held.since = this.#clock.now;
      this.#held.set(key, held);
      chunk[at + flowFields.flags]! |= flowFlags.held << direction;
    }
    chunk[at + flowFields.flags]! |= flowFlags.payload << direction;
    const length = packet.payloadLength;
    const skip = chunk[at + flowFields.skip + direction]!;
    const needed = skip !== skipAll && distance + length > skip;
    const before = held.octets;
    const arrival = this.#arrive(packet, chunk, at, direction);
    const conflict = held.hold(
      {
        sequence,
        frame: packet.frame,
        seconds: packet.seconds,
        nanoseconds: packet.nanoseconds,
        acknowledged: arrival.acknowledged,
      },
      length,
      packet.bytes,
      packet.payloadStart,
      packet.payloadEnd,
      needed,
    );
    this.#heldOctets += held.octets - before;
    if (conflict) this.#trouble(flow).anomalies.add('conflicting overlap of segments');
    while (this.#mustGiveUp(held, direction, chunk, at)) this.#giveUpHole(flow, direction, held, chunk, at);
  }

  /** Whether the hole before the first held segment is to be called a gap. */
  #mustGiveUp(held: HeldSegments, direction: number, chunk: Int32Array, at: number): boolean {
    const first = held.segments[0];
    if (first === undefined) return false;
    if (
      held.octets > maxHeldPerDirection ||
      held.segments.length > maxHeldSegments ||
      this.#heldOctets > maxHeldTotal
    ) {
      this.limits.heldOctets++;
      return true;
    }
    const peer = 1 - direction;
    if ((chunk[at + flowFields.flags]! & (flowFlags.ackKnown << peer)) === 0) return false;
    const acknowledged = chunk[at + flowFields.acknowledged + peer]!;
    if (sequenceDistance(first.sequence, acknowledged) < 0) return false;
    return held.segments.length >= patienceSegments || this.#clock.now - held.since > patienceSeconds;
  }

  #giveUpHole(flow: number, direction: Direction, held: HeldSegments, chunk: Int32Array, at: number): void {
    const first = held.segments[0];
    const end = first?.sequence ?? held.finSequence;
    const nextWord = at + flowFields.next + direction;
    if (end === null || end === undefined) return;
    const missing = sequenceDistance(chunk[nextWord]!, end);
    if (missing > 0) {
      const arrival = this.#arrival;
      arrival.frame = first?.frame ?? held.finFrame;
      arrival.seconds = first?.seconds ?? chunk[at + flowFields.lastSeconds]!;
      arrival.nanoseconds = first?.nanoseconds ?? chunk[at + flowFields.lastNanoseconds]!;
      arrival.acknowledged = first?.acknowledged ?? -1;
      this.#gap(flow, direction, missing, arrival, chunk, at);
    }
    held.since = this.#clock.now;
    this.#drain(flow, direction, chunk, at);
  }

  #gap(flow: number, direction: Direction, missing: number, arrival: Arrival, chunk: Int32Array, at: number): void {
    const nextWord = at + flowFields.next + direction;
    const offset = sequenceDistance(chunk[at + flowFields.initial + direction]!, chunk[nextWord]!) >>> 0;
    const gaps = this.#trouble(flow).gaps;
    if (gaps.length < maxGapsListed) gaps.push({ direction, offset, length: missing });
    else this.limits.unlistedGaps++;
    chunk[nextWord] = sequenceAdd(chunk[nextWord]!, missing);
    arrival.offset = offset;
    const skipWord = at + flowFields.skip + direction;
    chunk[skipWord] = this.#miss(this.#conversation(flow, chunk, at), direction, missing, chunk[skipWord]!, arrival);
  }

  /** Hands on what is held and now in order. */
  #drain(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    if ((chunk[at + flowFields.flags]! & (flowFlags.held << direction)) === 0) return;
    const key = flow * 2 + direction;
    const held = this.#held.get(key)!;
    const nextWord = at + flowFields.next + direction;
    for (;;) {
      const first = held.segments[0];
      if (first === undefined) break;
      const distance = sequenceDistance(chunk[nextWord]!, first.sequence);
      if (distance > 0) break;
      const before = held.octets;
      held.shift();
      this.#heldOctets += held.octets - before;
      const seen = -distance;
      if (seen >= first.length) continue;
      const length = first.length - seen;
      const arrival = this.#arrival;
      arrival.frame = first.frame;
      arrival.seconds = first.seconds;
      arrival.nanoseconds = first.nanoseconds;
      arrival.acknowledged = first.acknowledged;
      arrival.offset = sequenceDistance(chunk[at + flowFields.initial + direction]!, chunk[nextWord]!) >>> 0;
      chunk[nextWord] = sequenceAdd(chunk[nextWord]!, length);
      this.#table.addBytes(flow, direction, length);
      const bytes = first.bytes ?? noBytes;
      this.#lend(flow, direction, bytes, Math.min(seen, bytes.length), bytes.length, length, arrival, chunk, at);
    }
    if (held.segments.length > 0) return;
    if (held.finSequence === null || sequenceDistance(chunk[nextWord]!, held.finSequence) <= 0) {
      this.#held.delete(key);
      chunk[at + flowFields.flags]! &= ~(flowFlags.held << direction);
      if (held.finSequence !== null) {
        this.#arrival.frame = held.finFrame;
        this.#finReached(flow, direction, chunk, at, this.#arrival);
      }
    }
  }

  #fin(
    flow: number,
    direction: Direction,
    packet: PacketView,
    chunk: Int32Array,
    at: number,
    finSequence: number,
  ): void {
    if (chunk[at + flowFields.flags]! & (flowFlags.fin << direction)) return;
    const ahead = sequenceDistance(chunk[at + flowFields.next + direction]!, finSequence);
    if (ahead > 0 && ahead < farOutside) {
      const key = flow * 2 + direction;
      let held = this.#held.get(key);
      if (held === undefined) {
        held = new HeldSegments();
        held.since = this.#clock.now;
        this.#held.set(key, held);
        chunk[at + flowFields.flags]! |= flowFlags.held << direction;
      }
      held.finSequence = finSequence;
      held.finFrame = packet.frame;
      return;
    }
    this.#finReached(flow, direction, chunk, at, this.#arrive(packet, chunk, at, direction));
  }

  #finReached(flow: number, direction: Direction, chunk: Int32Array, at: number, arrival: Arrival): void {
    if (chunk[at + flowFields.flags]! & (flowFlags.fin << direction)) return;
    chunk[at + flowFields.flags]! |= flowFlags.fin << direction;
    this.#conversations[flow]?.closed(direction, false, arrival);
    const peer = flowFlags.fin << (1 - direction);
    if (chunk[at + flowFields.flags]! & peer) this.#close(flow, chunk, at);
  }

  #reset(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number): void {
    const first = (chunk[at + flowFields.flags]! & (flowFlags.rst | (flowFlags.rst << 1))) === 0;
    chunk[at + flowFields.flags]! |= flowFlags.rst << direction;
    if (first) this.#conversations[flow]?.closed(direction, true, this.#arrive(packet, chunk, at, direction));
    this.#close(flow, chunk, at);
  }

  #close(flow: number, chunk: Int32Array, at: number): void {
    const flags = chunk[at + flowFields.flags]!;
    if (flags & flowFlags.closing) return;
    if (flags & flowFlags.brief) this.#brief.leave(flow);
    else this.#open.leave(flow);
    chunk[at + flowFields.flags] = (flags & ~flowFlags.brief) | flowFlags.closing;
    this.#closing.join(flow, this.#clock.now);
  }

  /** Sets the arrival from the packet in hand. */
  #arrive(packet: PacketView, chunk: Int32Array, at: number, direction: number): Arrival {
    const arrival = this.#arrival;
    arrival.frame = packet.frame;
    arrival.seconds = packet.seconds;
    arrival.nanoseconds = packet.nanoseconds;
    const flags = chunk[at + flowFields.flags]!;
    const peer = 1 - direction;
    arrival.acknowledged =
      packet.flags & tcpFlags.ack && flags & (flowFlags.known << peer)
        ? Math.max(-1, sequenceDistance(chunk[at + flowFields.initial + peer]!, packet.acknowledgment))
        : -1;
    arrival.offset =
      sequenceDistance(chunk[at + flowFields.initial + direction]!, chunk[at + flowFields.next + direction]!) >>> 0;
    return arrival;
  }

  #conversation(flow: number, chunk: Int32Array, at: number): Conversation {
    let conversation = this.#conversations[flow];
    if (!conversation) {
      const ports = chunk[at + flowFields.ports]!;
      const udp = (chunk[at + flowFields.flags]! & flowFlags.udp) !== 0;
      const id = chunk[at + flowFields.id]!;
      conversation = this.#sink.begin(udp ? 'udp' : 'tcp', ports >>> 16, ports & 0xffff, id);
      this.#conversations[flow] = conversation;
    }
    return conversation;
  }

  #trouble(flow: number): FlowTroubles {
    let troubles = this.#troubles.get(flow);
    if (troubles === undefined) {
      troubles = { gaps: [], anomalies: new Set() };
      this.#troubles.set(flow, troubles);
    }
    return troubles;
  }

  #expire(): void {
    const now = this.#clock.now;
    while (this.#told.isDue(now)) this.#remove(this.#told.head);
    while (this.#closing.isDue(now)) {
      this.#tellClosed(this.#closing.head);
    }
    this.#expireIdle(this.#brief, now);
    this.#expireIdle(this.#open, now);
  }

  /** Tells a closed connection; its key stays for stragglers. */
  #tellClosed(flow: number): void {
    this.#tell(flow);
    this.#closing.leave(flow);
    this.#told.join(flow, this.#clock.now);
    this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.flags]! |= flowFlags.told;
  }

  /** Ends what was silent for the queue's time; what spoke since it joined goes to the end. */
  #expireIdle(queue: TimeoutQueue, now: number): void {
    while (queue.isDue(now)) {
      const flow = queue.head;
      const lastClock = this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.lastClock]!;
      if (((now - lastClock) | 0) < queue.seconds) {
        queue.leave(flow);
        queue.join(flow, now);
      } else {
        this.#tell(flow);
        this.#remove(flow);
      }
    }
  }

  /** Makes room: what is already told first, then closed, unanswered and silent connections, oldest first. */
  #evict(): void {
    for (const queue of [this.#told, this.#closing, this.#brief, this.#open]) {
      const flow = queue.head;
      if (flow < 0) continue;
      if (queue !== this.#told) {
        this.limits.evictedFlows++;
        this.#trouble(flow).anomalies.add('evicted: too many connections at a time');
        this.#tell(flow);
      }
      this.#remove(flow);
      return;
    }
  }

  /** Gives out all that is held, then the connection itself. */
  #tell(flow: number): void {
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    for (const direction of [0, 1] as const) {
      const key = flow * 2 + direction;
      for (let held = this.#held.get(key); held !== undefined; held = this.#held.get(key)) {
        this.#giveUpHole(flow, direction, held, chunk, at);
      }
      this.#missingTail(flow, direction, chunk, at);
    }
    const troubles = this.#troubles.get(flow) ?? null;
    this.#facts.read(this.#table, flow, this.#layers.path(chunk[at + flowFields.layers]!), troubles);
    this.#sink.ended(this.#facts, this.#conversations[flow] ?? null);
    this.#conversations[flow] = null;
    this.#troubles.delete(flow);
  }

  /** Octets that the peer acknowledged and the capture never showed. */
  #missingTail(flow: number, direction: Direction, chunk: Int32Array, at: number): void {
    const flags = chunk[at + flowFields.flags]!;
    const peer = 1 - direction;
    if ((flags & (flowFlags.ackKnown << peer)) === 0 || (flags & (flowFlags.known << direction)) === 0) return;
    if (flags & flowFlags.udp) return;
    const acknowledged = chunk[at + flowFields.acknowledged + peer]!;
    const missing = sequenceDistance(chunk[at + flowFields.next + direction]!, acknowledged);
    // One acknowledged octet more is a FIN, seen or not.
    if (missing <= 1 || missing >= farOutside) return;
    const arrival = this.#arrival;
    arrival.frame = chunk[at + flowFields.lastFrame]!;
    arrival.seconds = chunk[at + flowFields.lastSeconds]!;
    arrival.nanoseconds = chunk[at + flowFields.lastNanoseconds]!;
    arrival.acknowledged = -1;
    this.#gap(flow, direction, missing, arrival, chunk, at);
  }

  #remove(flow: number): void {
    const flags = this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.flags]!;
    const queue =
      flags & flowFlags.told
        ? this.#told
        : flags & flowFlags.closing
          ? this.#closing
          : flags & flowFlags.brief
            ? this.#brief
            : this.#open;
    queue.leave(flow);
    this.#table.remove(flow);
  }
}

/** Both FINs are acknowledged: nothing new can come. */
function isOver(chunk: Int32Array, at: number): boolean {
  const fins = flowFlags.fin | (flowFlags.fin << 1) | flowFlags.ackKnown | (flowFlags.ackKnown << 1);
  if ((chunk[at + flowFields.flags]! & fins) !== fins) return false;
  const acknowledgedByA = sequenceDistance(chunk[at + flowFields.next + 1]!, chunk[at + flowFields.acknowledged]!);
  const acknowledgedByB = sequenceDistance(chunk[at + flowFields.next]!, chunk[at + flowFields.acknowledged + 1]!);
  return acknowledgedByA > 0 && acknowledgedByB > 0;
}

const noBytes = new Uint8Array(0);
const goesOn = 0;
const newConnection = 1;
const straggler = 2;
