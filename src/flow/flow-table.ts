// One record of 128 octets per connection in chunked typed arrays, found through open addressing. Measured against objects
// and Maps (see the design): class objects cost 1.2 times as much per packet, Map<bigint> 2.2, Map<string> 3.6.
import { finishHash, mixWord } from '../base/hash.js';
import type { PacketView } from '../model/packet.js';

/** Int32 words of a record. The first cache line is what every packet touches, the second what the ends touch. */
export const flowFields = {
  /** IPv4 address, or keyed hash of the IPv6 address whose words lie in the wide chunk. `a` sent the first packet. */
  addressA: 0,
  addressB: 1,
  /** Port of a in the high half, of b in the low half. */
  ports: 2,
  /** Bits of `flowFlags`. */
  flags: 3,
  /** Next sequence number expected from a; from b in the following word. Likewise below. */
  next: 4,
  /** Octets of a (b) that the conversation does not need; see `Conversation.data`. */
  skip: 6,
  packets: 8,
  /** Highest acknowledgment that a (b) sent, while `ackKnown`. */
  acknowledged: 10,
  lastSeconds: 12,
  lastNanoseconds: 13,
  lastFrame: 14,
  /** Packet clock at the last packet. */
  lastClock: 15,
  /** Float64 index 8 and 9: payload octets of a and b. */
  bytes: 16,
  firstSeconds: 20,
  firstNanoseconds: 21,
  firstFrame: 22,
  id: 23,
  /** Sequence number of the first payload octet of a; of b in the following word. */
  initial: 24,
  /** Index of the interned encapsulation. */
  layers: 26,
  hash: 27,
  /** Doubly linked time-out queue, and the packet clock when it was joined. */
  queueNext: 28,
  queuePrevious: 29,
  queuedAt: 30,
  /** Index of the capture that holds the first frame. */
  capture: 31,
} as const;

/** Bits of the flags word. Those of direction b are those of a shifted left by one. */
export const flowFlags = {
  ipv6: 0x1,
  udp: 0x2,
  /** SYN without ACK from a (b): it is the client. */
  syn: 0x4,
  /** SYN with ACK from a (b): it is the server. */
  synAck: 0x10,
  /** `next` and `initial` of a (b) are known. */
  known: 0x40,
  ackKnown: 0x100,
  /** FIN of a (b) was reached in order. */
  fin: 0x400,
  /** RST from a (b). */
  rst: 0x1000,
  /** Segments of a (b) are held out of order. */
  held: 0x4000,
  /** In the queue of closed connections. */
  closing: 0x10000,
  /** Told; only its key is left, for stragglers. */
  told: 0x20000,
  /** In the queue of unanswered connections and UDP exchanges. */
  brief: 0x40000,
  /** Payload was seen from a (b). */
  payload: 0x80000,
} as const;

const words = 32;
const flowsPerChunk = 8_192;
const chunkShift = 13;
const wideWords = 8;
const firstSlots = 16_384;

/** A slot holds flow + 1 below and the upper bits of the hash above: half of what both take, and twice as many to a cache line. */
const flowBits = 0x3fffff;
const tagBits = ~flowBits;

/** What slots can name. */
export const maxTableFlows: number = flowBits - 1;

/** Where flows live and how a packet finds its own. Flow numbers are small integers, reused after `remove`. */
export class FlowTable {
  /** Flows in the table. */
  size = 0;
  /** Direction of the packet last looked up: 0 from a, 1 from b. */
  direction: 0 | 1 = 0;
  /** Of its connection, likewise: of addresses and ports in either order, keyed per run. */
  hash = 0;
  readonly #seed: number;
  readonly #chunks: Int32Array[] = [];
  readonly #floats: Float64Array[] = [];
  readonly #wide: (Int32Array | undefined)[] = [];
  /** Flows of each chunk. */
  readonly #populations: number[] = [];
  /** 0 = free. */
  #slots: Int32Array = new Int32Array(firstSlots);
  #mask = firstSlots - 1;
  #unused = 0;
  /** Flow + 1 whose number may be given again; the first word of its record holds the next such. 0 = none. */
  #freed = 0;
  #source = 0;
  #destination = 0;

  /** `seed` is drawn per run, so that nobody can aim collisions at the table. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** The chunk that holds `flow`: words at `wordsOf(flow)` and on. */
  chunk(flow: number): Int32Array {
    return this.#chunks[flow >>> chunkShift]!;
  }

  /** Index of the first word of `flow` in its chunk. */
  wordsOf(flow: number): number {
    return (flow & (flowsPerChunk - 1)) * words;
  }

  /** Adds payload octets to a direction. */
  addBytes(flow: number, direction: number, octets: number): void {
    const floats = this.#floats[flow >>> chunkShift]!;
    floats[(flow & (flowsPerChunk - 1)) * (words / 2) + flowFields.bytes / 2 + direction]! += octets;
  }

  /** Payload octets of a direction. */
  bytes(flow: number, direction: number): number {
    const floats = this.#floats[flow >>> chunkShift]!;
    return floats[(flow & (flowsPerChunk - 1)) * (words / 2) + flowFields.bytes / 2 + direction]!;
  }

  /** Word `index` (0 to 3) of an IPv6 address; `direction` 0 for a. */
  wideWord(flow: number, direction: number, index: number): number {
    return this.#wide[flow >>> chunkShift]![(flow & (flowsPerChunk - 1)) * wideWords + direction * 4 + index]!;
  }

  /** The flow of a decoded packet, or -1; sets `direction` and `hash`. Leaves what `insert` needs. */
  find(packet: PacketView): number {
    let source = packet.source0;
    let destination = packet.destination0;
    const ipv6 = packet.family === 6;
    if (ipv6) {
      source = this.#fold(source, packet.source1, packet.source2, packet.source3);
      destination = this.#fold(destination, packet.destination1, packet.destination2, packet.destination3);
    }
    const sourcePort = packet.sourcePort;
    const destinationPort = packet.destinationPort;
    const forward = (sourcePort << 16) | destinationPort;
    const backward = (destinationPort << 16) | sourcePort;
    const ordered = source < destination || (source === destination && sourcePort <= destinationPort);
    let hash = this.#seed ^ packet.protocol;
    hash = mixWord(hash, ordered ? source : destination);
    hash = mixWord(hash, ordered ? destination : source);
    hash = finishHash(mixWord(hash, ordered ? forward : backward));
    this.hash = hash;
    this.#source = source;
    this.#destination = destination;
    const kind = (ipv6 ? flowFlags.ipv6 : 0) | (packet.protocol === 17 ? flowFlags.udp : 0);
    const slots = this.#slots;
    const tag = hash & tagBits;
    let slot = hash & this.#mask;
    for (;;) {
      const entry = slots[slot]!;
      if (entry === 0) return -1;
      if ((entry & tagBits) === tag) {
        const flow = (entry & flowBits) - 1;
        const chunk = this.#chunks[flow >>> chunkShift]!;
        const at = (flow & (flowsPerChunk - 1)) * words;
        if ((chunk[at + flowFields.flags]! & (flowFlags.ipv6 | flowFlags.udp)) === kind) {
          const a = chunk[at + flowFields.addressA]!;
          const b = chunk[at + flowFields.addressB]!;
          const ports = chunk[at + flowFields.ports]!;
          if (a === source && b === destination && ports === forward && (!ipv6 || this.#sameWide(flow, packet, 0))) {
            this.direction = 0;
            return flow;
          }
          if (a === destination && b === source && ports === backward && (!ipv6 || this.#sameWide(flow, packet, 1))) {
            this.direction = 1;
            return flow;
          }
        }
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Makes a flow for the packet that `find` just missed; all words but the key, the flags and the hash are 0. */
  insert(packet: PacketView): number {
    if ((this.size + 1) * 2 > this.#mask + 1) this.#grow();
    const flow = this.#freed > 0 ? this.#takeFreed() : this.#unused++;
    const which = flow >>> chunkShift;
    if (which === this.#chunks.length) {
      const buffer = new ArrayBuffer(flowsPerChunk * words * 4);
      this.#chunks.push(new Int32Array(buffer));
      this.#floats.push(new Float64Array(buffer));
      this.#populations.push(0);
    }
    this.#populations[which]!++;
    const chunk = this.#chunks[which]!;
    const at = (flow & (flowsPerChunk - 1)) * words;
    chunk.fill(0, at, at + words);
    chunk[at + flowFields.addressA] = this.#source;
    chunk[at + flowFields.addressB] = this.#destination;
    chunk[at + flowFields.ports] = (packet.sourcePort << 16) | packet.destinationPort;
    chunk[at + flowFields.hash] = this.hash;
    let flags = packet.protocol === 17 ? flowFlags.udp : 0;
    if (packet.family === 6) {
      flags |= flowFlags.ipv6;
      let wide = this.#wide[which];
      if (wide === undefined) {
        wide = new Int32Array(flowsPerChunk * wideWords);
        this.#wide[which] = wide;
      }
      const base = (flow & (flowsPerChunk - 1)) * wideWords;
      wide[base] = packet.source0;
      wide[base + 1] = packet.source1;
      wide[base + 2] = packet.source2;
      wide[base + 3] = packet.source3;
      wide[base + 4] = packet.destination0;
      wide[base + 5] = packet.destination1;
      wide[base + 6] = packet.destination2;
      wide[base + 7] = packet.destination3;
    }
    chunk[at + flowFields.flags] = flags;
    this.#place(this.hash, flow);
    this.size++;
    this.direction = 0;
    return flow;
  }

  /** Takes a flow out; its number may be given again. Linear probing with backward shift: no tombstones. */
  remove(flow: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = this.#hashOf(flow) & mask;
    while ((slots[hole]! & flowBits) !== flow + 1) hole = (hole + 1) & mask;
    let slot = hole;
    for (;;) {
      slot = (slot + 1) & mask;
      const entry = slots[slot]!;
      if (entry === 0) break;
      const home = this.#hashOf((entry & flowBits) - 1) & mask;
      // An entry may fill the hole if its home does not lie between the hole (excluded) and its place.
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = entry;
        hole = slot;
      }
    }
    slots[hole] = 0;
    this.chunk(flow)[this.wordsOf(flow)] = this.#freed;
    this.#freed = flow + 1;
    this.#populations[flow >>> chunkShift]!--;
    this.size--;
  }

  /** No packet comes any more: flows are found by their numbers alone, until `discard` has taken the last. */
  close(): void {
    this.#slots = new Int32Array(firstSlots);
    this.#mask = firstSlots - 1;
  }

  /** Takes a flow out of a closed table, which gives memory back as it empties. */
  discard(flow: number): void {
    const which = flow >>> chunkShift;
    this.#populations[which]!--;
    if (this.#populations[which] === 0) {
      this.#chunks[which] = noWords;
      this.#floats[which] = noFloats;
      this.#wide[which] = undefined;
    }
    this.size--;
    if (this.size === 0) this.#startAnew();
  }

  #startAnew(): void {
    this.#chunks.length = 0;
    this.#floats.length = 0;
    this.#wide.length = 0;
    this.#populations.length = 0;
    this.#unused = 0;
    this.#freed = 0;
  }

  #takeFreed(): number {
    const flow = this.#freed - 1;
    this.#freed = this.chunk(flow)[this.wordsOf(flow)]!;
    return flow;
  }

  #hashOf(flow: number): number {
    return this.chunk(flow)[this.wordsOf(flow) + flowFields.hash]!;
  }

  #fold(word0: number, word1: number, word2: number, word3: number): number {
    return finishHash(mixWord(mixWord(mixWord(mixWord(this.#seed, word0), word1), word2), word3));
  }

  #sameWide(flow: number, packet: PacketView, direction: number): boolean {
    const wide = this.#wide[flow >>> chunkShift]!;
    const source = (flow & (flowsPerChunk - 1)) * wideWords + direction * 4;
    const destination = (flow & (flowsPerChunk - 1)) * wideWords + (1 - direction) * 4;
    return (
      wide[source] === packet.source0 &&
      wide[source + 1] === packet.source1 &&
      wide[source + 2] === packet.source2 &&
      wide[source + 3] === packet.source3 &&
      wide[destination] === packet.destination0 &&
      wide[destination + 1] === packet.destination1 &&
      wide[destination + 2] === packet.destination2 &&
      wide[destination + 3] === packet.destination3
    );
  }

  #place(hash: number, flow: number): void {
    let slot = hash & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = (hash & tagBits) | (flow + 1);
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#slots.length - 1;
    for (const entry of old) {
      const flow = (entry & flowBits) - 1;
      if (flow >= 0) this.#place(this.#hashOf(flow), flow);
    }
  }
}

const noWords = new Int32Array(0);
const noFloats = new Float64Array(0);
