// The synchronous chain from frames to connection records, and the counts that say how good the capture is.

import { formatIpv4, formatIpv6 } from '../base/address.js';
import { formatTime } from '../base/time.js';
import type { CaptureFramer } from '../capture/framer.js';
import { PacketDecoder } from '../flow/decoder.js';
import type { FlowFacts } from '../flow/flow-facts.js';
import type { FlowSink } from '../flow/flow-sink.js';
import { FlowTracker } from '../flow/flow-tracker.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import { type CaptureSink, decoded, type PacketView } from '../model/packet.js';
import type { CaptureInfo } from '../model/report.js';
import type { Conversation } from '../model/stream.js';
import { linkTypeName } from '../registry/link-types.js';
import { buildConnectionRecord, buildInterimRecord, type Session } from '../session/connection-builder.js';
import { DatagramSession } from '../session/datagrams/datagram-session.js';
import { RestingSessions } from '../session/resting/resting.js';
import type { SessionContext } from '../session/shared/session-context.js';
import { StreamSession } from '../session/stream-session.js';
import type { PacketTime } from '../source/head.js';
import type { Source } from '../source/source.js';
import { countLacks, type FlowHealth } from './flow-health.js';
import type { PacketSelection } from './packet-selection.js';
import type { SecretsIntake } from './secrets-intake.js';
import { Witness } from './vantage/witness.js';

/** A name of DNS has at most 255 octets. */
const maxNameCharacters = 255;

/** Counts of one capture file while it is read. */
class CaptureTally {
  packets = 0;
  octets = 0;
  firstSeconds = 0;
  firstNanoseconds = 0;
  lastSeconds = 0;
  lastNanoseconds = 0;
  truncated = 0;
  malformed = 0;
  unsupported = 0;
  gapFlows = 0;
  oneSidedFlows = 0;
  midstreamFlows = 0;
  /** By interface: a statistics block's running total. */
  readonly drops: Map<number, number> = new Map();
  /** Counts of the run's that fall to this file, as far as it was left. */
  duplicates = 0;
  checksums = 0;
  expired = 0;
  /** Counters of the run when the reading of this file began, or went on. */
  duplicatesBefore: number;
  checksumsBefore: number;
  expiredBefore: number;

  constructor(duplicatesBefore: number, checksumsBefore: number, expiredBefore: number) {
    this.duplicatesBefore = duplicatesBefore;
    this.checksumsBefore = checksumsBefore;
    this.expiredBefore = expiredBefore;
  }
}

/** Compares what several captures of a run show: hears of each ended connection with what it is known again by. */
export interface VantagePoint {
  /** For digests; drawn per run. */
  readonly seed: number;
  /** `facts` is lent; `witness` is null where the connection had no payload. */
  ended(record: ConnectionRecord, facts: FlowFacts, witness: Witness | null): void;
}

/**
 * One capture, or one rotated capture whose files are read one after the other: frames in, connection records out. Flows go
 * on from file to file.
 */
export class Pipeline implements CaptureSink, FlowSink {
  /** Index that the first file has in the report. */
  readonly firstCapture: number;
  readonly resting: RestingSessions;
  /** What is looked at; null = everything. */
  selection: PacketSelection | null = null;
  readonly #context: SessionContext;
  readonly #decoder: PacketDecoder;
  readonly #tracker: FlowTracker;
  readonly #intake: SecretsIntake;
  readonly #record: (record: ConnectionRecord) => void;
  readonly #vantage: VantagePoint | null;
  readonly #tallies: CaptureTally[] = [];
  #tally: CaptureTally = new CaptureTally(0, 0, 0);

  /**
   * `firstCapture` and `firstId` are the index and id that the first file and flow get; `seed` is drawn per run. With `vantage` it
   * hears of connections in place of `record`.
   */
  constructor(
    context: SessionContext,
    seed: number,
    firstCapture: number,
    firstId: number,
    intake: SecretsIntake,
    record: (record: ConnectionRecord) => void,
    maxFlows?: number,
    vantage: VantagePoint | null = null,
  ) {
    this.#vantage = vantage;
    this.#context = context;
    this.resting = new RestingSessions(context);
    this.#intake = intake;
    this.#decoder = new PacketDecoder(seed);
    this.#tracker = new FlowTracker(this, seed, firstId, maxFlows);
    this.firstCapture = firstCapture;
    this.#record = record;
  }

  /** The id that the next flow gets. */
  get nextId(): number {
    return this.#tracker.nextId;
  }

  /** Files that were begun and not abandoned. */
  get files(): number {
    return this.#tallies.length;
  }

  /** Packets of the file being read. */
  get packets(): number {
    return this.#tally.packets;
  }

  /** Time of the last packet of all files so far; null without one. */
  get lastTime(): PacketTime | null {
    const tally = this.#tallies.findLast(({ packets }) => packets > 0);
    return tally === undefined ? null : { seconds: tally.lastSeconds, nanoseconds: tally.lastNanoseconds };
  }

  /** How often each bound of the flow floor bit. */
  get limits(): Record<string, number> {
    const { overDatagrams, overBytes, overPieces } = this.#decoder.defragmenter.counters;
    return {
      ...this.#tracker.limits,
      fragmentedDatagrams: overDatagrams,
      fragmentOctets: overBytes,
      fragmentPieces: overPieces,
    };
  }

  /** The next file of the capture begins. */
  beginCapture(): void {
    this.#tracker.capture = this.firstCapture + this.#tallies.length;
    this.#tally = new CaptureTally(
      this.#tracker.duplicatePackets,
      this.#decoder.badChecksums,
      this.#decoder.defragmenter.counters.expired,
    );
    this.#tallies.push(this.#tally);
  }

  /** Packets now come from the file with this index in the report again: interfaces that are sniffed side by side. */
  resume(capture: number): void {
    if (this.#tracker.capture === capture) return;
    const left = this.#tally;
    left.duplicates += this.#tracker.duplicatePackets - left.duplicatesBefore;
    left.checksums += this.#decoder.badChecksums - left.checksumsBefore;
    left.expired += this.#decoder.defragmenter.counters.expired - left.expiredBefore;
    const tally = this.#tallies[capture - this.firstCapture]!;
    tally.duplicatesBefore = this.#tracker.duplicatePackets;
    tally.checksumsBefore = this.#decoder.badChecksums;
    tally.expiredBefore = this.#decoder.defragmenter.counters.expired;
    this.#tally = tally;
    this.#tracker.capture = capture;
  }

  /** Seconds of packet time since an arbitrary beginning: what ages are measured with. */
  get seconds(): number {
    return this.#tracker.seconds;
  }

  /** Connections followed at the moment. */
  get openFlows(): number {
    return this.#tracker.open;
  }

  /** No packet came: it is `seconds` since 1970 by the packets' clock. */
  passTime(seconds: number): void {
    this.#tracker.passTime(seconds);
  }

  /** Ends so many connections early, those that are worth least: memory is short. */
  endEarly(count: number): void {
    this.#tracker.endEarly(count);
  }

  /**
   * Tells the records, as far as they are, of open connections that were begun (or were silent for very long) at least `younger` and
   * less than `older` seconds ago; at most `most`, the latest.
   */
  visitOpen(younger: number, older: number, most: number, visit: (record: ConnectionRecord) => void): void {
    this.#tracker.visitOpen(younger, older, most, (facts, conversation) => {
      visit(buildInterimRecord(facts, sessionOf(conversation), this.#context));
    });
  }

  /** The file that just began is no capture: it does not count. */
  abandonCapture(): void {
    this.#tallies.pop();
  }

  packet(packet: PacketView): void {
    const tally = this.#tally;
    if (tally.packets++ === 0) {
      tally.firstSeconds = packet.seconds;
      tally.firstNanoseconds = packet.nanoseconds;
    }
    tally.lastSeconds = packet.seconds;
    tally.lastNanoseconds = packet.nanoseconds;
    const captured = packet.end - packet.start;
    tally.octets += captured;
    if (captured < packet.originalLength) tally.truncated++;
    const outcome = this.#decoder.decode(packet);
    if (outcome === decoded.tcp || outcome === decoded.udp) {
      if (this.selection !== null && !this.selection.takes(packet)) return;
      if (outcome === decoded.tcp) this.#tracker.tcp(packet);
      else this.#tracker.udp(packet);
    } else if (outcome === decoded.malformed) tally.malformed++;
    else if (outcome === decoded.unsupported) tally.unsupported++;
  }

  interface(): void {}

  drops(interfaceId: number, total: number): void {
    this.#tally.drops.set(interfaceId, total);
  }

  secrets(type: number, bytes: Uint8Array, start: number, end: number): void {
    this.#intake.block(type, bytes, start, end, this.#tally.packets > 0);
  }

  name(bytes: Uint8Array, address: number, length: number, name: string): void {
    const word = (at: number): number =>
      (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    const ip =
      length === 4
        ? formatIpv4(word(address))
        : formatIpv6(word(address), word(address + 4), word(address + 8), word(address + 12));
    this.#context.addressNames.noted(ip, name.slice(0, maxNameCharacters));
  }

  begin(transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number): Conversation {
    const session =
      transport === 'udp'
        ? new DatagramSession(this.#context, senderPort, peerPort, flowId)
        : new StreamSession(this.#context, senderPort, peerPort, flowId);
    return this.#vantage === null ? session : new Witness(session, this.#vantage.seed);
  }

  ended(facts: FlowFacts, conversation: Conversation | null): void {
    const record = buildConnectionRecord(facts, sessionOf(conversation), this.#context);
    countLacks(this.#tallies[record.capture - this.firstCapture]!, record);
    if (this.#vantage === null) this.#record(record);
    else this.#vantage.ended(record, facts, conversation instanceof Witness ? conversation : null);
  }

  /** All files are read: every connection still open is told. */
  finish(): void {
    this.#tracker.finish();
  }

  /** What the report says of the file just read, but for what only ended connections tell (see `flowHealth`). */
  describe(
    source: Pick<Source, 'path' | 'compression' | 'endedEarly'>,
    framer: Pick<CaptureFramer, 'format' | 'frame' | 'snapLength' | 'linkTypes' | 'endedEarly' | 'damage'>,
    framesBefore: number,
  ): CaptureInfo {
    const tally = this.#tally;
    const empty = tally.packets === 0;
    const endings = [framer.endedEarly, source.endedEarly].filter((reason) => reason !== null);
    return {
      path: source.path,
      format: framer.format!,
      compression: source.compression,
      linkTypes: framer.linkTypes.map(linkTypeName),
      // As Wireshark numbers them: records of other kinds (custom blocks, journal entries) take a number too.
      packets: framer.frame - framesBefore,
      bytes: tally.octets,
      firstTime: empty ? null : formatTime(tally.firstSeconds, tally.firstNanoseconds),
      lastTime: empty ? null : formatTime(tally.lastSeconds, tally.lastNanoseconds),
      snapLength: framer.snapLength,
      framesBefore,
      health: {
        truncatedPackets: tally.truncated,
        malformedPackets: tally.malformed,
        unsupportedPackets: tally.unsupported,
        duplicatePackets: tally.duplicates + this.#tracker.duplicatePackets - tally.duplicatesBefore,
        incompleteDatagrams: tally.expired + this.#decoder.defragmenter.counters.expired - tally.expiredBefore,
        badChecksums: tally.checksums + this.#decoder.badChecksums - tally.checksumsBefore,
        droppedPackets:
          tally.drops.size === 0 ? null : [...tally.drops.values()].reduce((sum, drops) => sum + drops, 0),
        gapFlows: 0,
        oneSidedFlows: 0,
        midstreamFlows: 0,
        endedEarly: endings.length === 0 ? null : endings.join('; '),
        damage: [...framer.damage],
      },
    };
  }

  /** Counts of a file's connections, known when all have ended; `file` counts from 0. */
  flowHealth(file: number): FlowHealth {
    const { gapFlows, oneSidedFlows, midstreamFlows } = this.#tallies[file]!;
    return { gapFlows, oneSidedFlows, midstreamFlows };
  }
}

/** Who follows a conversation of ours. */
function sessionOf(conversation: Conversation | null): Session | null {
  return conversation instanceof Witness ? conversation.session : (conversation as Session | null);
}
