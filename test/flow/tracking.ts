// A wire to a flow tracker, and ears on the other side that write down what it says.
import { latin1 } from '../../src/base/bytes.js';
import { PacketDecoder } from '../../src/flow/decoder.js';
import type { DirectionGap, FlowFacts } from '../../src/flow/flow-facts.js';
import type { FlowSink, RestingPlace } from '../../src/flow/flow-sink.js';
import { FlowTracker } from '../../src/flow/flow-tracker.js';
import { decoded, PacketView } from '../../src/model/packet.js';
import type { Endpoint } from '../../src/model/side.js';
import type { Arrival, Conversation, Direction } from '../../src/model/stream.js';

/** TCP flags by their usual letters: 'S', 'SA', 'A', 'FA', 'R'. */
const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

/** Whatever is read from a buffer after its call shows as this. */
const poison = 0xee;

/** What a conversation heard, in words that compare. */
export interface Heard {
  what: 'data' | 'gap' | 'datagram' | 'fin' | 'rst';
  direction: Direction;
  text: string;
  length: number;
  offset: number;
  frame: number;
  seconds: number;
  acknowledged: number;
}

/** A conversation that writes down everything; `answer` says how many octets to skip after each piece. */
export class RecordingConversation implements Conversation {
  readonly heard: Heard[] = [];
  answer: (heard: Heard) => number;

  constructor(answer: (heard: Heard) => number) {
    this.answer = answer;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#hear('data', direction, latin1(bytes, start, end), end - start, arrival);
  }

  gap(direction: Direction, length: number, arrival: Arrival): number {
    return this.#hear('gap', direction, '', length, arrival);
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#hear('datagram', direction, latin1(bytes, start, end), end - start, arrival);
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.#hear(reset ? 'rst' : 'fin', direction, '', 0, arrival);
  }

  #hear(what: Heard['what'], direction: Direction, text: string, length: number, arrival: Arrival): number {
    const { offset, frame, seconds, acknowledged } = arrival;
    const heard = { what, direction, text, length, offset, frame, seconds, acknowledged };
    this.heard.push(heard);
    return this.answer(heard);
  }
}

/** An ended connection, owned. */
export interface Ended {
  id: number;
  capture: number;
  transport: 'tcp' | 'udp';
  endpoints: Endpoint[];
  opener: Direction | null;
  sawSyn: boolean;
  closed: 'fin' | 'rst' | 'open';
  layers: string[];
  firstFrame: number;
  lastFrame: number;
  startTime: string;
  endTime: string;
  packets: number[];
  bytes: number[];
  gaps: DirectionGap[];
  anomalies: string[];
  conversation: RecordingConversation | null;
}

/** What a segment or datagram can be told to be. */
export interface Sent {
  /** Octets of text; or `length` octets that are not there (cut by the snap length) behind it. */
  data?: string;
  cutOff?: number;
  ack?: number;
  /** New for each packet by default; 0 as on a wire without fragmentation. */
  identification?: number;
  family?: 4 | 6;
  client?: number;
  server?: number;
  clientPort?: number;
  serverPort?: number;
  layers?: readonly (readonly [kind: number, id: number])[];
  /** TCP options. */
  options?: readonly number[];
  nanoseconds?: number;
}

/** Sends packets from a (who opens, 10.0.0.1:40000) and b (10.0.0.2:443) through a tracker, and keeps what comes out. */
export class Wire implements FlowSink {
  readonly tracker: FlowTracker;
  readonly endings: Ended[] = [];
  readonly conversations: RecordingConversation[] = [];
  readonly begun: { transport: 'tcp' | 'udp'; senderPort: number; peerPort: number; flowId: number }[] = [];
  /** Time of the next packets. */
  seconds = 1000;
  frame = 0;
  answer: (heard: Heard) => number = () => 0;
  readonly #view = new PacketView();
  readonly #buffer = new Uint8Array(70_000);
  readonly #decoder = new PacketDecoder();
  #identification = 1;

  constructor(maxFlows?: number, seed = 0x5eed, firstId = 1) {
    this.tracker = new FlowTracker(this, seed, firstId, maxFlows);
  }

  begin(transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number): Conversation {
    this.begun.push({ transport, senderPort, peerPort, flowId });
    const conversation = new RecordingConversation((heard) => this.answer(heard));
    this.conversations.push(conversation);
    return conversation;
  }

  /** Conversations that lie down when they are asked to; none unless a test says so. */
  rests: (conversation: RecordingConversation) => boolean = () => false;
  readonly rested: (RecordingConversation | null)[] = [];
  readonly resting: RestingPlace = {
    rest: (conversation) =>
      this.rests(conversation as RecordingConversation) ? this.rested.push(conversation as RecordingConversation) : 0,
    wake: (ticket) => {
      const conversation = this.rested[ticket - 1]!;
      this.rested[ticket - 1] = null;
      return conversation;
    },
    glance: (ticket, _flowId, look) => look(this.rested[ticket - 1]!),
  };

  ended(facts: FlowFacts, conversation: Conversation | null): void {
    const { id, capture, transport, opener, sawSyn, closed, firstFrame, lastFrame, startTime, endTime } = facts;
    this.endings.push({
      ...{ id, capture, transport, opener, sawSyn, closed, firstFrame, lastFrame, startTime, endTime },
      endpoints: facts.endpoints.map((endpoint) => ({ ...endpoint })),
      layers: [...facts.layers],
      packets: [...facts.packets],
      bytes: [...facts.bytes],
      gaps: facts.troubles?.gaps.map((gap) => ({ ...gap })) ?? [],
      anomalies: [...(facts.troubles?.anomalies ?? [])],
      conversation: conversation as RecordingConversation | null,
    });
  }

  /** A segment of a. */
  a(flags: string, sequence: number, sent: Sent = {}): void {
    this.#tcp(0, flags, sequence, sent);
  }

  /** A segment of b. */
  b(flags: string, sequence: number, sent: Sent = {}): void {
    this.#tcp(1, flags, sequence, sent);
  }

  /** A datagram of a (0) or b (1). */
  udp(direction: Direction, data: string, sent: Sent = {}): void {
    const view = this.#address(direction, 17, 8, data, sent);
    this.tracker.udp(view);
    this.#buffer.fill(poison, 0, view.end);
  }

  /** A whole Ethernet frame, decoded as the pipeline does. */
  frameBytes(bytes: Uint8Array, nanoseconds = 0): void {
    const view = this.#view;
    view.bytes = this.#buffer;
    this.#buffer.set(bytes);
    view.start = 0;
    view.end = bytes.length;
    view.originalLength = bytes.length;
    view.linkType = 1;
    view.frame = ++this.frame;
    view.seconds = this.seconds;
    view.nanoseconds = nanoseconds;
    const outcome = this.#decoder.decode(view);
    if (outcome === decoded.tcp) this.tracker.tcp(view);
    else if (outcome === decoded.udp) this.tracker.udp(view);
    else throw new Error(`the frame is neither TCP nor UDP: ${outcome}`);
    this.#buffer.fill(poison, 0, bytes.length);
  }

  /** The three segments that open a connection; the first octets then are a's 101 and b's 501. */
  open(sent: Sent = {}): void {
    this.a('S', 100, sent);
    this.b('SA', 500, { ...sent, ack: 101 });
    this.a('A', 101, { ...sent, ack: 501 });
  }

  /** Opens a connection, says something on it, and closes it from both sides, acknowledged. */
  exchange(): void {
    this.open();
    this.a('PA', 101, { ack: 501, data: 'ask' });
    this.b('PA', 501, { ack: 104, data: 'tell' });
    this.a('FA', 104, { ack: 505 });
    this.b('FA', 505, { ack: 105 });
    this.a('A', 105, { ack: 506 });
  }

  /** The capture is over: everything that ended. */
  finish(): Ended[] {
    this.tracker.finish();
    return this.endings;
  }

  /** The capture is over, and it had one connection. */
  finishOne(): Ended {
    const ended = this.finish();
    if (ended.length !== 1) throw new Error(`${ended.length} connections ended instead of one`);
    return ended[0]!;
  }

  #tcp(direction: Direction, flags: string, sequence: number, sent: Sent): void {
    const options = sent.options ?? [];
    const view = this.#address(direction, 6, 20 + options.length, sent.data ?? '', sent);
    this.#buffer.set(options, view.transportStart + 20);
    view.flags = [...flags].reduce((bits, letter) => bits | flagBits[letter]!, 0);
    view.sequence = sequence | 0;
    view.acknowledgment = (sent.ack ?? 0) | 0;
    this.tracker.tcp(view);
    this.#buffer.fill(poison, 0, view.end);
  }

  #address(direction: Direction, protocol: number, header: number, data: string, sent: Sent): PacketView {
    const view = this.#view;
    const family = sent.family ?? 4;
    const client = sent.client ?? 0x0a000001;
    const server = sent.server ?? 0x0a000002;
    const clientPort = sent.clientPort ?? 40_000;
    const serverPort = sent.serverPort ?? 443;
    view.bytes = this.#buffer;
    view.frame = ++this.frame;
    view.seconds = this.seconds;
    view.nanoseconds = sent.nanoseconds ?? 0;
    view.family = family;
    view.protocol = protocol;
    this.#identification = (this.#identification % 0xffff) + 1;
    view.identification = sent.identification ?? (family === 6 ? 0 : this.#identification);
    // An IPv6 address here is 2001:db8:: with the given word last.
    const prefix0 = 0x20010db8;
    const source = direction === 0 ? client : server;
    const destination = direction === 0 ? server : client;
    view.source0 = family === 6 ? prefix0 : source;
    view.source3 = family === 6 ? source : 0;
    view.destination0 = family === 6 ? prefix0 : destination;
    view.destination3 = family === 6 ? destination : 0;
    view.sourcePort = direction === 0 ? clientPort : serverPort;
    view.destinationPort = direction === 0 ? serverPort : clientPort;
    view.layerCount = 0;
    for (const [kind, id] of sent.layers ?? []) view.pushLayer(kind, id);
    view.start = 0;
    view.transportStart = 34;
    view.payloadStart = view.transportStart + header;
    view.payloadEnd = view.payloadStart + data.length;
    view.payloadLength = data.length + (sent.cutOff ?? 0);
    view.end = view.payloadEnd;
    view.originalLength = view.payloadStart + view.payloadLength;
    for (let at = 0; at < data.length; at++) this.#buffer[view.payloadStart + at] = data.charCodeAt(at);
    return view;
  }
}

/** What one direction said: its text, each missing octet as '_'. */
export function said(conversation: RecordingConversation | null, direction: Direction): string {
  let text = '';
  for (const heard of conversation?.heard ?? []) {
    if (heard.direction !== direction) continue;
    if (heard.what === 'data') text += heard.text;
    else if (heard.what === 'gap') text += '_'.repeat(heard.length);
  }
  return text;
}

/** What was heard, in short: 'a:hello', 'b gap 3', 'a fin'. */
export function brief(conversation: RecordingConversation | null): string[] {
  return (conversation?.heard ?? []).map((heard) => {
    const who = heard.direction === 0 ? 'a' : 'b';
    if (heard.what === 'data' || heard.what === 'datagram') return `${who}:${heard.text}`;
    return heard.what === 'gap' ? `${who} gap ${heard.length}` : `${who} ${heard.what}`;
  });
}
