import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AnalyzeResult, analyze } from '../../src/engine/analyze.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  inputs: readonly string[],
  keylogs?: readonly string[],
): Promise<{ flows: ConnectionRecord[]; warnings: string[]; result: AnalyzeResult }> {
  const flows: ConnectionRecord[] = [];
  const warnings: string[] = [];
  const sink = { flow: (record: ConnectionRecord) => void flows.push(record), end: () => {} };
  const onWarning = (text: string): void => void warnings.push(text);
  const result = await analyze({ inputs, sink, onWarning, ...(keylogs && { keylogs }) });
  return { flows, warnings, result };
}

const verdicts = (flows: readonly ConnectionRecord[]): unknown[] =>
  flows
    .filter(({ tls }) => tls !== null)
    .map(({ tls }) => [tls!.decrypted, tls!.clientAuth.status, tls!.clientAuth.certainty]);

const plain = 'captures/mtls-end-to-end-tls13.pcap';
const keys = 'captures/mtls-end-to-end-tls13.keys';
const inside = 'captures/mtls-end-to-end-tls13-secrets.pcapng';

describe('keys', () => {
  it('open TLS 1.3, whether a key log brings them or the capture itself', async () => {
    const [closed, opened, carried] = [await run([plain]), await run([plain], [keys]), await run([inside])];
    expect(verdicts(closed.flows).every((verdict) => (verdict as unknown[])[0] === false)).toBe(true);
    expect(verdicts(opened.flows).every((verdict) => (verdict as unknown[])[2] === 'decrypted')).toBe(true);
    expect(verdicts(carried.flows)).toEqual(verdicts(opened.flows));
    expect(opened.warnings).toEqual([]);
  });

  it('open what came before them in the file', async () => {
    const octets = readFileSync(inside);
    const blocks: Buffer[] = [];
    for (let at = 0; at < octets.length; at += octets.readUInt32LE(at + 4)) {
      blocks.push(octets.subarray(at, at + octets.readUInt32LE(at + 4)));
    }
    const secrets = blocks.filter((block) => block.readUInt32LE(0) === 10);
    expect(secrets.length).toBeGreaterThan(0);
    const late = join(folder, 'late.pcapng');
    writeFileSync(late, Buffer.concat([...blocks.filter((block) => block.readUInt32LE(0) !== 10), ...secrets]));
    expect(verdicts((await run([late])).flows)).toEqual(verdicts((await run([inside])).flows));
  });

  it('of one capture open the connections of another', async () => {
    const bare = join(folder, 'bare.pcap');
    copyFileSync(plain, bare);
    const { flows } = await run([bare, inside]);
    expect(verdicts(flows).every((verdict) => (verdict as unknown[])[0] === true)).toBe(true);
  });

  it('that are not there are told, and the rest is analysed', async () => {
    const { flows, result } = await run([plain], [join(folder, 'nowhere.keys'), folder]);
    expect(flows.length).toBeGreaterThan(0);
    expect(result.unreadableKeylogs.map(({ code }) => code)).toEqual(['not-found', 'no-captures']);
  });

  it('that are none are told once, with the line', async () => {
    const path = join(folder, 'odd.keys');
    writeFileSync(path, `${readFileSync(keys, 'utf8')}what is this\nand this\n`);
    const { warnings } = await run([plain], [path]);
    expect(warnings).toEqual([
      expect.stringMatching(/odd\.keys: line \d+ \(the first of 2\) is no key; \d+ lines were of use$/),
    ]);
    writeFileSync(path, '');
    expect((await run([plain], [path])).warnings).toEqual([`${path}: no line of it is a key`]);
  });
});
