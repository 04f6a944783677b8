// A checkpoint that can't be written is told; the report needs none.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CheckpointError } from '../../../src/engine/checkpoint/files.js';
import { reportFormats } from '../../../src/report/index.js';
import { folder } from '../captures.js';
import { printed } from '../printed.js';

/** Octets that the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync(descriptor: number, octets: Uint8Array, from: number, length: number, at: number): number {
      if (disk.room === 0) {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
      }
      const taken = Math.min(length, disk.room);
      disk.room -= taken;
      return fs.writeSync(descriptor, octets, from, taken, at);
    },
  };
});

const inputs = ['mtls-end-to-end-tls12.pcapng', 'http-credentials.pcap', 'historic.pcap'].map((name) =>
  fileURLToPath(new URL(`../../../captures/${name}`, import.meta.url)),
);

describe('a checkpoint on a disk that is full', () => {
  afterEach(() => {
    disk.room = Number.POSITIVE_INFINITY;
  });

  it('ends with a warning where the disk is full in the middle: the report is whole, and what was kept counts', async () => {
    const whole = (await printed(reportFormats.json, inputs)).text;
    const path = join(await folder(), 'checkpoint');
    const options = { checkpoint: { path, toolVersion: '1' } };
    const warnings: string[] = [];
    disk.room = 60_000;
    const full = await printed(reportFormats.json, inputs, { ...options, onWarning: (text) => warnings.push(text) });
    expect(full.text).toBe(whole);
    expect(warnings).toEqual([`cannot write ${path}: no space left on device; it ends here, and the report goes on`]);
    expect(statSync(path).size).toBe(60_000);
    disk.room = Number.POSITIVE_INFINITY;
    expect((await printed(reportFormats.json, inputs, options)).text).toBe(whole);
  });

  it('is refused where not even its first line can be written', async () => {
    disk.room = 0;
    const path = join(await folder(), 'checkpoint');
    await expect(printed(reportFormats.json, inputs, { checkpoint: { path, toolVersion: '1' } })).rejects.toThrow(
      new CheckpointError(`cannot write ${path}: no space left on device`),
    );
  });

  it('is refused in a folder that is not there', async () => {
    const path = '/nowhere/at/all';
    await expect(printed(reportFormats.json, inputs, { checkpoint: { path, toolVersion: '1' } })).rejects.toThrow(
      new CheckpointError(`cannot write ${path}: no such file or directory`),
    );
  });
});
