// The second reading: what was said on the connections whose content is to be masked, and which frames show what is found of the
// frames of a capture themselves.
import { PacketDecoder } from '../../flow/decoder.js';
import { DuplicateFilter } from '../../flow/duplicate-filter.js';
import type { FlowFacts } from '../../flow/flow-facts.js';
import type { FlowSink } from '../../flow/flow-sink.js';
import { FlowTable } from '../../flow/flow-table.js';
import { FlowTracker } from '../../flow/flow-tracker.js';
import { type CaptureSink, decoded, type PacketView } from '../../model/packet.js';
import { type Conversation, skipAll } from '../../model/stream.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import type { ChosenFlow } from './chosen-flows.js';
import { ChosenFlows } from './chosen-flows.js';
import { Heard } from './heard.js';
import { maxFramesOfCapture, maxHeardOctetsOfRun, maxRecentFrames } from './limits.js';
import { type OpenFinding, openByFrame } from './open-finding.js';
import { MaskingBudget, maskHeard } from './payload-masks.js';
import { type FlowMask, StreamPlace } from './stream-place.js';

/** Listens to connections before they are written. */
export class ListeningRun implements CaptureSink, FlowSink {
  /** Found masks. */
  readonly masks: Map<ChosenFlow, FlowMask> = new Map();
  readonly #flows: readonly ChosenFlow[];
  readonly #sets: readonly number[];
  readonly #findings: readonly (OpenFinding | null)[];
  readonly #budget: MaskingBudget = new MaskingBudget();
  readonly #places: Map<ChosenFlow, StreamPlace> = new Map();
  readonly #heard: Map<ChosenFlow, Heard> = new Map();
  #decoder: PacketDecoder = new PacketDecoder();
  #tracker: FlowTracker = new FlowTracker(this, 1, 1);
  #chosen: ChosenFlows = new ChosenFlows([]);
  #named: ReadonlyMap<number, readonly OpenFinding[]> = new Map();
  #current: ChosenFlow | null = null;
  #set = -1;
  #octets = 0;
  /** Findings of this set that are about frames: copies, and cut ones. */
  #copies: OpenFinding | null = null;
  #cut: OpenFinding | null = null;
  #recent: RecentFrames | null = null;

  /** `flows` are those whose content is read; see `EvidenceRun` for the rest. */
  constructor(flows: readonly ChosenFlow[], sets: readonly number[], findings: readonly (OpenFinding | null)[]) {
    this.#flows = flows;
    this.#sets = sets;
    this.#findings = findings;
  }

  /** Whether there is anything to listen to. */
  get isNeeded(): boolean {
    return this.#flows.length > 0 || this.#findings.some((finding) => finding?.isOfFrames === true);
  }

  /** The capture with this index is read next. */
  beginCapture(capture: number): void {
    const set = this.#sets[capture]!;
    if (set !== this.#set) {
      this.end();
      this.#set = set;
      this.#decoder = new PacketDecoder();
      this.#tracker = new FlowTracker(this, 1, 1);
      this.#chosen = new ChosenFlows(this.#flows.filter(({ record }) => this.#sets[record.capture] === set));
      this.#named = openByFrame(this.#findings, set);
    }
    const ofFrames = (kind: string): OpenFinding | null =>
      this.#findings.find((open) => open?.isOfFrames && open.kind === kind && open.capture === capture) ?? null;
    this.#copies = ofFrames('capture-duplicates');
    this.#cut = ofFrames('capture-truncated');
    this.#recent = this.#copies === null ? null : new RecentFrames();
  }

  packet(packet: PacketView): void {
    if (this.#cut !== null && packet.end - packet.start < packet.originalLength) addFrame(this.#cut, packet.frame);
    const outcome = this.#decoder.decode(packet);
    if (outcome !== decoded.tcp && outcome !== decoded.udp) return;
    if (this.#recent !== null) this.#noteCopy(this.#recent, packet);
    const flow = this.#chosen.find(packet);
    if (flow === null) return;
    const from = flow.senderOf(packet);
    const isNamed = this.#named.has(packet.frame) || flow.notes.has(packet.frame);
    if (!flow.wants(packet, from, isNamed)) return;
    let place = this.#places.get(flow);
    if (place === undefined) {
      place = new StreamPlace();
      this.#places.set(flow, place);
    }
    place.note(packet, from);
    this.#current = flow;
    if (packet.protocol === ipProtocols.udp) this.#tracker.udp(packet);
    else this.#tracker.tcp(packet);
    this.#current = null;
  }

  interface(): void {}
  drops(): void {}
  secrets(): void {}
  name(): void {}

  begin(transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number): Conversation {
    const flow = this.#current;
    // Ports that were used again within what is taken for one connection.
    if (flow === null || this.#heard.has(flow)) return deaf;
    const heard = new Heard(transport, senderPort, peerPort, flowId, (octets) => this.#mayHear(octets));
    this.#heard.set(flow, heard);
    return heard;
  }

  ended(facts: FlowFacts, conversation: Conversation | null): void {
    if (conversation instanceof Heard) conversation.ended(facts);
  }

  /** A set of captures is read: masks what was heard. */
  end(): void {
    this.#tracker.finish();
    for (const [flow, heard] of this.#heard) {
      const payload = maskHeard(heard, flow.record, this.#budget);
      this.masks.set(flow, { payload, place: this.#places.get(flow)! });
      flow.rewind();
    }
    for (const flow of this.#places.keys()) flow.rewind();
    this.#heard.clear();
    this.#places.clear();
  }

  #mayHear(octets: number): boolean {
    if (this.#octets + octets > maxHeardOctetsOfRun) return false;
    this.#octets += octets;
    return true;
  }

  #noteCopy(recent: RecentFrames, packet: PacketView): void {
    const original = recent.originalOf(packet);
    if (original === null || this.#copies === null) return;
    addFrame(this.#copies, original);
    addFrame(this.#copies, packet.frame);
  }
}

/** Frames lately seen, so that the original of a copy can be told. */
class RecentFrames {
  readonly #filter: DuplicateFilter = new DuplicateFilter(1);
  readonly #table: FlowTable = new FlowTable(1);
  readonly #frames: Map<string, number> = new Map();

  /** The frame that a packet is a copy of; null where it is none. */
  originalOf(packet: PacketView): number | null {
    const key = `${packet.source0} ${packet.sourcePort} ${packet.destination0} ${packet.destinationPort} ${packet.identification} ${packet.sequence} ${packet.acknowledgment} ${packet.payloadLength}`;
    this.#table.find(packet);
    if (this.#filter.isDuplicate(packet, this.#table.hash)) return this.#frames.get(key) ?? null;
    this.#frames.delete(key);
    this.#frames.set(key, packet.frame);
    if (this.#frames.size > maxRecentFrames) this.#frames.delete(this.#frames.keys().next().value!);
    return null;
  }
}

function addFrame(finding: OpenFinding, frame: number): void {
  if (finding.frames.size < maxFramesOfCapture) finding.frames.add(frame);
}

const deaf: Conversation = {
  data: () => skipAll,
  gap: () => skipAll,
  datagram: () => skipAll,
  closed() {},
};
