// Evidence that can't be written is told, and nothing stays that looks like all of it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli/main.js';
import { FakeWorld } from '../../cli/fake-world.js';

/** Files that the disk still takes; then there is room for the half of one. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, removes: true }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const full = (): Error =>
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  const half = (octets: string | Uint8Array): string | Uint8Array => octets.slice(0, octets.length >> 1);
  return {
    ...fs,
    writeFileSync(path: string, octets: string | Uint8Array, options: object): void {
      if (octets.length === 0 || disk.room-- > 0) fs.writeFileSync(path, octets, options);
      else {
        fs.writeFileSync(path, half(octets), options);
        throw full();
      }
    },
    appendFileSync(path: string, octets: Uint8Array): void {
      if (disk.room-- > 0) fs.appendFileSync(path, octets);
      else {
        fs.appendFileSync(path, half(octets));
        throw full();
      }
    },
    rmSync(path: string, options: object): void {
      if (!disk.removes && path.endsWith('.pcapng')) throw new Error('EROFS: read-only file system, rm');
      fs.rmSync(path, options);
    },
  };
});

const capture = join(import.meta.dirname, '..', '..', '..', 'captures', 'http-credentials.pcap');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-full-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(directory: string): Promise<{ status: number; err: string }> {
  const world = new FakeWorld();
  Object.assign(world, { analyze: null });
  const status = await main(['evidence', capture, '-o', directory], world);
  return { status, err: world.err };
}

describe('evidence on a disk that is full', () => {
  afterEach(() => {
    disk.room = Number.POSITIVE_INFINITY;
    disk.removes = true;
  });

  it.each([0, 1, 5])('is told in one line, and removed, where %d files could be written', async (room) => {
    disk.room = room;
    const directory = join(folder, `new-${room}`);
    const { status, err } = await run(directory);
    expect(status).toBe(2);
    expect(err).toBe(
      `analyze: cannot write evidence to ${directory}: no space left on device; what was begun there is removed\n`,
    );
    expect(existsSync(directory)).toBe(false);
  });

  it('has no manifest where that is what does not fit any more', async () => {
    const whole = join(folder, 'whole');
    const before = 1e6;
    disk.room = before;
    expect((await run(whole)).status).toBe(0);
    disk.room = before - disk.room - 1;
    const directory = join(folder, 'all-but-one');
    mkdirSync(directory);
    disk.removes = false;
    const { err } = await run(directory);
    expect(err).toMatch(/no space left on device; \d+ unfinished files are left there, and no manifest\.json\n$/);
    expect(readdirSync(directory).filter((name) => name.startsWith('manifest'))).toEqual([]);
    expect(readdirSync(directory)).toHaveLength(readdirSync(whole).length - 1);
  });

  it('keeps a folder that was there before, empty', async () => {
    disk.room = 3;
    const directory = join(folder, 'there');
    mkdirSync(directory);
    await run(directory);
    expect(readdirSync(directory)).toEqual([]);
    disk.room = Number.POSITIVE_INFINITY;
    expect((await run(directory)).status).toBe(0);
  });
});
