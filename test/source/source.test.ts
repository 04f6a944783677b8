import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { compressFrameSync, compressSync } from 'lz4-napi';
import { afterAll, describe, expect, test } from 'vitest';
import { openSource, openStream } from '../../src/source/open.js';
import type { Source } from '../../src/source/source.js';
import { SourceError } from '../../src/source/source-error.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bytes that compress, but not to nothing, longer than any block. */
const content: Buffer = Buffer.concat(
  Array.from({ length: 700 }, (_, at) => Buffer.concat([randomBytes(200), Buffer.alloc(200 + at, at & 255)])),
);

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function readAll(source: Source, step = 100_000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const into = new Uint8Array(step + 13);
  for (;;) {
    const taken = await source.read(into, 13);
    expect(taken).toBeLessThanOrEqual(step);
    if (taken === 0) break;
    pieces.push(Buffer.from(into.slice(13, 13 + taken)));
    into.fill(0xdd);
  }
  await source.close();
  return Buffer.concat(pieces);
}

/** What the command line tool makes of the content, or null with a loud word where it is missing. */
function packedBy(tool: string, ...args: string[]): Buffer | null {
  try {
    return execFileSync(tool, args, { input: content, maxBuffer: 1e9, stdio: ['pipe', 'pipe', 'ignore'] });
  } catch {
    console.warn(`SKIPPED: no ${tool} here, so its output is not tried`);
    return null;
  }
}

/** One LZ4 frame written by hand: blocks of `size`, independent, sizes and checksums left out. */
function lz4Frame(bytes: Buffer, size = 65_536): Buffer {
  const blocks: Buffer[] = [Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])];
  for (let at = 0; at < bytes.length; at += size) {
    const block = compressSync(bytes.subarray(at, at + size)).subarray(4);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(block.length);
    blocks.push(length, block);
  }
  return Buffer.concat([...blocks, Buffer.alloc(4)]);
}

/** A zstd frame written by hand: raw blocks and runs (RFC 8878 §3.1.1.2.2), window 128 KiB. */
function zstdFrame(...blocks: { bytes?: Buffer; run?: [number, number] }[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (const [at, { bytes, run }] of blocks.entries()) {
    const size = bytes?.length ?? run![1];
    const header = (size << 3) | ((bytes === undefined ? 1 : 0) << 1) | (at === blocks.length - 1 ? 1 : 0);
    parts.push(Buffer.from([header & 255, (header >> 8) & 255, header >> 16]), bytes ?? Buffer.from([run![0]]));
  }
  return Buffer.concat(parts);
}

const skippable = Buffer.from([0x5b, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

describe('plain files', () => {
  test('are read synchronously, into the place asked for', async () => {
    const source = await openSource(written('plain.pcap', content));
    expect(source).toMatchObject({ compression: null, size: content.length, position: 0 });
    const into = new Uint8Array(100);
    expect(source.read(into, 40)).toBe(60);
    expect(Buffer.from(into.subarray(40))).toEqual(content.subarray(0, 60));
    expect(into.subarray(0, 40).every((octet) => octet === 0)).toBe(true);
    expect(source.position).toBe(60);
    expect((await readAll(source)).equals(content.subarray(60))).toBe(true);
    expect(source.endedEarly).toBeNull();
    await source.close();
  });
});

describe('packed files', () => {
  const halves = [content.subarray(0, 100_000), content.subarray(100_000)] as const;
  const cases: [string, string, () => Buffer | null][] = [
    ['gzip', 'one member', () => gzipSync(content)],
    ['gzip', 'two members', () => Buffer.concat(halves.map((half) => gzipSync(half)))],
    ['gzip', 'zeros behind', () => Buffer.concat([gzipSync(content), Buffer.alloc(512)])],
    ['zstd', "the tool's", () => packedBy('zstd', '-q', '-c')],
    ['zstd', "the tool's best with a checksum", () => packedBy('zstd', '-q', '-c', '-19', '--check')],
    [
      'zstd',
      'a frame to skip, then two',
      () => {
        const one = zstdFrame({ bytes: content.subarray(0, 100_000) });
        const rest = [];
        for (let at = 100_000; at < content.length; at += 131_072)
          rest.push({ bytes: content.subarray(at, at + 131_072) });
        return Buffer.concat([skippable, one, zstdFrame(...rest)]);
      },
    ],
    ['lz4', "the library's", () => compressFrameSync(content, { contentChecksum: true, blockChecksums: true })],
    ['lz4', "the tool's, linked blocks", () => packedBy('lz4', '-q', '-c', '-BD', '-B4', '-BX')],
    ['lz4', "the tool's with the content size", () => packedBy('lz4', '-q', '-c', '-B5')],
    ['lz4', 'the legacy format', () => packedBy('lz4', '-q', '-c', '-l')],
    [
      'lz4',
      'two frames, one to skip between',
      () => Buffer.concat([lz4Frame(halves[0]), skippable, lz4Frame(halves[1])]),
    ],
  ];
  for (const [compression, name, make] of cases) {
    test(`${compression}, ${name}: told by content and unpacked`, async (context) => {
      const packed = make();
      if (packed === null) return context.skip();
      const source = await openSource(written('named-like-nothing', packed));
      expect(source.compression).toBe(compression);
      expect((await readAll(source)).equals(content)).toBe(true);
      expect(source).toMatchObject({ endedEarly: null, size: packed.length, position: packed.length });
      const piped = await openStream('-', Readable.from([packed.subarray(0, 2), packed.subarray(2)]));
      expect((await readAll(piped, 7777)).equals(content)).toBe(true);
    });
  }

  const packings: [string, Buffer][] = [
    ['gzip', gzipSync(content)],
    ['zstd', zstdFrame(...[0, 1, 2, 3].map((at) => ({ bytes: content.subarray(at * 50_000, (at + 1) * 50_000) })))],
    ['lz4', lz4Frame(content)],
  ];
  for (const [compression, packed] of packings) {
    test(`${compression}: what is cut gives what was unpacked before, then the reason`, async () => {
      for (const keep of [packed.length >> 1, packed.length - 1]) {
        const source = await openSource(written('cut', packed.subarray(0, keep)));
        const bytes = await readAll(source);
        expect(bytes.equals(content.subarray(0, bytes.length))).toBe(true);
        if (keep > 100_000) expect(bytes.length).toBeGreaterThanOrEqual(50_000);
        expect(source.endedEarly).toMatch(new RegExp(`^the ${compression} data can't be unpacked near byte ${keep}`));
      }
    });

    test(`${compression}: what is damaged ends with a reason or with other bytes, never with a throw`, async () => {
      for (let at = 4; at < packed.length; at += Math.ceil(packed.length / 40)) {
        const damaged = Buffer.from(packed);
        damaged[at] = damaged[at]! ^ 0x55;
        const bytes = await readAll(await openSource(written('damaged', damaged)));
        expect(bytes.length).toBeLessThan(content.length * 4);
      }
    });
  }

  test('a bomb costs time, not memory', async () => {
    const runs = Array.from({ length: 1500 }, () => ({ run: [0, 131_072] as [number, number] }));
    for (const bomb of [zstdFrame(...runs), gzipSync(Buffer.alloc(200_000_000))]) {
      const source = await openSource(written('bomb', bomb));
      const into = new Uint8Array(1 << 16);
      const before = process.memoryUsage().arrayBuffers;
      let total = 0;
      let most = 0;
      for (;;) {
        const taken = await source.read(into, 0);
        if (taken === 0) break;
        total += taken;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      await source.close();
      expect(total).toBeGreaterThan(190_000_000);
      expect(most).toBeLessThan(150_000_000);
    }
  });

  test('zstd frames that ask for too large a window are refused before it is allocated', async () => {
    const greedy = zstdFrame({ bytes: Buffer.from('x') });
    greedy[5] = 20 << 3; // 1 GiB
    const source = await openSource(written('greedy', greedy));
    expect(await readAll(source)).toHaveLength(0);
    expect(source.endedEarly).toContain('window of 1073741824');
  });
});

describe('what can not be opened', () => {
  async function codeOf(path: string): Promise<SourceError> {
    return openSource(path).then(
      () => {
        throw new Error('opened');
      },
      (error: unknown) => error as SourceError,
    );
  }

  test('has a stable code, the path and a cause', async () => {
    const missing = await codeOf(join(folder, 'missing.pcap'));
    expect(missing).toBeInstanceOf(SourceError);
    expect(missing).toMatchObject({ code: 'not-found', path: join(folder, 'missing.pcap') });
    expect((missing.cause as NodeJS.ErrnoException).code).toBe('ENOENT');
    expect(await codeOf(written('empty', Buffer.alloc(0)))).toMatchObject({ code: 'is-empty' });
    mkdirSync(join(folder, 'folder'));
    expect(await codeOf(join(folder, 'folder'))).toMatchObject({ code: 'no-captures' });
  });

  test.skipIf(process.getuid?.() === 0)('says that reading is not permitted', async () => {
    const path = written('secret', content);
    chmodSync(path, 0);
    expect(await codeOf(path)).toMatchObject({ code: 'not-readable' });
  });

  test('an empty stream is empty', async () => {
    await expect(openStream('-', Readable.from([]))).rejects.toMatchObject({ code: 'is-empty' });
  });

  test('standard input can be opened once', async () => {
    const first = openSource('-').then(
      (source) => source.close(),
      () => undefined,
    );
    await expect(openSource('-')).rejects.toMatchObject({ code: 'already-read' });
    process.stdin.destroy();
    await first;
  });
});

describe('pipes', () => {
  test('a named pipe is read as it is written', async (context) => {
    const path = join(folder, 'pipe');
    try {
      execFileSync('mkfifo', [path]);
    } catch {
      console.warn('SKIPPED: no mkfifo here');
      return context.skip();
    }
    const packed = written('for-the-pipe', gzipSync(content));
    spawn('sh', ['-c', `cat '${packed}' > '${path}'`], { stdio: 'ignore' });
    const source = await openSource(path);
    expect(source).toMatchObject({ compression: 'gzip', size: null });
    expect((await readAll(source)).equals(content)).toBe(true);
    expect(source.position).toBe(readFileSync(packed).length);
  });

  test('can be closed while a read waits', async () => {
    const silent = new Readable({ read() {} });
    silent.push(Buffer.from('abcdef'));
    const source = await openStream('live:test0', silent);
    const into = new Uint8Array(100);
    expect(await source.read(into, 0)).toBe(6);
    const waiting = source.read(into, 0);
    await source.close();
    expect(await waiting).toBe(0);
  });

  test('that fail midway end with the reason', async () => {
    const failing = Readable.from(
      (async function* () {
        yield Buffer.from('abcdef');
        throw new Error('the device is gone');
      })(),
    );
    const source = await openStream('live:test0', failing);
    expect((await readAll(source)).toString()).toBe('abcdef');
    expect(source.endedEarly).toBe('reading failed near byte 6 of the input: the device is gone');
  });
});
