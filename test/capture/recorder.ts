import { hex } from '../../src/base/bytes.js';
import { CaptureFramer } from '../../src/capture/framer.js';
import type { CaptureSink, PacketView } from '../../src/model/packet.js';

/** Everything that a framer told, as plain data. */
export interface Told {
  events: string[];
  format: string | null;
  snapLength: number | null;
  linkTypes: readonly number[];
  endedEarly: string | null;
  refusal: string | null;
  damage: readonly string[];
  frame: number;
}

/** Copies what it is lent and overwrites the packet view's fields, so that a framer that leans on them fails. */
class Recorder implements CaptureSink {
  readonly events: string[] = [];

  packet(packet: PacketView): void {
    const time = `${packet.seconds}.${String(packet.nanoseconds).padStart(9, '0')}`;
    const content = hex(packet.bytes, packet.start, packet.end);
    this.events.push(
      `packet ${packet.frame} ${time} link ${packet.linkType} if ${packet.interfaceId} of ${packet.originalLength}: ${content}`,
    );
    packet.bytes = new Uint8Array(0);
    packet.start = packet.end = packet.frame = packet.seconds = packet.nanoseconds = -1;
    packet.linkType = packet.interfaceId = packet.originalLength = -1;
  }

  interface(linkType: number, snapLength: number): void {
    this.events.push(`interface ${linkType} ${snapLength}`);
  }

  drops(interfaceId: number, total: number): void {
    this.events.push(`drops ${interfaceId} ${total}`);
  }

  secrets(type: number, bytes: Uint8Array, start: number, end: number): void {
    this.events.push(`secrets ${type.toString(16)} ${hex(bytes, start, end)}`);
  }

  name(bytes: Uint8Array, start: number, length: number, name: string): void {
    this.events.push(`name ${hex(bytes, start, start + length)} ${name}`);
  }
}

/**
 * Frames `file` presented in pieces that end at `cuts` (ascending), the way the engine does: one buffer, the unconsumed
 * rest slid to its front, everything else overwritten before the next call.
 */
export function frameInPieces(file: Uint8Array, cuts: readonly number[] = [], framesBefore = 0): Told {
  const recorder = new Recorder();
  const framer = new CaptureFramer(recorder, undefined, framesBefore);
  let buffer = new Uint8Array(0);
  let from = 0;
  for (const to of [...cuts, file.length]) {
    // A new buffer with a margin of poison on both sides; the old one is poisoned wholly.
    const next = new Uint8Array(7 + buffer.length + to - from + 9).fill(0xee);
    next.set(buffer, 7);
    next.set(file.subarray(from, to), 7 + buffer.length);
    const end = next.length - 9;
    const consumed = framer.push(next, 7, end);
    if (consumed < 0 || consumed > end - 7) throw new Error(`consumed ${consumed} of ${end - 7}`);
    buffer = next.slice(7 + consumed, end);
    next.fill(0xdd);
    from = to;
  }
  framer.end(buffer, 0, buffer.length);
  return {
    events: recorder.events,
    format: framer.format,
    snapLength: framer.snapLength,
    linkTypes: framer.linkTypes,
    endedEarly: framer.endedEarly,
    refusal: framer.refusal,
    damage: framer.damage,
    frame: framer.frame,
  };
}

/** Packets among the events. */
export function packetsOf(told: Told): string[] {
  return told.events.filter((event) => event.startsWith('packet'));
}

/** `text` as ASCII octets. */
export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
