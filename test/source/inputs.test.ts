import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { expandInputs } from '../../src/source/inputs.js';
import { parseRotatedName } from '../../src/source/rotation.js';
import { buildPcap } from '../build/pcap.js';
import { join as joined, PcapngBuilder } from '../build/pcapng.js';

const root = mkdtempSync(join(tmpdir(), 'barewire-inputs-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

/** A capture of two packets, `start` seconds and `length` later. */
function capture(start: number, length = 5, link = 1): Uint8Array {
  const bytes = new Uint8Array(60);
  return buildPcap(
    [
      { seconds: start, bytes },
      { seconds: start + length, bytes },
    ],
    { link },
  );
}

/** Lays the files into a new folder and gives back the sets below it, as names. */
async function setsOf(files: Record<string, Uint8Array>, ...args: string[]): Promise<string[][]> {
  const folder = join(root, `case-${String.fromCharCode(97 + folders++)}`);
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const sets = await expandInputs(args.length === 0 ? [folder] : args.map((argument) => join(folder, argument)));
  return sets.map((set) => set.paths.map((path) => path.slice(folder.length + 1)));
}

describe('arguments', () => {
  test('a directory gives the captures below it by content, sorted, hidden ones left out', async () => {
    const ng = new PcapngBuilder();
    const sets = await setsOf({
      'b.bin': capture(1),
      'a.txt': new TextEncoder().encode('not a capture'),
      'sub/deep/c.pcapng': joined(ng.section(), ng.interface()),
      'sub/d.gz': gzipSync(capture(1)),
      'sub/notes.gz': gzipSync('not a capture'),
      '.hidden.pcap': capture(1),
      '.git/e.pcap': capture(1),
      'empty.pcap': new Uint8Array(0),
    });
    expect(sets).toEqual([['b.bin'], ['sub/d.gz'], ['sub/deep/c.pcapng']]);
  });

  test('links to files are followed, links to folders and dead ones are not', async () => {
    const folder = join(root, 'links');
    mkdirSync(join(folder, 'real'), { recursive: true });
    writeFileSync(join(folder, 'real', 'x.pcap'), capture(1));
    symlinkSync(join(folder, 'real'), join(folder, 'round'));
    symlinkSync(folder, join(folder, 'real', 'up'));
    symlinkSync(join(folder, 'real', 'x.pcap'), join(folder, 'link.pcap'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'dead.pcap'));
    const sets = await expandInputs([folder]);
    expect(sets.flatMap((set) => set.paths)).toEqual([join(folder, 'link.pcap'), join(folder, 'real', 'x.pcap')]);
  });

  test('a glob that no shell expanded is expanded, a file with such a name is taken as it is', async () => {
    const files = { 'a.pcap': capture(1), 'c.pcap': capture(1), 'b.txt': capture(1), 'odd[1].pcap': capture(1) };
    expect(await setsOf(files, '*.pcap')).toEqual([['a.pcap'], ['c.pcap'], ['odd[1].pcap']]);
    expect(await setsOf(files, 'odd[1].pcap')).toEqual([['odd[1].pcap']]);
  });

  test('what names nothing stays, for openSource to say so; the same file counts once', async () => {
    const sets = await setsOf({ 'a.pcap': capture(1) }, 'missing.pcap', 'a.pcap', './a.pcap', '*.nothing');
    expect(sets).toEqual([['missing.pcap'], ['a.pcap'], ['*.nothing']]);
    expect(await expandInputs(['-', '-'])).toEqual([{ paths: ['-'] }]);
  });
});

describe('rotated captures', () => {
  test('of tcpdump -C: the first has no number, ten comes after nine', async () => {
    const files: Record<string, Uint8Array> = { 'x.pcap': capture(100) };
    for (let part = 1; part <= 11; part++) files[`x.pcap${part}`] = capture(100 + 10 * part);
    const [set, ...others] = await setsOf(files);
    expect(set).toEqual(['x.pcap', ...Array.from({ length: 11 }, (_, at) => `x.pcap${at + 1}`)]);
    expect(others).toEqual([]);
  });

  test('of a ring (tcpdump -W) start with the oldest', async () => {
    const files = {
      'x.pcap0': capture(140),
      'x.pcap1': capture(110),
      'x.pcap2': capture(120),
      'x.pcap3': capture(130),
    };
    expect(await setsOf(files)).toEqual([['x.pcap1', 'x.pcap2', 'x.pcap3', 'x.pcap0']]);
  });

  test('of tcpdump -G and dumpcap, packed or not', async () => {
    expect(
      await setsOf({
        'trace-2026-11-21_10-00-00.pcap.gz': gzipSync(capture(100)),
        'trace-2026-11-21_11-00-00.pcap': capture(3700),
        'web_00001_20261121100000.pcap': capture(100),
        'web_00002_20261121100100.pcap': capture(160),
      }),
    ).toEqual([
      ['trace-2026-11-21_10-00-00.pcap.gz', 'trace-2026-11-21_11-00-00.pcap'],
      ['web_00001_20261121100000.pcap', 'web_00002_20261121100100.pcap'],
    ]);
  });

  const apart: [string, Record<string, Uint8Array>][] = [
    ['overlap in time', { 'x_1.pcap': capture(100, 20), 'x_2.pcap': capture(110) }],
    ['have other link types', { 'x_1.pcap': capture(100), 'x_2.pcap': capture(200, 5, 101) }],
    ['miss a part between them', { 'x_1.pcap': capture(100), 'x_3.pcap': capture(200) }],
    [
      'are numbered against the time',
      { 'x_00001.pcap': capture(200), 'x_00002.pcap': capture(100), 'x_00005.pcap': capture(300) },
    ],
    ['are named after interfaces', { 'eth0.pcap': capture(100), 'eth1.pcap': capture(200) }],
    ['have other names', { 'a_1.pcap': capture(100), 'b_2.pcap': capture(200) }],
    ['lie in other folders', { 'a/x_1.pcap': capture(100), 'b/x_2.pcap': capture(200) }],
    ['hold no packets', { 'x_1.pcap': capture(100), 'x_2.pcap': buildPcap([]) }],
  ];
  for (const [why, files] of apart) {
    test(`files stand alone that ${why}`, async () => {
      const sets = await setsOf(files);
      expect(sets.map((set) => set.length)).toEqual(Object.keys(files).map(() => 1));
    });
  }

  test('a damaged part stands alone and does not take the others along', async () => {
    const files = { 'x_1.pcap': capture(100), 'x_2.pcap': capture(200), 'x_3.pcap': new Uint8Array(500) };
    expect(await setsOf(files, 'x_1.pcap', 'x_2.pcap', 'x_3.pcap')).toEqual([['x_1.pcap', 'x_2.pcap'], ['x_3.pcap']]);
  });

  test('names are taken apart', () => {
    expect(parseRotatedName('x.pcap')).toEqual({ key: 'x.pcap', counter: null, stamp: '' });
    expect(parseRotatedName('x.pcap07')).toEqual({ key: 'x.pcap', counter: 7, stamp: '' });
    expect(parseRotatedName('x.pcap.3.zst')).toEqual({ key: 'x.pcap', counter: 3, stamp: '' });
    expect(parseRotatedName('10.0.0.1_00012_20261121100000.pcapng')).toEqual({
      key: '10.0.0.1_#_.pcapng',
      counter: 12,
      stamp: '20261121100000',
    });
    expect(parseRotatedName('dump-1763719200.pcap')).toEqual({ key: 'dump-.pcap', counter: null, stamp: '1763719200' });
    expect(parseRotatedName('eth0.pcap')).toEqual({ key: 'eth0.pcap', counter: null, stamp: '' });
  });
});
