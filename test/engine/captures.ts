// Small captures on disk, and an analysis of them with everything that it told.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type AnalyzeOptions, type AnalyzeResult, analyze } from '../../src/engine/analyze.js';
import type { CertificateRecord } from '../../src/model/certificate.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import type { Hop } from '../../src/model/hop.js';
import type { CaptureInfo, Summary } from '../../src/model/report.js';
import { ethernet, ipv4, tcp } from '../build/packets.js';
import { buildPcap, type PcapOptions, type PcapPacket } from '../build/pcap.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A folder that goes when the tests of the file are over. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'barewire-engine-'));
  folders.push(path);
  return path;
}

/** Writes `files` into a fresh folder; returns their paths in the same order. */
export async function written(files: Record<string, Uint8Array>): Promise<string[]> {
  const path = await folder();
  return Promise.all(
    Object.entries(files).map(async ([name, bytes]) => {
      await writeFile(join(path, name), bytes);
      return join(path, name);
    }),
  );
}

/** What an analysis told, in the order of its telling. */
export interface Told {
  result: AnalyzeResult;
  order: string[];
  flows: ConnectionRecord[];
  captures: CaptureInfo[];
  certificates: CertificateRecord[];
  hops: Hop[];
  summaries: Summary[];
  warnings: string[];
}

/** Analyses and writes down. */
export async function told(inputs: readonly string[], more: Partial<AnalyzeOptions> = {}): Promise<Told> {
  const order: string[] = [];
  const flows: ConnectionRecord[] = [];
  const captures: CaptureInfo[] = [];
  const certificates: CertificateRecord[] = [];
  const hops: Hop[] = [];
  const summaries: Summary[] = [];
  const warnings: string[] = [];
  const keep =
    <T>(name: string, list: T[]) =>
    (item: T): void => {
      order.push(name);
      list.push(item);
    };
  const result = await analyze({
    inputs,
    sink: {
      flow: keep('flow', flows),
      capture: keep('capture', captures),
      certificate: keep('certificate', certificates),
      hop: keep('hop', hops),
      end: keep('end', summaries),
    },
    onWarning: (text) => warnings.push(text),
    ...more,
  });
  return { result, order, flows, captures, certificates, hops, summaries, warnings };
}

const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** What a packet of `httpPackets` is said to be. */
export interface HttpFields {
  clientPort?: number;
  seconds?: number;
}

/** A connection from 10.0.0.1 to 10.0.0.2:80: three packets that open it, a request, an answer, three that close it; one a second. */
export function httpPackets({ clientPort = 40_000, seconds = 1000 }: HttpFields = {}): PcapPacket[] {
  let identification = clientPort & 0xff;
  const sent = (flags: number, sequence: number, acknowledgment: number, payload = ''): Uint8Array =>
    ethernet(
      ipv4(
        { identification: ++identification },
        tcp({ sourcePort: clientPort, destinationPort: 80, flags, sequence, acknowledgment }, text(payload)),
      ),
    );
  const answered = (flags: number, sequence: number, acknowledgment: number, payload = ''): Uint8Array =>
    ethernet(
      ipv4(
        { source: '10.0.0.2', destination: '10.0.0.1', identification: ++identification },
        tcp({ sourcePort: 80, destinationPort: clientPort, flags, sequence, acknowledgment }, text(payload)),
      ),
    );
  const request = 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n';
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const asked = 101 + request.length;
  const done = 501 + answer.length;
  const frames = [
    sent(0x02, 100, 0),
    answered(0x12, 500, 101),
    sent(0x10, 101, 501),
    sent(0x18, 101, 501, request),
    answered(0x18, 501, asked, answer),
    sent(0x11, asked, done),
    answered(0x11, done, asked + 1),
    sent(0x10, asked + 1, done + 1),
  ];
  return frames.map((bytes, at) => ({ seconds: seconds + at, bytes }));
}

/** A pcap file of packets. */
export function capture(packets: readonly PcapPacket[], options: PcapOptions = {}): Uint8Array {
  return buildPcap(packets, options);
}
