import { CaptureFramer, identifyCapture } from '../capture/framer.js';
import type { CaptureFormat } from '../capture/framing.js';
import type { CaptureSink, PacketView } from '../model/packet.js';
import { openSource } from './open.js';
import { looksLikeRecords, recordsHeadOctets } from './record-lines.js';
import type { Source } from './source.js';

/** What the beginning of a capture file tells of it. */
export interface CaptureHead {
  format: CaptureFormat;
  /** LINKTYPE_ numbers of the interfaces in the head. */
  linkTypes: number[];
  /** Times of the first packet and of the latest packet in the head; null without packets. */
  first: PacketTime | null;
  latest: PacketTime | null;
}

/** Seconds since 1970 and nanoseconds. */
export interface PacketTime {
  seconds: number;
  nanoseconds: number;
}

/** Unpacked octets that are looked at: hundreds of packets, so that captures taken side by side are seen to overlap. */
const peekLength = 256 * 1024;
const identifyingLength = 12;

/** Notes the times of the packets it is given. */
class TimeSink implements CaptureSink {
  first: PacketTime | null = null;
  latest: PacketTime | null = null;

  packet(packet: PacketView): void {
    const time = { seconds: packet.seconds, nanoseconds: packet.nanoseconds };
    this.first ??= time;
    if (this.latest === null || !isBefore(time, this.latest)) this.latest = time;
  }

  interface(): void {}
  drops(): void {}
  secrets(): void {}
  name(): void {}
}

/** Whether `a` is earlier than `b`. */
export function isBefore(a: PacketTime, b: PacketTime): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

/** Whether the file's content begins like records of ours, unpacked where it is packed; false for what can't be read. */
export async function looksLikeRecordsFile(path: string): Promise<boolean> {
  const head = await readHead(path, recordsHeadOctets);
  return head !== null && looksLikeRecords(head);
}

/** Whether the file's content begins like a capture, unpacked where it is packed; false for what can't be read. */
export async function looksLikeCapture(path: string): Promise<boolean> {
  const head = await readHead(path, identifyingLength);
  return head !== null && identifyCapture(head, 0, head.length) !== null;
}

/** Reads the head of a capture file; null where there is none that can be read. */
export async function peekCapture(path: string): Promise<CaptureHead | null> {
  const bytes = await readHead(path, peekLength);
  if (bytes === null) return null;
  const sink = new TimeSink();
  const framer = new CaptureFramer(sink);
  framer.push(bytes, 0, bytes.length);
  if (framer.format === null) return null;
  return { format: framer.format, linkTypes: [...framer.linkTypes], first: sink.first, latest: sink.latest };
}

async function readHead(path: string, length: number): Promise<Uint8Array | null> {
  let source: Source;
  try {
    source = await openSource(path);
  } catch {
    // Whoever opens it to read it will say what is wrong.
    return null;
  }
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const taken = await source.read(bytes, filled);
    if (taken === 0) break;
    filled += taken;
  }
  await source.close();
  return bytes.subarray(0, filled);
}
