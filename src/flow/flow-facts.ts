import { formatAddress } from '../base/address.js';
import { formatTime } from '../base/time.js';
import type { Endpoint } from '../model/side.js';
import type { Direction } from '../model/stream.js';
import { type FlowTable, flowFields, flowFlags } from './flow-table.js';

/** A missing range in one direction's byte stream, in octets from its first. */
export interface DirectionGap {
  direction: Direction;
  offset: number;
  length: number;
}

/** What went wrong on a connection; only troubled ones have one. */
export interface FlowTroubles {
  gaps: DirectionGap[];
  anomalies: Set<string>;
}

/** What is known of the sequence numbers of one direction (RFC 9293 §3.4), as int32. */
export interface SequenceNumbers {
  known: boolean;
  /** `start` is of the first payload octet since a SYN told it; without one, of the first packet seen. */
  fromSyn: boolean;
  start: number;
  /** Behind the last octet that came in order; behind the FIN where the direction `ended`. */
  end: number;
  ended: boolean;
}

/**
 * What the flow floor knows of an ended connection. Lent: one instance per run, valid during the call. Directions are those
 * of `model/stream`; who is client is decided by the session floor.
 */
export class FlowFacts {
  id = 0;
  capture = 0;
  transport: 'tcp' | 'udp' = 'tcp';
  readonly endpoints: [Endpoint, Endpoint] = [
    { ip: '', port: 0 },
    { ip: '', port: 0 },
  ];
  /** Direction that sent the SYN (or got the SYN and ACK), or null without one. */
  opener: Direction | null = null;
  sawSyn = false;
  closed: 'fin' | 'rst' | 'open' = 'open';
  layers: string[] = [];
  firstFrame = 0;
  lastFrame = 0;
  startTime = '';
  /** The same in whole seconds since 1970 UTC. */
  startSeconds = 0;
  endTime = '';
  readonly packets: [number, number] = [0, 0];
  readonly bytes: [number, number] = [0, 0];
  troubles: FlowTroubles | null = null;
  /** Where it was read from, for what is rarely asked for. */
  #table: FlowTable | null = null;
  #flow = 0;

  /** Fills this view from the table. */
  read(table: FlowTable, flow: number, layers: string[], troubles: FlowTroubles | null): void {
    this.#table = table;
    this.#flow = flow;
    const chunk = table.chunk(flow);
    const at = table.wordsOf(flow);
    const flags = chunk[at + flowFields.flags]!;
    this.id = chunk[at + flowFields.id]!;
    this.capture = chunk[at + flowFields.capture]!;
    this.transport = flags & flowFlags.udp ? 'udp' : 'tcp';
    const ports = chunk[at + flowFields.ports]!;
    this.endpoints[0] = { ip: addressText(table, flow, 0), port: ports >>> 16 };
    this.endpoints[1] = { ip: addressText(table, flow, 1), port: ports & 0xffff };
    this.opener =
      flags & (flowFlags.syn | (flowFlags.synAck << 1))
        ? 0
        : flags & ((flowFlags.syn << 1) | flowFlags.synAck)
          ? 1
          : null;
    this.sawSyn = (flags & (flowFlags.syn | (flowFlags.syn << 1))) !== 0;
    const bothFins = flowFlags.fin | (flowFlags.fin << 1);
    this.closed =
      flags & (flowFlags.rst | (flowFlags.rst << 1)) ? 'rst' : (flags & bothFins) === bothFins ? 'fin' : 'open';
    this.layers = layers;
    this.firstFrame = chunk[at + flowFields.firstFrame]!;
    this.lastFrame = chunk[at + flowFields.lastFrame]!;
    this.startSeconds = chunk[at + flowFields.firstSeconds]! >>> 0;
    this.startTime = formatTime(chunk[at + flowFields.firstSeconds]! >>> 0, chunk[at + flowFields.firstNanoseconds]!);
    this.endTime = formatTime(chunk[at + flowFields.lastSeconds]! >>> 0, chunk[at + flowFields.lastNanoseconds]!);
    this.packets[0] = chunk[at + flowFields.packets]!;
    this.packets[1] = chunk[at + flowFields.packets + 1]!;
    this.bytes[0] = table.bytes(flow, 0);
    this.bytes[1] = table.bytes(flow, 1);
    this.troubles = troubles;
  }

  /** Time of the first packet, in seconds since 1970 UTC. Like `numbers`, while the view is lent. */
  get start(): number {
    const nanoseconds = this.#table!.chunk(this.#flow)[this.#table!.wordsOf(this.#flow) + flowFields.firstNanoseconds]!;
    return this.startSeconds + nanoseconds / 1e9;
  }

  /** Sequence numbers of a direction of TCP. */
  numbers(direction: Direction): SequenceNumbers {
    const chunk = this.#table!.chunk(this.#flow);
    const at = this.#table!.wordsOf(this.#flow);
    const flags = chunk[at + flowFields.flags]!;
    return {
      known: (flags & (flowFlags.known << direction)) !== 0,
      fromSyn: (flags & ((flowFlags.syn | flowFlags.synAck) << direction)) !== 0,
      start: chunk[at + flowFields.initial + direction]!,
      end: chunk[at + flowFields.next + direction]!,
      ended: (flags & (flowFlags.fin << direction)) !== 0,
    };
  }
}

/** Text of IPv4 addresses lately seen, by the address's low bits: hosts of a segment are few, their connections many. */
const textSlots = 4_096;
const slotWords = new Int32Array(textSlots);
const slotTexts: string[] = new Array<string>(textSlots).fill('');

function ipv4Text(word: number): string {
  const slot = (word ^ (word >>> 16)) & (textSlots - 1);
  let text = slotTexts[slot]!;
  if (slotWords[slot] !== word || text === '') {
    text = formatAddress(4, word, 0, 0, 0);
    slotWords[slot] = word;
    slotTexts[slot] = text;
  }
  return text;
}

function addressText(table: FlowTable, flow: number, direction: Direction): string {
  const chunk = table.chunk(flow);
  const at = table.wordsOf(flow);
  if ((chunk[at + flowFields.flags]! & flowFlags.ipv6) === 0) {
    return ipv4Text(chunk[at + flowFields.addressA + direction]!);
  }
  return formatAddress(
    6,
    table.wideWord(flow, direction, 0),
    table.wideWord(flow, direction, 1),
    table.wideWord(flow, direction, 2),
    table.wideWord(flow, direction, 3),
  );
}
