import { truncateSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadingProgress, RunProgress } from '../../src/engine/reading-progress.js';
import { progressLine } from '../../src/report/progress-line.js';
import { capture, folder, httpPackets, told, written } from './captures.js';

describe('progress of a run over several inputs', () => {
  const three = (): Promise<string[]> =>
    written({
      'a.pcap': capture(httpPackets()),
      'b.pcap': capture([...httpPackets(), ...httpPackets({ clientPort: 9 })]),
      'c.pcap': capture(httpPackets()),
    });

  it('is told of each file, however small, with the octets of those before it', async () => {
    const inputs = [...(await three()), 'missing.pcap'];
    const sizes = await Promise.all(inputs.slice(0, 3).map(async (path) => (await stat(path)).size));
    const seen: ReadingProgress[] = [];
    await told(inputs, { onProgress: (progress) => seen.push(progress) });
    const bytesTotal = sizes[0]! + sizes[1]! + sizes[2]!;
    const run = (file: number, bytesRead: number): RunProgress => ({
      ...{ file, files: 4, bytesRead, bytesSkipped: 0, bytesTotal },
    });
    expect(seen.map((progress) => progress.run)).toEqual([
      run(1, 0),
      run(2, sizes[0]!),
      run(3, sizes[0]! + sizes[1]!),
      run(4, bytesTotal),
    ]);
    expect(seen.map(({ path }) => path)).toEqual(inputs);
  });

  it('leaves out of its rate what a checkpoint held already', async () => {
    const inputs = await three();
    const path = join(await folder(), 'checkpoint');
    const checkpoint = { path, toolVersion: '1' };
    await told(inputs, { checkpoint });
    truncateSync(path, (await stat(path)).size - 10);
    const seen: ReadingProgress[] = [];
    await told(inputs, { checkpoint, onProgress: (progress) => seen.push(progress) });
    const before = (await stat(inputs[0]!)).size + (await stat(inputs[1]!)).size;
    expect(seen).toHaveLength(1);
    expect(seen[0]!.run).toMatchObject({ file: 3, files: 3, bytesRead: before, bytesSkipped: before });
  });

  it('ends between two files when it is told to, however small they are', async () => {
    const controller = new AbortController();
    const { captures } = await told(await three(), {
      signal: controller.signal,
      onProgress: ({ run }) => {
        if (run?.file === 2) controller.abort();
      },
    });
    expect(captures).toHaveLength(1);
  });

  it('is drawn by the octets of all', () => {
    const run = { file: 312, files: 1006, bytesRead: 50e6, bytesSkipped: 30e6, bytesTotal: 100e6 };
    const progress = { path: 'x/a.pcap', bytesRead: 1, bytesTotal: 2, packets: 1, run };
    expect(progressLine(progress, 2, 120)).toBe(
      '[##########..........]  50 %  50.0 MB of 100 MB  10.0 MB/s  5 s left  file 312 of 1006  a.pcap',
    );
  });
});
