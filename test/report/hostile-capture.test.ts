// A hostile capture shows as text everywhere: one capture, through every command and every format.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { World } from '../../src/cli/world.js';
import {
  certsFormats,
  type Finding,
  flowsFormats,
  type Hop,
  hopsFormats,
  type LiveEvent,
  liveEventLine,
  NdjsonReport,
  plainPalette,
  reportFormats,
  strictFormats,
  timelineFormats,
} from '../../src/index.js';
import { isHarmful } from '../../src/report/harmless.js';
import { summaryOf } from '../build/records.js';
import { hostileCapture, hostileFileName, wireTexts } from './hostile-capture.js';
import { hasChromium, PageBrowser } from './html/browser.js';
import { TextCollector } from './text-collector.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-hostile-'));
const path = join(folder, hostileFileName);
/** One that is no capture, one that is not there. */
const noCapture = join(folder, 'no\u001b[2Jcapture\u202e.pcap');
const notThere = join(folder, 'not\u001b[31m\u202ethere\r.pcap');
const patience = 120_000;

beforeAll(() => {
  writeFileSync(path, hostileCapture());
  writeFileSync(noCapture, 'no capture \u001b[2J\u202e');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  status: number;
  out: string;
  err: string;
}

/** Runs the program in a world of our own; what it prints is not for a terminal unless said. */
async function run(argv: readonly string[], isTerminal = false): Promise<Ran> {
  const decoders = [new TextDecoder('utf-8', { fatal: true }), new TextDecoder('utf-8', { fatal: true })] as const;
  const told: [string, string] = ['', ''];
  const stream = (at: 0 | 1): World['stdout'] => ({
    isTerminal,
    columns: 80,
    write: (octets) => {
      told[at] += decoders[at].decode(octets, { stream: true });
      return octets.length;
    },
  });
  const world: World = {
    environment: { NO_COLOR: '1' },
    stdout: stream(0),
    stderr: stream(1),
    analyze: null,
    now: () => performance.now(),
    onInterrupt: () => () => {},
    onSignal: () => () => {},
  };
  const status = await main([...argv], world);
  return { status, out: told[0], err: told[1] };
}

/** Characters that steer a terminal or a reader, but for ends of lines (and of fields, where `allowed` says so). */
function harmsIn(text: string, allowed = '\n'): string[] {
  const found = new Set<string>();
  for (const character of text) {
    if (!allowed.includes(character) && isHarmful(character.codePointAt(0)!)) found.add(JSON.stringify(character));
  }
  return [...found];
}

/** What the page's own script holds in its strings. */
function ownLetters(): string[] {
  const page = new TextCollector();
  reportFormats.html(page, { toolVersion: '1', verbose: false, palette: plainPalette }).end(summaryOf([]));
  return harmsIn(page.text);
}

/** Tags of a document that some text from the wire opened. */
const foreignMarkup = /<(?:img|b>long|svg|script>alert|\/script><script>window)/i;

const commands: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ...Object.keys(reportFormats).map((format) => [`-f ${format}`, ['-f', format, path]] as const),
  ...['text', 'markdown'].map((format) => [`-v -f ${format}`, ['-v', '-f', format, path]] as const),
  ...Object.keys(flowsFormats).map((format) => [`flows -f ${format}`, ['flows', '-f', format, path]] as const),
  ...Object.keys(hopsFormats).map((format) => [`hops -f ${format}`, ['hops', '-f', format, path]] as const),
  ...Object.keys(certsFormats).map((format) => [`certs -f ${format}`, ['certs', '-f', format, path]] as const),
  ...Object.keys(timelineFormats).map((format) => [`timeline -f ${format}`, ['timeline', '-f', format, path]] as const),
  ...Object.keys(strictFormats).map(
    (format) => [`ready-for-strict -f ${format}`, ['ready-for-strict', '-f', format, path]] as const,
  ),
  ['diff', ['diff', path, path]],
  ['evidence -f json', ['evidence', '-f', 'json', path, '-o', join(folder, 'told')]],
  ['policy init', ['policy', 'init', path]],
];

describe('a hostile capture', () => {
  it.each(commands)(
    'is text in what `analyze %s` prints',
    async (name, argv) => {
      const { status, out, err } = await run(argv);
      expect(status, err).toBeLessThan(2);
      expect(out.length).toBeGreaterThan(20);
      const allowed = name.includes('csv') ? '\r\n' : '\n';
      const known = name.includes('html') ? ownLetters() : [];
      expect(harmsIn(out, allowed).filter((letter) => !known.includes(letter))).toEqual([]);
      expect(harmsIn(err)).toEqual([]);
      if (name.includes('json') && !name.includes('ndjson')) JSON.parse(out);
      if (/ndjson|ecs/.test(name)) for (const line of out.trimEnd().split('\n')) JSON.parse(line);
      if (name.includes('sarif')) JSON.parse(out);
      // Markdown has code spans, where markup is text: its own test reads them.
      if (/junit|html/.test(name)) expect(out).not.toMatch(foreignMarkup);
      // What a spreadsheet would take for a formula.
      if (name.includes('csv')) expect(out).not.toMatch(/(^|[\n,]"?)[=+@]/);
    },
    patience,
  );

  it(
    'is text in what `analyze explain` says of every connection',
    async () => {
      const flows = JSON.parse((await run(['flows', '-f', 'json', path])).out) as { id: number }[];
      expect(flows.length).toBeGreaterThan(80);
      for (const { id } of flows) {
        const { out, err } = await run(['explain', path, String(id)]);
        expect(harmsIn(out + err), `flow ${id}`).toEqual([]);
        expect(Math.max(...out.split('\n').map((line) => line.length)), `flow ${id}`).toBeLessThan(400);
      }
    },
    patience,
  );

  it(
    'is text in the comments of evidence, its names and its manifest',
    async () => {
      const directory = join(folder, 'evidence');
      const { status, out, err } = await run(['evidence', path, '-o', directory]);
      expect(status, err).toBeLessThan(2);
      expect(harmsIn(out + err)).toEqual([]);
      const names = readdirSync(directory);
      expect(names.length).toBeGreaterThan(15);
      for (const name of names) {
        expect(name).toMatch(/^[A-Za-z0-9._-]{1,200}$/);
        const octets = readFileSync(join(directory, name));
        if (name === 'manifest.json') JSON.parse(octets.toString('utf8'));
        else for (const comment of commentsOf(octets)) expect(harmsIn(comment), name).toEqual([]);
      }
    },
    patience,
  );

  it.runIf(hasChromium)(
    'is text in the page, opened by a browser',
    async () => {
      const { out } = await run(['-f', 'html', path]);
      const browser = await PageBrowser.start();
      try {
        for (const address of ['', '#flow-1', '#flow-3']) {
          const { page, complaints } = await browser.open(out, address);
          expect(await page.evaluate('window.pwned')).toBeUndefined();
          expect(await page.locator('img[src=x], svg[onload], script[src]').count()).toBe(0);
          expect(complaints).toEqual([]);
        }
      } finally {
        await browser.stop();
      }
    },
    patience,
  );

  it(
    'is text in what live sniffing prints of it, to a person and to a program',
    async () => {
      const { out } = await run(['-f', 'ndjson', path]);
      const told = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string });
      const collector = new TextCollector();
      const ndjson = new NdjsonReport(collector, '1');
      const events: LiveEvent[] = [];
      for (const entry of told) {
        if (entry.type !== 'finding') continue;
        events.push({ event: 'finding', time: null, why: 'new', finding: entry as unknown as Finding });
      }
      for (const entry of told) {
        if (entry.type === 'hop') events.push({ event: 'hop', time: null, before: null, hop: entry as unknown as Hop });
      }
      for (const text of wireTexts) events.push({ event: 'notice', time: null, text });
      expect(events.length).toBeGreaterThan(30);
      for (const event of events) {
        expect(harmsIn(liveEventLine(event, plainPalette))).toEqual([]);
        ndjson.event(event);
      }
      ndjson.flush();
      expect(harmsIn(collector.text)).toEqual([]);
      for (const line of collector.text.trimEnd().split('\n')) JSON.parse(line);
    },
    patience,
  );
});

describe('hostile names of files', () => {
  const kept = join(folder, 'kept\u001b[2J\u202e');
  const wrong: readonly (readonly string[])[] = [
    [noCapture],
    [notThere],
    ['flows', notThere],
    ['explain', notThere, '1'],
    ['explain', path, 'x\u001b[2J\u202e'],
    ['evidence', notThere, '-o', join(folder, 'none')],
    ['evidence', path, '-o', kept],
    ['evidence', path, '-o', noCapture],
    ['diff', notThere, path],
    ['timeline', notThere],
    ['ready-for-strict', notThere],
    ['mcp', '--root', notThere],
    ['policy', 'check', notThere],
    ['rules', 'x\u001b[2J\u202e'],
    ['live', '-i', 'x\u001b[2J\u202e', '--filter', '\u001b[2J'],
    ['\u001b[2J\u202e', '--no-such\u001b[2J'],
    ['-f', 'x\u001b[2J\u202e', path],
    ['--keylog', notThere, path],
    ['--ca', notThere, path],
    ['--ca', noCapture, path],
    ['--crl', noCapture, path],
    ['--policy', noCapture, path],
    ['--hosts', noCapture, path],
    ['--baseline', noCapture, path],
    ['--profile', 'x\u001b[2J', path],
    ['--expect-mtls', 'x\u001b[2J', path],
    ['--fail-on', 'x\u001b[2J', path],
    ['-o', join(notThere, 'x'), path],
    ['-o', path, path],
  ];

  it.each(
    wrong.map((argv) => [argv.map((word) => JSON.stringify(word.replace(folder, '…'))).join(' '), argv] as const),
  )(
    'are text in the error of `analyze %s`',
    async (_, argv) => {
      mkdirSync(kept, { recursive: true });
      writeFileSync(join(kept, 'x'), '');
      const { status, out, err } = await run(argv);
      expect([2, 3]).toContain(status);
      expect(err.length).toBeGreaterThan(10);
      expect(harmsIn(out + err)).toEqual([]);
    },
    patience,
  );

  it('are text in a progress bar', async () => {
    const { err } = await run([path, '-f', 'text'], true);
    // The bar itself moves the cursor: what is left without its own sequences has nothing of the name's.
    const own = ['\r', '\u001b[K', '\u001b[2K', '\u001b[?25l', '\u001b[?25h', '\u001b[0m'];
    expect(harmsIn(own.reduce((left, sequence) => left.replaceAll(sequence, ''), err))).toEqual([]);
  });
});

/** Comments of a pcapng file (little-endian, as we write it). */
function* commentsOf(octets: Buffer): Generator<string> {
  const fixed = new Map([
    [0x0a0d0d0a, 16],
    [1, 8],
    [6, 20],
  ]);
  for (let at = 0; at + 12 <= octets.length; ) {
    const type = octets.readUInt32LE(at);
    const length = octets.readUInt32LE(at + 4);
    const before = fixed.get(type);
    if (before !== undefined) {
      let option = at + 8 + before;
      if (type === 6) option += (octets.readUInt32LE(at + 20) + 3) & ~3;
      while (option + 4 <= at + length - 4) {
        const code = octets.readUInt16LE(option);
        const size = octets.readUInt16LE(option + 2);
        if (code === 0) break;
        if (code === 1) yield octets.toString('utf8', option + 4, option + 4 + size);
        option += 4 + ((size + 3) & ~3);
      }
    }
    at += length;
  }
}
