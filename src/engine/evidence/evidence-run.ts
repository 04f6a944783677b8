// The second reading: every frame that shows something is written into the files of the findings that it shows.

import { type Address, addressOctets, addressText, parseAddress } from '../../base/parsed-address.js';
import { formatTime } from '../../base/time.js';
import type { WrittenName } from '../../capture/pcapng-writer.js';
import { PacketDecoder } from '../../flow/decoder.js';
import { type CaptureSink, decoded, type PacketView } from '../../model/packet.js';
import type { Side } from '../../model/side.js';
import { ipProtocols } from '../../registry/ip-protocols.js';
import type { ChosenFlow } from './chosen-flows.js';
import { ChosenFlows } from './chosen-flows.js';
import { maxNames } from './limits.js';
import type { PayloadShown } from './manifest.js';
import { type OpenFinding, openByFrame } from './open-finding.js';
import { type BuiltPacket, cutPacket, type Ends, type Mask, rebuildPacket } from './packet-builder.js';
import { proxyHeaderLength } from './proxy-header-length.js';
import type { Retelling } from './retelling.js';
import type { FlowMask } from './stream-place.js';
import type { Blank } from './tls-cutter.js';

const ethernet = 1;
const dtlsHeader = 13;
const applicationData = 23;

/** How much of a payload is shown. */
interface Shown {
  /** Octets from its first. */
  kept: number;
  /** Masks them in place; null = they stay. */
  mask: Mask | null;
  /** The checksum must not tell of the octets that are not shown. */
  sealed: boolean;
}

/** Writes the frames of one reading. */
export class EvidenceRun implements CaptureSink {
  readonly #flows: readonly ChosenFlow[];
  readonly #sets: readonly number[];
  readonly #findings: readonly (OpenFinding | null)[];
  readonly #payload: PayloadShown;
  readonly #retelling: Retelling;
  readonly #masks: ReadonlyMap<ChosenFlow, FlowMask>;
  #decoder: PacketDecoder = new PacketDecoder();
  #chosen: ChosenFlows = new ChosenFlows([]);
  #named: ReadonlyMap<number, readonly OpenFinding[]> = new Map();
  #capture = 0;
  #framesBefore = 0;
  #set = -1;
  /** Names that captures give to addresses. */
  readonly #names: Map<string, Set<string>> = new Map();

  /**
   * `sets` says of each capture which set of files it belongs to, by the index of the set's first; `masks` how content is masked
   * that was read before.
   */
  constructor(
    flows: readonly ChosenFlow[],
    sets: readonly number[],
    findings: readonly (OpenFinding | null)[],
    payload: PayloadShown,
    retelling: Retelling,
    masks: ReadonlyMap<ChosenFlow, FlowMask>,
  ) {
    this.#flows = flows;
    this.#sets = sets;
    this.#findings = findings;
    this.#payload = payload;
    this.#retelling = retelling;
    this.#masks = masks;
  }

  /** The capture with this index is read next; `framesBefore` are those of the same set in files before it. */
  beginCapture(capture: number, framesBefore: number): void {
    this.#capture = capture;
    this.#framesBefore = framesBefore;
    const set = this.#sets[capture]!;
    if (set === this.#set) return;
    this.#set = set;
    this.#decoder = new PacketDecoder();
    this.#chosen = new ChosenFlows(this.#flows.filter(({ record }) => this.#sets[record.capture] === set));
    this.#named = openByFrame(this.#findings, set);
  }

  packet(packet: PacketView): void {
    const { bytes } = packet;
    const outcome = this.#decoder.decode(packet);
    const isWhole = outcome === decoded.tcp || outcome === decoded.udp;
    const named = this.#named.get(packet.frame);
    const flow = isWhole ? this.#chosen.find(packet) : null;
    if (flow === null && named === undefined) return;
    const from = flow === null ? 'client' : flow.senderOf(packet);
    const shown = isWhole ? this.#shown(packet, flow, from) : null;
    const isNamed = named !== undefined || flow?.notes.has(packet.frame) === true;
    const wanted = flow?.wants(packet, from, isNamed) === true ? flow.files : [];
    const findings = new Set(wanted.map((file) => this.#findings[file]!));
    for (const finding of named ?? []) findings.add(finding);
    if (findings.size === 0) return;
    // Whole packets only: of a fragment, or of what can't be decoded, nobody can say what is in it.
    if (shown === null) {
      for (const finding of findings) if (finding.isOfFrames) this.#writeEmpty(packet, finding);
      return;
    }
    this.#write(packet, flow, from, shown, findings, packet.bytes !== bytes);
  }

  interface(): void {}
  drops(): void {}
  secrets(): void {}

  name(bytes: Uint8Array, addressStart: number, addressLength: number, name: string): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + addressStart, addressLength);
    const words = new Int32Array(4);
    for (let at = 0; at * 4 < addressLength; at++) words[at] = view.getInt32(at * 4);
    const address = addressText({ family: addressLength === 4 ? 4 : 6, words });
    const names = this.#names.get(address);
    if (names !== undefined) {
      if (names.size < maxNames) names.add(name);
    } else if (this.#names.size < maxNames * 16) this.#names.set(address, new Set([name]));
  }

  /** Names that the captures give to addresses in a finding's packets, in order. */
  namesOf(finding: OpenFinding): WrittenName[] {
    const found: WrittenName[] = [];
    for (const address of [...finding.addresses].sort()) {
      for (const name of [...(this.#names.get(address) ?? [])].sort()) {
        const told = this.#retelling.hostName(name);
        const parsed = parseAddress(address);
        if (told === null || parsed === null || found.length >= maxNames) continue;
        found.push({ address: addressOctets(this.#retelling.address(parsed)), name: told });
      }
    }
    return found;
  }

  #shown(packet: PacketView, flow: ChosenFlow | null, from: Side): Shown {
    const captured = packet.payloadEnd - packet.payloadStart;
    if (flow?.cutter) {
      const sequence = packet.flags & 0x02 ? (packet.sequence + 1) | 0 : packet.sequence;
      const kept =
        packet.payloadLength === 0
          ? 0
          : flow.cutter.segment(
              from,
              packet.bytes,
              packet.payloadStart,
              packet.payloadEnd,
              packet.payloadLength,
              sequence,
              packet.frame,
            );
      if (this.#payload === 'whole') return { kept: captured, mask: null, sealed: false };
      if (kept !== null) {
        const blanks = [...flow.cutter.blanks];
        return { kept, mask: blanks.length === 0 ? null : blanked(blanks), sealed: this.#payload === 'headers' };
      }
    }
    if (this.#payload === 'whole') return { kept: captured, mask: null, sealed: false };
    if (flow?.record.tls && packet.protocol === ipProtocols.udp) return this.#shownDatagram(packet, flow);
    // Of packets that belong to nothing that was chosen nobody knows what they carry.
    if (flow === null || this.#payload !== 'masked') return { kept: 0, mask: null, sealed: captured > 0 };
    const { bytes, payloadStart, payloadEnd } = packet;
    // A PROXY header says no more than the packets of the hop before do.
    const isFirst = flow.record.proxyHeader?.frame === packet.frame;
    const open = isFirst ? proxyHeaderLength(bytes, payloadStart, payloadEnd) : 0;
    const found = this.#masks.get(flow);
    // Nobody can read what it carries, so nobody can say what of it is harmless.
    if (found === undefined) return { kept: open, mask: null, sealed: captured > open };
    const { payload, place } = found;
    const { frame } = packet;
    if (packet.protocol === ipProtocols.udp) {
      const mask: Mask = (octets, start, end) => payload.maskDatagram(octets, start, end, frame);
      return { kept: captured, mask, sealed: true };
    }
    const direction = place.directionOf(from);
    const offset = place.offsetOf(packet, from) + open;
    const mask: Mask = (octets, start, end) => payload.maskStream(octets, start + open, end, direction, offset);
    return { kept: captured, mask, sealed: true };
  }

  /** DTLS and QUIC: datagrams up to the end of the handshake; QUIC's first ones are protected by keys that everybody has. */
  #shownDatagram(packet: PacketView, flow: ChosenFlow): Shown {
    const captured = packet.payloadEnd - packet.payloadStart;
    if (this.#payload === 'headers') return { kept: 0, mask: null, sealed: true };
    const isDtls = packet.bytes[packet.payloadStart + 1] === 0xfe;
    const isContent = isDtls && packet.bytes[packet.payloadStart] === applicationData;
    const isHandshake = packet.frame <= flow.lastHandshakeFrame && !isContent;
    return {
      kept: isHandshake ? captured : isDtls ? Math.min(dtlsHeader, captured) : 0,
      mask: null,
      sealed: false,
    };
  }

  #write(
    packet: PacketView,
    flow: ChosenFlow | null,
    from: Side,
    shown: Shown,
    findings: ReadonlySet<OpenFinding>,
    wasInFragments: boolean,
  ): void {
    const ends = this.#endsOf(packet);
    const anonymous = this.#retelling.anonymizer !== null;
    const rebuilt = anonymous || wasInFragments;
    const mask = maskOf(shown);
    const built: BuiltPacket = rebuilt
      ? rebuildPacket(packet, ends, shown.kept, mask, anonymous)
      : cutPacket(packet, ends, shown.kept, mask);
    const words = this.#comment(packet, flow, from, shown, wasInFragments);
    const interfaceName = `capture ${this.#capture + 1}${rebuilt ? ', new frames' : ''}`;
    for (const finding of findings) {
      const isEvidence = finding.set === this.#set && finding.frames.has(packet.frame);
      const comment = isEvidence ? `${words} This frame shows ${finding.kind}: ${finding.title}.` : words;
      finding.file.packet(interfaceName, rebuilt ? ethernet : packet.linkType, {
        seconds: packet.seconds,
        nanoseconds: packet.nanoseconds,
        ...built,
        comments: [comment],
      });
      if (isEvidence) {
        finding.written.push({ capture: this.#capture, frame: packet.frame, inFile: finding.file.frames });
      }
      this.#noteAddresses(finding, packet);
    }
  }

  /** A frame that shows by its lengths alone what is found. */
  #writeEmpty(packet: PacketView, finding: OpenFinding): void {
    const { seconds, nanoseconds, originalLength } = packet;
    const comment = `Capture ${this.#capture + 1}, frame ${packet.frame - this.#framesBefore}, ${formatTime(seconds, nanoseconds)}. Its octets are cut. This frame shows ${finding.kind}: ${finding.title}.`;
    finding.file.packet(`capture ${this.#capture + 1}`, packet.linkType, {
      seconds,
      nanoseconds,
      octets: new Uint8Array(0),
      originalLength,
      comments: [comment],
    });
    finding.written.push({ capture: this.#capture, frame: packet.frame, inFile: finding.file.frames });
  }

  #endsOf(packet: PacketView): Ends {
    const source = this.#retelling.address(sourceOf(packet));
    const destination = this.#retelling.address(destinationOf(packet));
    return {
      source,
      destination,
      sourceHardware: this.#retelling.hardware(source),
      destinationHardware: this.#retelling.hardware(destination),
    };
  }

  /** What the frame is, where it comes from, what it shows, and what of it is not here. */
  #comment(
    packet: PacketView,
    flow: ChosenFlow | null,
    from: Side,
    { kept, mask }: Shown,
    wasInFragments: boolean,
  ): string {
    const time = formatTime(packet.seconds, packet.nanoseconds);
    // As Wireshark numbers it in that file; the report's numbers go on through the files of a rotated capture.
    const inFile = packet.frame - this.#framesBefore;
    const reported = inFile === packet.frame ? '' : ` (${packet.frame} in the report)`;
    const sentences = [`Capture ${this.#capture + 1}, frame ${inFile}${reported}, ${time}.`];
    if (flow !== null) {
      const to = from === 'client' ? 'client to server' : 'server to client';
      const notes = flow.notes.get(packet.frame) ?? [plainNote(packet)];
      sentences.push(`Flow ${flow.record.id}, ${to}: ${notes.join('; ')}.`);
    }
    const captured = packet.payloadEnd - packet.payloadStart;
    if (mask !== null) sentences.push('The payload is masked but for words and marks of the protocol.');
    else if (kept < captured) sentences.push(`${captured - kept} octets of payload are cut.`);
    if (wasInFragments) sentences.push('It came in fragments.');
    return sentences.join(' ');
  }

  #noteAddresses({ addresses }: OpenFinding, packet: PacketView): void {
    for (const end of [sourceOf(packet), destinationOf(packet)]) {
      if (addresses.size < maxNames) addresses.add(addressText(end));
    }
  }
}

function sourceOf({ family, source0, source1, source2, source3 }: PacketView): Address {
  return { family: family === 4 ? 4 : 6, words: Int32Array.of(source0, source1, source2, source3) };
}

function destinationOf({ family, destination0, destination1, destination2, destination3 }: PacketView): Address {
  return { family: family === 4 ? 4 : 6, words: Int32Array.of(destination0, destination1, destination2, destination3) };
}

/** Null where the octets stay as they are. */
function maskOf({ mask, sealed }: Shown): Mask | null {
  return mask ?? (sealed ? () => {} : null);
}

/** Puts zeros or letters over stretches, by offsets from the beginning of what is masked. */
function blanked(blanks: readonly Blank[]): Mask {
  return (octets, start) => {
    for (const [from, to, fill] of blanks) octets.fill(fill, start + from, Math.min(start + to, octets.length));
  };
}

/** What a packet is of which nothing is known but its header. */
function plainNote(packet: PacketView): string {
  if (packet.protocol === ipProtocols.udp) return 'datagram';
  const { flags } = packet;
  const marks = [
    flags & 0x02 ? 'SYN' : '',
    flags & 0x01 ? 'FIN' : '',
    flags & 0x04 ? 'RST' : '',
    packet.payloadLength > 0 ? `${packet.payloadLength} octets of payload` : '',
  ].filter((mark) => mark !== '');
  return marks.length === 0 ? 'acknowledgment' : marks.join(', ');
}
