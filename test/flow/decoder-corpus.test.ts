import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/base/address.js';
import { CaptureFramer } from '../../src/capture/framer.js';
import { PacketDecoder } from '../../src/flow/decoder.js';
import { type CaptureSink, decoded, PacketView } from '../../src/model/packet.js';

const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');

/**
 * Frames that tshark counts to a stream and the decoder calls malformed, by capture: TCP headers whose data offset is
 * under five words or points past the segment, which tshark itself marks "Malformed Packet".
 */
const malformedHeaders: Readonly<Record<string, number>> = {
  'PcapPlusPlus-tcp-malformed-9780d77f.pcap': 2,
  'nDPI-fuzz-2006-09-29-28586-e27589f0.pcap': 2,
  'suricata-verify-drop-protocol-change-a73b631e.pcap': 1,
};

interface Entry {
  file: string;
  truth: string;
}

interface Truth {
  streams: { client: string; server: string; frames: number }[];
}

function readEntries(folder: string): Entry[] {
  const lines = readFileSync(join(folder, 'index.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Entry);
}

function readCapture(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
  return bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528 ? decompress(bytes) : bytes;
}

/** Frames for each pair of TCP endpoints, both directions together. */
function countDecoded(bytes: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  const decoder = new PacketDecoder();
  const sink: CaptureSink = {
    packet(packet: PacketView): void {
      if (decoder.decode(packet) !== decoded.tcp) return;
      const source = formatAddress(packet.family, packet.source0, packet.source1, packet.source2, packet.source3);
      const { destination0, destination1, destination2, destination3 } = packet;
      const destination = formatAddress(packet.family, destination0, destination1, destination2, destination3);
      count(counts, `${source}|${packet.sourcePort}`, `${destination}|${packet.destinationPort}`, 1);
    },
    interface(): void {},
    drops(): void {},
    secrets(): void {},
    name(): void {},
  };
  const framer = new CaptureFramer(sink, new PacketView());
  const consumed = framer.push(bytes, 0, bytes.length);
  framer.end(bytes, consumed, bytes.length);
  return counts;
}

function count(counts: Map<string, number>, one: string, other: string, frames: number): void {
  const key = [one, other].sort().join(' ');
  counts.set(key, (counts.get(key) ?? 0) + frames);
}

describe('the decoder and tshark', () => {
  if (!existsSync(corpus)) console.warn('SKIPPED: the shared corpus is absent, no capture was compared with tshark');

  it.skipIf(!existsSync(corpus))(
    'find the same TCP connections with as many frames in every capture',
    () => {
      let streams = 0;
      let captures = 0;
      for (const folder of [corpus, join(corpus, 'variants')]) {
        for (const entry of readEntries(folder)) {
          const name = entry.file.replace('captures/', '');
          const truth = JSON.parse(readFileSync(join(folder, entry.truth), 'utf8')) as Truth;
          const expected = new Map<string, number>();
          for (const { client, server, frames } of truth.streams) count(expected, client, server, frames);
          const found = countDecoded(readCapture(join(folder, entry.file)));
          const lost = sumOf(expected) - sumOf(found);
          expect([name, lost]).toEqual([name, malformedHeaders[name] ?? 0]);
          if (lost === 0) expect([name, sorted(found)]).toEqual([name, sorted(expected)]);
          streams += truth.streams.length;
          captures++;
        }
      }
      expect(captures).toBeGreaterThan(500);
      expect(streams).toBeGreaterThan(1500);
    },
    60_000,
  );
});

function sumOf(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, frames) => sum + frames, 0);
}

function sorted(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
