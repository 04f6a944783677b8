import { finishHash, mixWord } from '../../base/hash.js';
import { type Address, parseAddress } from '../../base/parsed-address.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { PacketView } from '../../model/packet.js';
import type { Side } from '../../model/side.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import type { FrameNotes } from './frame-notes.js';
import { framesAfterProof, maxFramesOfShortFlow, maxOctetsOfFlow, octetsOfFrame } from './limits.js';
import type { TlsCutter } from './tls-cutter.js';

/** A connection whose packets are wanted, and how far its telling is. */
export class ChosenFlow {
  readonly record: ConnectionRecord;
  readonly client: Address;
  readonly server: Address;
  readonly notes: FrameNotes;
  /** Last frame that proves anything. */
  readonly lastProof: number;
  /** Null where the connection is not TLS over TCP. */
  readonly cutter: TlsCutter | null;
  /** Last frame of a handshake message, where datagrams carry them. */
  readonly lastHandshakeFrame: number;
  /** Files that get its packets. */
  readonly files: readonly number[];
  /** Octets taken, each packet with what it costs besides. */
  #taken = 0;
  /** It has so few packets that all are wanted: what is missing among them would be a gap. */
  readonly #isShort: boolean;
  readonly #after: Record<Side, number> = { client: 0, server: 0 };

  constructor(
    record: ConnectionRecord,
    client: Address,
    server: Address,
    notes: FrameNotes,
    lastProof: number,
    cutter: TlsCutter | null,
    files: readonly number[],
  ) {
    this.record = record;
    this.client = client;
    this.server = server;
    this.notes = notes;
    this.lastProof = lastProof;
    this.cutter = cutter;
    this.files = files;
    this.#isShort = record.packets.client + record.packets.server <= maxFramesOfShortFlow;
    this.lastHandshakeFrame = Math.max(0, ...(record.tls?.messages.map(({ frame }) => frame) ?? []));
  }

  /** The telling begins anew: the packets come again. */
  rewind(): void {
    this.#taken = 0;
    this.#after.client = 0;
    this.#after.server = 0;
  }

  /** Who sent a packet of this connection. */
  senderOf(packet: PacketView): Side {
    return isSource(packet, this.client, this.record.client.port) ? 'client' : 'server';
  }

  /**
   * Whether a packet is wanted: all up to the last proof, some with payload behind it, and always those that have something to
   * tell or that begin or end the connection. Asked once for each, in order.
   */
  wants(packet: PacketView, from: Side, isNamed: boolean): boolean {
    if (isNamed) return true;
    // SYN, FIN and RST: there are few, but a hostile capture has as many as it likes.
    const isMark = packet.protocol === ipProtocols.tcp && (packet.flags & 0x07) !== 0;
    const isProof = packet.frame <= this.lastProof;
    const follows = packet.payloadLength > 0 && this.#after[from] < framesAfterProof;
    if (this.#taken >= maxOctetsOfFlow || !(isMark || isProof || follows || this.#isShort)) return false;
    if (!isProof && !isMark) this.#after[from]++;
    this.#taken += packet.end - packet.start + octetsOfFrame;
    return true;
  }
}

/** Finds the chosen connection of a decoded packet. Built for one set of captures, as frame numbers are those of a set. */
export class ChosenFlows {
  readonly #byTuple: Map<number, ChosenFlow[]> = new Map();

  constructor(flows: Iterable<ChosenFlow>) {
    for (const flow of flows) {
      const { client, server, record } = flow;
      const key = keyOf(
        hashOf(client.words[0]!, client.words[1]!, client.words[2]!, client.words[3]!, record.client.port),
        hashOf(server.words[0]!, server.words[1]!, server.words[2]!, server.words[3]!, record.server.port),
      );
      const same = this.#byTuple.get(key);
      if (same === undefined) this.#byTuple.set(key, [flow]);
      else same.push(flow);
    }
    // The latest that has begun is meant where a tuple is used again.
    for (const same of this.#byTuple.values()) same.sort((a, b) => b.record.firstFrame - a.record.firstFrame);
  }

  /** The connection of a TCP or UDP packet; null when it is of none that was chosen. */
  find(packet: PacketView): ChosenFlow | null {
    const key = keyOf(
      hashOf(packet.source0, packet.source1, packet.source2, packet.source3, packet.sourcePort),
      hashOf(
        packet.destination0,
        packet.destination1,
        packet.destination2,
        packet.destination3,
        packet.destinationPort,
      ),
    );
    const candidates = this.#byTuple.get(key);
    if (candidates === undefined) return null;
    for (const flow of candidates) {
      const { record } = flow;
      if (packet.frame < record.firstFrame || packet.frame > record.lastFrame) continue;
      if (isOf(packet, flow)) return flow;
    }
    return null;
  }
}

/** The ends of a connection as words; null where a record from elsewhere names them in another way. */
export function endsOf({ client, server }: ConnectionRecord): { client: Address; server: Address } | null {
  const ends = { client: parseAddress(client.ip), server: parseAddress(server.ip) };
  return ends.client === null || ends.server === null ? null : { client: ends.client, server: ends.server };
}

function isOf(packet: PacketView, { record, client, server }: ChosenFlow): boolean {
  if (packet.family !== client.family) return false;
  if ((packet.protocol === ipProtocols.udp) !== (record.transport === 'udp')) return false;
  return (
    (isSource(packet, client, record.client.port) && isDestination(packet, server, record.server.port)) ||
    (isSource(packet, server, record.server.port) && isDestination(packet, client, record.client.port))
  );
}

function isSource(packet: PacketView, { words }: Address, port: number): boolean {
  return (
    packet.sourcePort === port &&
    packet.source0 === words[0] &&
    packet.source1 === words[1] &&
    packet.source2 === words[2] &&
    packet.source3 === words[3]
  );
}

function isDestination(packet: PacketView, { words }: Address, port: number): boolean {
  return (
    packet.destinationPort === port &&
    packet.destination0 === words[0] &&
    packet.destination1 === words[1] &&
    packet.destination2 === words[2] &&
    packet.destination3 === words[3]
  );
}

function hashOf(word0: number, word1: number, word2: number, word3: number, port: number): number {
  return finishHash(mixWord(mixWord(mixWord(mixWord(mixWord(0, word0), word1), word2), word3), port));
}

/** The same for both directions. */
function keyOf(a: number, b: number): number {
  return (a + b) | 0;
}
