import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { captureNames, ensureCapture } from './generate.mjs';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'barewire-bench-'));
  folders.push(folder);
  return folder;
}

describe.each(captureNames)('the benchmark capture %s', (name) => {
  it('is the same on every run, and holds the packets and connections that it says', () => {
    const scale = name.includes('1000k') ? 0.0002 : 0.002;
    const capture = ensureCapture(name, scale, newFolder());
    const bytes = readFileSync(capture.path);
    const again = readFileSync(ensureCapture(name, scale, newFolder()).path);
    expect(createHash('sha256').update(again).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(bytes.length).toBe(capture.fileOctets);

    let packets = 0;
    let at = 24;
    const connections = new Set<string>();
    for (; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
      packets++;
      const ip = at + 16 + 14;
      const ends = [bytes.subarray(ip + 12, ip + 16), bytes.subarray(ip + 16, ip + 20)];
      const ports = [bytes.readUInt16BE(ip + 20), bytes.readUInt16BE(ip + 22)];
      const peers = ends.map((address, index) => `${address.toString('hex')}:${ports[index]}`);
      connections.add(peers.sort().join(' '));
    }
    expect(at).toBe(bytes.length);
    expect(packets).toBe(capture.packets);
    expect(connections.size).toBe(capture.flows);
  });
});
