// Packets → connections. This file, flow-table.ts and the first method of tcp-streams.ts are the per-packet path: no
// allocation, no closures. Read on from here: tcp-streams.ts puts octets in order, flow-life.ts says when a connection ends.
import { sequenceAdd, sequenceDistance } from '../base/sequence.js';
import { type PacketView, tcpFlags } from '../model/packet.js';
import { type Direction, skipAll } from '../model/stream.js';
import { Conversations } from './conversations.js';
import { DuplicateFilter } from './duplicate-filter.js';
import { FlowArrival } from './flow-arrival.js';
import { FlowLife } from './flow-life.js';
import type { FlowSink } from './flow-sink.js';
import { FlowTable, flowFields, flowFlags } from './flow-table.js';
import { defaultMaxFlows } from './limits.js';
import { PacketClock } from './packet-clock.js';
import { farOutside, TcpStreams } from './tcp-streams.js';
import { Troubles } from './troubles.js';

/** A RST is believed this near to what is expected: the largest windows in use, with room for lost packets. */
const resetWindow = 0x1000000;

/** A direction whose numbers are known, with nothing held and no end: the next segment in order is all there is to it. */
const inStep = flowFlags.known | flowFlags.ackKnown;
const settledBits = inStep | flowFlags.held | flowFlags.fin;
const synFinRst = tcpFlags.syn | tcpFlags.fin | tcpFlags.rst;

/** What a packet on a known key is. */
const goesOn = 0;
const newConnection = 1;
const straggler = 2;

/** Follows every connection of a capture; see `FlowSink` for what comes out. */
export class FlowTracker {
  /** Frames recognised as copies. */
  duplicatePackets = 0;
  /** Packets that came after their connection was told; they belong to it and change nothing. */
  stragglers = 0;
  /** Index of the capture that packets now come from. */
  capture = 0;

  readonly #table: FlowTable;
  readonly #duplicates: DuplicateFilter;
  readonly #clock: PacketClock = new PacketClock();
  readonly #troubles: Troubles = new Troubles();
  readonly #conversations: Conversations;
  readonly #streams: TcpStreams;
  readonly #life: FlowLife;
  readonly #arrival: FlowArrival = new FlowArrival();

  /**
   * `seed` is drawn per run; `firstId` is the id of the first flow, 1-based; past `maxFlows` at a time the least recently
   * begun is ended early.
   */
  constructor(sink: FlowSink, seed: number, firstId: number, maxFlows: number = defaultMaxFlows) {
    this.#table = new FlowTable(seed);
    this.#duplicates = new DuplicateFilter(seed);
    this.#conversations = new Conversations(sink);
    this.#streams = new TcpStreams(this.#table, this.#conversations, this.#troubles);
    this.#life = new FlowLife(
      sink,
      this.#table,
      this.#streams,
      this.#conversations,
      this.#troubles,
      this.#clock,
      firstId,
      maxFlows,
    );
  }

  /** The id that the next connection gets. */
  get nextId(): number {
    return this.#life.nextId;
  }

  /** Bounds that bit, by name. */
  get limits(): { evictedFlows: number; heldOctets: number; unlistedGaps: number } {
    return {
      evictedFlows: this.#life.evicted,
      heldOctets: this.#streams.overHeld,
      unlistedGaps: this.#troubles.unlistedGaps,
    };
  }

  /** Takes a decoded TCP packet. */
  tcp(packet: PacketView): void {
    if (this.#clock.observe(packet.seconds)) this.#life.passTime();
    let flow = this.#table.find(packet);
    if (this.#duplicates.isDuplicate(packet, this.#table.hash)) {
      this.duplicatePackets++;
      return;
    }
    let direction = this.#table.direction;
    if (flow >= 0) {
      const verdict = this.#judge(packet, this.#table.chunk(flow), this.#table.wordsOf(flow), direction);
      if (verdict === straggler) {
        this.stragglers++;
        return;
      }
      if (verdict === newConnection) {
        this.#life.replace(flow);
        flow = -1;
      }
    }
    if (flow < 0) {
      flow = this.#life.begin(packet, this.capture);
      direction = 0;
    }
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    this.#count(packet, chunk, at, direction);
    if (
      packet.sequence === chunk[at + flowFields.next + direction]! &&
      (packet.flags & synFinRst) === 0 &&
      (chunk[at + flowFields.flags]! & (settledBits << direction)) === inStep << direction
    ) {
      if (packet.flags & tcpFlags.ack) acknowledge(packet, chunk, at, direction);
      if (packet.payloadLength !== 0) this.#streams.advance(flow, direction, packet, chunk, at, 0);
      return;
    }
    this.#unusual(flow, direction, packet, chunk, at);
  }

  /** Takes a decoded UDP packet. */
  udp(packet: PacketView): void {
    if (this.#clock.observe(packet.seconds)) this.#life.passTime();
    let flow = this.#table.find(packet);
    if (this.#duplicates.isDuplicate(packet, this.#table.hash)) {
      this.duplicatePackets++;
      return;
    }
    const direction = flow < 0 ? 0 : this.#table.direction;
    if (flow < 0) flow = this.#life.begin(packet, this.capture);
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    this.#count(packet, chunk, at, direction);
    if (packet.payloadLength === 0) return;
    this.#table.addBytes(flow, direction, packet.payloadLength);
    chunk[at + flowFields.flags]! |= flowFlags.payload << direction;
    const skip = at + flowFields.skip + direction;
    if (chunk[skip] === skipAll) return;
    this.#arrival.set(packet, chunk, at, direction);
    const conversation = this.#conversations.of(flow, chunk, at);
    chunk[skip] = conversation.datagram(direction, packet.bytes, packet.payloadStart, packet.payloadEnd, this.#arrival);
  }

  /** No packet came, and it is `seconds` since 1970 by the packets' clock: ends what is over by then. */
  passTime(seconds: number): void {
    if (this.#clock.observe(seconds)) this.#life.passTime();
  }

  /** Seconds of packet time since an arbitrary beginning: what ages are measured with. */
  get seconds(): number {
    return this.#clock.now;
  }

  /** Connections followed at the moment. */
  get open(): number {
    return this.#life.open;
  }

  /** Ends so many connections early, those that are worth least: memory is short. */
  endEarly(count: number): void {
    this.#life.endEarly(count);
  }

  /** See `FlowLife.visitOpen`. */
  visitOpen(younger: number, older: number, most: number, visit: FlowSink['ended']): void {
    this.#life.visitOpen(younger, older, most, visit);
  }

  /** Ends every connection: the capture is over. */
  finish(): void {
    this.#life.finish();
  }

  /** Whether a packet on a known key goes on, starts something new, or comes too late. */
  #judge(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): number {
    const flags = chunk[at + flowFields.flags]!;
    const syn = packet.flags & tcpFlags.syn;
    if (syn === 0 && (flags & (flowFlags.closing | flowFlags.told)) === 0) return goesOn;
    const known = (flags & (flowFlags.known << direction)) !== 0;
    const told = (flags & flowFlags.told) !== 0;
    if (syn !== 0) {
      const other = known && sequenceAdd(packet.sequence, 1) !== chunk[at + flowFields.initial + direction]!;
      if ((packet.flags & tcpFlags.ack) === 0) {
        if (other || told) return newConnection;
      } else if (other && flags & (flowFlags.closing | flowFlags.told | (flowFlags.payload << direction))) {
        // The SYN before this answer was missed. Where this side said nothing yet, the answer is only surer than what it sent.
        return newConnection;
      }
    }
    const ahead = sequenceDistance(chunk[at + flowFields.next + direction]!, packet.sequence);
    const fresh = packet.payloadLength > 0;
    if (told) return fresh && (!known || ahead > 0 || ahead < -farOutside) ? newConnection : straggler;
    return fresh && known && Math.abs(ahead) > farOutside ? newConnection : goesOn;
  }

  #count(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): void {
    chunk[at + flowFields.packets + direction]!++;
    chunk[at + flowFields.lastSeconds] = packet.seconds;
    chunk[at + flowFields.lastNanoseconds] = packet.nanoseconds;
    chunk[at + flowFields.lastFrame] = packet.frame;
    chunk[at + flowFields.lastClock] = this.#clock.now;
  }

  /** Everything but the next segment in order: connection set-up and end, retransmissions, overlaps, holes. */
  #unusual(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number): void {
    if (packet.flags & tcpFlags.rst) {
      this.#reset(flow, direction, packet, chunk, at);
      return;
    }
    if (packet.flags & tcpFlags.ack) acknowledge(packet, chunk, at, direction);
    const sequence = learnNumbers(packet, chunk, at, direction);
    const flags = chunk[at + flowFields.flags]!;
    if (direction === 1 && flags & flowFlags.brief) this.#life.answered(flow, chunk, at);
    if (packet.payloadLength > 0 && (flags & (flowFlags.fin << direction)) === 0) {
      this.#streams.accept(flow, direction, packet, chunk, at, sequence);
    }
    if (packet.flags & tcpFlags.fin) {
      const finSequence = sequenceAdd(sequence, packet.payloadLength);
      this.#streams.acceptFin(flow, direction, packet, chunk, at, finSequence);
    }
    this.#life.settle(flow, chunk, at);
  }

  /** A reset. It may carry text for people; that is not part of the stream. */
  #reset(flow: number, direction: Direction, packet: PacketView, chunk: Int32Array, at: number): void {
    if (!isResetOfThis(packet, chunk, at, direction)) return;
    if (packet.flags & tcpFlags.ack) acknowledge(packet, chunk, at, direction);
    this.#streams.acceptReset(flow, direction, packet, chunk, at);
    this.#life.settle(flow, chunk, at);
  }
}

/** Keeps the highest acknowledgment of a direction. */
function acknowledge(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): void {
  const bit = flowFlags.ackKnown << direction;
  const word = at + flowFields.acknowledged + direction;
  if ((chunk[at + flowFields.flags]! & bit) === 0 || sequenceDistance(chunk[word]!, packet.acknowledgment) > 0) {
    chunk[word] = packet.acknowledgment;
    chunk[at + flowFields.flags]! |= bit;
  }
}

/** Takes the direction's numbers from its first packet, or from its SYN; returns the sequence number of the payload. */
function learnNumbers(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): number {
  let sequence = packet.sequence;
  let sure = false;
  if (packet.flags & tcpFlags.syn) {
    sequence = sequenceAdd(sequence, 1);
    chunk[at + flowFields.flags]! |= (packet.flags & tcpFlags.ack ? flowFlags.synAck : flowFlags.syn) << direction;
    // Before any payload a SYN is surer than what went before it, which may belong to an older connection.
    sure = (chunk[at + flowFields.flags]! & (flowFlags.payload << direction)) === 0;
  }
  if (sure || (chunk[at + flowFields.flags]! & (flowFlags.known << direction)) === 0) {
    chunk[at + flowFields.next + direction] = sequence;
    chunk[at + flowFields.initial + direction] = sequence;
    chunk[at + flowFields.flags]! |= flowFlags.known << direction;
  }
  return sequence;
}

/** A RST far from the window answers a segment of an older connection on the same ports (RFC 5961 §3). */
function isResetOfThis(packet: PacketView, chunk: Int32Array, at: number, direction: Direction): boolean {
  if ((chunk[at + flowFields.flags]! & (flowFlags.known << direction)) === 0) return true;
  const ahead = sequenceDistance(chunk[at + flowFields.next + direction]!, packet.sequence);
  return Math.abs(ahead) < resetWindow || packet.sequence === 0;
}
