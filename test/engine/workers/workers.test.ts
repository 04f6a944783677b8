// The workers as they are installed: processes of their own.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { workersFor } from '../../../src/engine/workers/workers.js';
import { capture, httpPackets, written } from '../captures.js';

type Workers = typeof import('../../../src/engine/workers/workers.js');

const installed = fileURLToPath(new URL('../../../dist/engine/workers/workers.js', import.meta.url));
const program = fileURLToPath(new URL('../../../bin/analyze.js', import.meta.url));
const captures = fileURLToPath(new URL('../../../captures', import.meta.url));
const isBuilt = existsSync(installed);
if (!isBuilt) console.warn('SKIPPED: workers are tested as they are built (npm run build)');

const run = promisify(execFile);
const setup = { seed: 7, keylogs: [], authorities: [], revocationLists: [], paths: [] };
const patience = 30_000;

describe('how many workers there are', () => {
  it('as many as were asked for, and captures there are that can be read twice', async () => {
    const [a, b, c] = await written({ 'a.pcap': capture([]), 'b.pcap': capture([]), 'c.pcap': capture([]) });
    const sets = [[a!], [b!], [c!, '-'], ['/missing.pcap'], ['/dev/null']].map((paths) => ({ paths }));
    expect(workersFor(8, setup, sets)).toBe(2);
    expect(workersFor(1, setup, sets)).toBe(1);
  });

  it('none where keys or trust come through a pipe, which only one can read', async () => {
    const [a, b] = await written({ 'a.pcap': capture([]), 'b.pcap': capture([]) });
    const sets = [{ paths: [a!] }, { paths: [b!] }];
    expect(workersFor(2, { ...setup, keylogs: [a!] }, sets)).toBe(2);
    for (const name of ['keylogs', 'authorities', 'revocationLists'])
      expect(workersFor(2, { ...setup, [name]: ['/dev/null'] }, sets)).toBe(0);
  });

  it('none for what is read in a moment', async () => {
    const paths = await written({ 'a.pcap': capture(httpPackets()), 'b.pcap': capture(httpPackets()) });
    expect(
      workersFor(
        'auto',
        setup,
        paths.map((path) => ({ paths: [path] })),
      ),
    ).toBeLessThan(2);
  });
});

describe.skipIf(!isBuilt)('workers', { timeout: patience }, () => {
  let workers: InstanceType<Workers['ReadingWorkers']> | null = null;
  afterEach(() => workers?.close());

  async function start(paths: readonly string[]): Promise<InstanceType<Workers['ReadingWorkers']>> {
    const { ReadingWorkers } = (await import(pathToFileURL(installed).href)) as Workers;
    const sets = paths.map((path) => ({ paths: [path] }));
    workers = new ReadingWorkers(2, setup, sets, () => {});
    return workers;
  }

  it('read what nobody has read yet, and hand it over in order', async () => {
    const many = Array.from({ length: 300 }, (_, at) => [`${at}.pcap`, capture(httpPackets({ clientPort: at + 1 }))]);
    const paths = await written(Object.fromEntries(many) as Record<string, Uint8Array>);
    const reading = await start(paths);
    const taken: string[] = [];
    for (const path of paths) {
      const accepted = await reading.take(({ captures: [info] }) => {
        expect(info!.path).toBe(path);
        return taken.push(path) > 0;
      });
      if (!accepted) await sleep(20);
    }
    expect(taken.length).toBeGreaterThan(100);
  });

  it('leave everything to whoever asks when they are gone', async () => {
    const paths = await written({ 'a.pcap': capture(httpPackets()), 'b.pcap': capture(httpPackets()) });
    const reading = await start(paths);
    reading.close();
    for (const _ of paths) expect(await reading.take(() => true)).toBe(false);
  });

  it('change nothing in a report, and are gone with it', async () => {
    const inputs = readdirSync(captures)
      .filter((name) => name.endsWith('.pcap'))
      .map((name) => join(captures, name));
    const printed = async (count: string): Promise<string> =>
      (await run(process.execPath, [program, ...inputs, '--workers', count, '-f', 'json'], { maxBuffer: 2 ** 27 }))
        .stdout;
    expect(await printed('3')).toBe(await printed('1'));
  });
});
