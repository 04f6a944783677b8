// When a connection begins to be followed and when it is told: insertion, time-outs, eviction, the end of the capture.
import { sequenceDistance } from '../base/sequence.js';
import type { PacketView } from '../model/packet.js';
import type { Conversations } from './conversations.js';
import { FlowFacts } from './flow-facts.js';
import type { FlowSink } from './flow-sink.js';
import { type FlowTable, flowFields, flowFlags, maxTableFlows } from './flow-table.js';
import { LayerPaths } from './layer-paths.js';
import {
  briefIdleSeconds,
  evictionLooks,
  lingerSeconds,
  maxTold,
  mostUnanswered,
  openIdleSeconds,
  silentSeconds,
  timeWaitSeconds,
} from './limits.js';
import type { PacketClock } from './packet-clock.js';
import type { TcpStreams } from './tcp-streams.js';
import { TimeoutQueue } from './timeout-queue.js';
import type { Troubles } from './troubles.js';

const bothFins = flowFlags.fin | (flowFlags.fin << 1);
const anyReset = flowFlags.rst | (flowFlags.rst << 1);
const bothAcks = flowFlags.ackKnown | (flowFlags.ackKnown << 1);

/**
 * The life of flows: *brief* until the peer answers, *open*, *closing* while late packets may come, *told* while only the key
 * stays, removed. A flow is always in the queue of its state.
 */
export class FlowLife {
  /** The id that the next connection gets. */
  nextId: number;
  /** Connections ended early to make room. */
  evicted = 0;
  readonly #sink: FlowSink;
  readonly #table: FlowTable;
  readonly #streams: TcpStreams;
  readonly #conversations: Conversations;
  readonly #troubles: Troubles;
  readonly #clock: PacketClock;
  readonly #maxFlows: number;
  readonly #brief: TimeoutQueue;
  readonly #open: TimeoutQueue;
  readonly #closing: TimeoutQueue;
  readonly #told: TimeoutQueue;
  readonly #layers: LayerPaths = new LayerPaths();
  readonly #facts: FlowFacts = new FlowFacts();

  constructor(
    sink: FlowSink,
    table: FlowTable,
    streams: TcpStreams,
    conversations: Conversations,
    troubles: Troubles,
    clock: PacketClock,
    firstId: number,
    maxFlows: number,
  ) {
    this.#sink = sink;
    this.#table = table;
    this.#streams = streams;
    this.#conversations = conversations;
    this.#troubles = troubles;
    this.#clock = clock;
    this.nextId = firstId;
    this.#maxFlows = Math.min(maxFlows, maxTableFlows);
    this.#brief = new TimeoutQueue(table, briefIdleSeconds);
    this.#open = new TimeoutQueue(table, openIdleSeconds);
    this.#closing = new TimeoutQueue(table, lingerSeconds);
    this.#told = new TimeoutQueue(table, timeWaitSeconds);
  }

  /** Connections that are not told yet. */
  get open(): number {
    return this.#table.size - this.#told.size;
  }

  /** Begins to follow the connection of a packet that the table did not find; `capture` is the index of its capture. */
  begin(packet: PacketView, capture: number): number {
    if (this.#table.size >= this.#maxFlows) this.#makeRoom();
    const flow = this.#table.insert(packet);
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    chunk[at + flowFields.firstSeconds] = packet.seconds;
    chunk[at + flowFields.firstNanoseconds] = packet.nanoseconds;
    chunk[at + flowFields.firstFrame] = packet.frame;
    chunk[at + flowFields.id] = this.nextId;
    // Live sniffing goes on for months; the table's words end here, and a name may be given again after so long.
    this.nextId = this.nextId === 0x7fffffff ? 1 : this.nextId + 1;
    chunk[at + flowFields.layers] = this.#layers.numberOf(packet);
    chunk[at + flowFields.capture] = capture;
    chunk[at + flowFields.flags]! |= flowFlags.brief;
    this.#brief.join(flow, this.#clock.now);
    return flow;
  }

  /** The peer spoke: the connection may now be silent for long. */
  answered(flow: number, chunk: Int32Array, at: number): void {
    this.#brief.leave(flow);
    chunk[at + flowFields.flags]! &= ~flowFlags.brief;
    this.#open.join(flow, this.#clock.now);
  }

  /** Lets a connection linger that both sides or a reset closed, and tells it once nothing new can come. */
  settle(flow: number, chunk: Int32Array, at: number): void {
    const flags = chunk[at + flowFields.flags]!;
    if ((flags & anyReset) === 0 && (flags & bothFins) !== bothFins) return;
    if ((flags & flowFlags.closing) === 0) {
      if (flags & flowFlags.brief) this.#brief.leave(flow);
      else this.#open.leave(flow);
      chunk[at + flowFields.flags] = (flags & ~flowFlags.brief) | flowFlags.closing;
      this.#closing.join(flow, this.#clock.now);
    }
    if (isOver(chunk, at)) this.#tellClosed(flow);
  }

  /** Ends a connection whose key another one takes. */
  replace(flow: number): void {
    const flags = this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.flags]!;
    if ((flags & flowFlags.told) === 0) this.#tell(flow);
    this.#remove(flow);
  }

  /** The packet clock moved: ends what is over. */
  passTime(): void {
    const now = this.#clock.now;
    while (this.#told.isDue(now)) this.#remove(this.#told.head);
    while (this.#closing.isDue(now)) this.#tellClosed(this.#closing.head);
    this.#passIdle(this.#brief, now);
    this.#passIdle(this.#open, now);
  }

  /** The capture is over: ends every connection. */
  finish(): void {
    this.#table.close();
    for (const queue of [this.#closing, this.#brief, this.#open, this.#told]) {
      for (let flow = queue.head; flow >= 0; flow = queue.head) {
        if (queue !== this.#told) this.#tell(flow);
        queue.leave(flow);
        this.#table.discard(flow);
      }
    }
  }

  /**
   * Tells `visit` of the connections that are open and joined their queue at least `younger` and less than `older` seconds
   * ago, latest first, as far as they are; at most `most` of them. They go on.
   */
  visitOpen(younger: number, older: number, most: number, visit: FlowSink['ended']): void {
    let left = most;
    for (const queue of [this.#open, this.#brief]) {
      for (let flow = queue.tail; flow >= 0 && left > 0; flow = queue.before(flow)) {
        const age = (this.#clock.now - queue.joinedAt(flow)) | 0;
        if (age >= older) break;
        if (age < younger) continue;
        const chunk = this.#table.chunk(flow);
        const at = this.#table.wordsOf(flow);
        this.#conversations.glance(flow, chunk, at, (conversation) => {
          left--;
          const layers = this.#layers.path(chunk[at + flowFields.layers]!);
          this.#facts.read(this.#table, flow, layers, this.#troubles.of(flow));
          visit(this.#facts, conversation);
        });
      }
    }
  }

  /** Ends what was silent for the queue's time; what spoke since it joined goes to the end. */
  #passIdle(queue: TimeoutQueue, now: number): void {
    while (queue.isDue(now)) {
      const flow = queue.head;
      if (this.#spokeWithin(queue.seconds, flow, now)) {
        queue.leave(flow);
        queue.join(flow, now);
      } else {
        this.#tell(flow);
        this.#remove(flow);
      }
    }
  }

  /** By the clock, or by the packets' own time: the clock leaps behind packets that it did not believe at once. */
  #spokeWithin(seconds: number, flow: number, now: number): boolean {
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    if (((now - chunk[at + flowFields.lastClock]!) | 0) < seconds) return true;
    return Math.abs(this.#clock.secondsSince(chunk[at + flowFields.lastSeconds]! >>> 0)) < seconds;
  }

  /** Ends `count` connections early, as far as there are: memory is short. */
  endEarly(count: number): void {
    for (let left = count; left > 0 && this.#brief.size + this.#open.size + this.#closing.size > 0; left--) {
      const flow = this.#worthLeast();
      this.#evict(flow, 'evicted: memory is short');
    }
  }

  /** Makes room for another: what is already told first, then what is worth least. */
  #makeRoom(): void {
    if (this.#told.head >= 0) this.#remove(this.#told.head);
    else this.#evict(this.#worthLeast(), 'evicted: too many connections at a time');
  }

  #evict(flow: number, why: string): void {
    this.evicted++;
    this.#troubles.note(flow, why);
    this.#tell(flow);
    this.#remove(flow);
  }

  /**
   * An unanswered connection that had its time, or any if they are a flood that would end all others; then an open one that is
   * silent: pools that say nothing for hours must not cost us every handshake that begins. Then a closed one, then the oldest.
   */
  #worthLeast(): number {
    const now = this.#clock.now;
    const unanswered = this.#brief.head;
    if (unanswered >= 0) {
      const isFlood = this.#brief.size > this.#maxFlows * mostUnanswered;
      if (isFlood || ((now - this.#brief.joinedAt(unanswered)) | 0) >= silentSeconds) return unanswered;
    }
    const silent = this.#silent(now);
    if (silent >= 0) return silent;
    if (this.#closing.head >= 0) return this.#closing.head;
    return this.#open.head >= 0 ? this.#open.head : unanswered;
  }

  /** An open connection that is silent, of those that joined first; what spoke since it joined goes to the end. -1 = none. */
  #silent(now: number): number {
    for (let looks = 0; looks < evictionLooks; looks++) {
      const flow = this.#open.head;
      if (flow < 0) return -1;
      const joined = this.#open.joinedAt(flow);
      const last = this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.lastClock]!;
      if (((now - last) | 0) >= silentSeconds) return flow;
      // All behind it joined later.
      if (((now - joined) | 0) < silentSeconds) return -1;
      this.#open.leave(flow);
      this.#open.join(flow, now);
    }
    return -1;
  }

  /** Tells a closing connection; its key stays for stragglers. */
  #tellClosed(flow: number): void {
    this.#tell(flow);
    this.#closing.leave(flow);
    if (this.#told.size >= maxTold) this.#remove(this.#told.head);
    this.#told.join(flow, this.#clock.now);
    this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.flags]! |= flowFlags.told;
  }

  /** Gives out all that is held, then the connection itself. */
  #tell(flow: number): void {
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    if ((chunk[at + flowFields.flags]! & flowFlags.udp) === 0) {
      this.#streams.finish(flow, 0, chunk, at);
      this.#streams.finish(flow, 1, chunk, at);
    }
    this.#facts.read(this.#table, flow, this.#layers.path(chunk[at + flowFields.layers]!), this.#troubles.take(flow));
    this.#sink.ended(this.#facts, this.#conversations.begun(flow, chunk, at));
    this.#conversations.forget(flow);
  }

  #remove(flow: number): void {
    this.#queueOf(flow).leave(flow);
    this.#table.remove(flow);
  }

  #queueOf(flow: number): TimeoutQueue {
    const flags = this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.flags]!;
    if (flags & flowFlags.told) return this.#told;
    if (flags & flowFlags.closing) return this.#closing;
    return flags & flowFlags.brief ? this.#brief : this.#open;
  }
}

/** Both FINs are acknowledged: nothing new can come. */
function isOver(chunk: Int32Array, at: number): boolean {
  const flags = chunk[at + flowFields.flags]!;
  if ((flags & bothFins) !== bothFins || (flags & bothAcks) !== bothAcks) return false;
  const acknowledgedByA = sequenceDistance(chunk[at + flowFields.next + 1]!, chunk[at + flowFields.acknowledged]!);
  const acknowledgedByB = sequenceDistance(chunk[at + flowFields.next]!, chunk[at + flowFields.acknowledged + 1]!);
  return acknowledgedByA > 0 && acknowledgedByB > 0;
}
