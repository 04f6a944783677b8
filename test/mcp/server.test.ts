import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../src/index.js';
import { bounded, maxAnswer, pageOf } from '../../src/mcp/answer.js';
import { CaptureRoot, RefusedPath } from '../../src/mcp/capture-root.js';
import { ethernet, ipv4, tcp } from '../build/packets.js';
import { buildPcap } from '../build/pcap.js';
import { hostileTexts } from '../report/hostile-results.js';

const mutual = 'mtls-end-to-end-tls12.pcapng';
const withKeys = 'mtls-end-to-end-tls13.pcap';
let folder = '';
let root = '';
let program = '';
let client: Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-mcp-'));
  root = join(folder, 'captures');
  mkdirSync(join(root, 'sub'), { recursive: true });
  for (const name of [mutual, withKeys, 'mtls-end-to-end-tls13.keys'])
    copyFileSync(join('captures', name), join(root, name));
  copyFileSync('captures/http-credentials.pcap', join(root, 'sub', 'http [a]*.pcap'));
  copyFileSync(`captures/${mutual}`, join(folder, 'outside.pcapng'));
  symlinkSync(join(folder, 'outside.pcapng'), join(root, 'link.pcapng'));
  symlinkSync(folder, join(root, 'up'));
  writeFileSync(join(root, 'notes.txt'), 'no capture');
  // Beside the packages, so that it finds them.
  mkdirSync('node_modules/.cache', { recursive: true });
  program = mkdtempSync(resolve('node_modules/.cache/barewire-mcp-'));
  await build({
    input: 'test/mcp/stdio-entry.ts',
    platform: 'node',
    external: [/^[@a-z]/],
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    output: { dir: program, format: 'esm' },
    logLevel: 'silent',
  });
  client = new Client({ name: 'test', version: '1.0.0' });
  const args = [join(program, 'stdio-entry.js'), root];
  await client.connect(new StdioClientTransport({ command: process.execPath, args }));
}, 60_000);

afterAll(async () => {
  await client?.close();
  for (const path of [folder, program]) if (path !== '') rmSync(path, { recursive: true, force: true });
});

async function call(name: string, given: Record<string, unknown> = {}): Promise<{ text: string; isError: boolean }> {
  const result = await client.callTool({ name, arguments: given });
  const [content] = result.content as { type: string; text: string }[];
  return { text: content!.text, isError: result.isError === true };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
async function told(name: string, given: Record<string, unknown> = {}): Promise<any> {
  const { text, isError } = await call(name, given);
  expect(isError, text).toBe(false);
  return JSON.parse(text);
}

describe('analyze mcp, asked by a client over standard input', () => {
  it('offers tools that only read, each described', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'list_files',
      'analyze_capture',
      'list_hops',
      'list_findings',
      'list_flows',
      'explain_flow',
      'show_rule',
    ]);
    for (const { description, annotations } of tools) {
      expect(description!.length).toBeGreaterThan(30);
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    }
  });

  it('lists the files that may be read, without links', async () => {
    const { fromCapture } = await told('list_files');
    expect(fromCapture.map(({ path }: { path: string }) => path)).toEqual([
      'mtls-end-to-end-tls12.pcapng',
      'mtls-end-to-end-tls13.keys',
      'mtls-end-to-end-tls13.pcap',
      'notes.txt',
      'sub/http [a]*.pcap',
    ]);
    expect(await told('list_files', { offset: 1, limit: 2 })).toMatchObject({ total: 5, next: 3 });
  });

  it('analyses a capture and says what its text is', async () => {
    const { note, fromCapture } = await told('analyze_capture', { path: mutual });
    expect(note).toMatch(/It is data/);
    expect(fromCapture.summary.sentence).toMatch(/^Mutual TLS on /);
    expect(fromCapture.captures[0].path).toBe(mutual);
    expect(JSON.stringify(fromCapture)).not.toContain(folder);
  });

  it('takes a key log and expectations, and keeps their answers apart', async () => {
    const flows = async (more: object): Promise<{ tls: { clientAuth: { certainty: string } } }[]> =>
      (await told('list_flows', { path: withKeys, kind: 'tls', ...more })).fromCapture;
    const certainties = (list: Awaited<ReturnType<typeof flows>>): string[] =>
      list.map(({ tls }) => tls.clientAuth.certainty);
    expect(certainties(await flows({}))).not.toContain('decrypted');
    expect(certainties(await flows({ keylog: 'mtls-end-to-end-tls13.keys' }))).toContain('decrypted');
    expect((await call('analyze_capture', { path: mutual, expect_mtls: ['nowhere'] })).text).toMatch(
      /^expect_mtls: nowhere/,
    );
  });

  it('pages through hops, findings and flows', async () => {
    const path = 'sub/http [a]*.pcap';
    const all = await told('list_flows', { path, limit: 100 });
    expect(all.total).toBeGreaterThan(3);
    const pages: unknown[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page: { fromCapture: unknown[]; next: number | null } = await told('list_flows', {
        path,
        offset,
        limit: 2,
      });
      expect(page.fromCapture.length).toBeLessThanOrEqual(2);
      pages.push(...page.fromCapture);
      offset = page.next;
    }
    expect(pages).toEqual(all.fromCapture);
    const critical = await told('list_findings', { path, severity: 'critical' });
    expect(critical.fromCapture[0]).toMatchObject({ kind: 'cleartext-credentials', severity: 'critical' });
    expect((await told('list_findings', { path, kind: 'cleartext-http', limit: 1 })).fromCapture[0].kind).toBe(
      'cleartext-http',
    );
    const hops = await told('list_hops', { path, state: 'cleartext' });
    expect(hops.fromCapture.length).toBe(hops.total);
    expect((await told('list_hops', { path, state: 'enforced' })).total).toBe(0);
    expect((await told('list_hops', { path, offset: 999 })).fromCapture).toEqual([]);
  });

  it('explains a flow, and says which there are', async () => {
    const { fromCapture } = await told('explain_flow', { path: mutual, flow: 1 });
    expect(fromCapture.join('\n')).toMatch(/^Flow 1: [\s\S]*HANDSHAKE[\s\S]*client_hello/);
    expect(await call('explain_flow', { path: mutual, flow: 12345 })).toMatchObject({ isError: true });
  });

  it('shows the catalogue and one rule', async () => {
    expect(await told('show_rule')).toHaveLength(rules.length);
    expect(await told('show_rule', { kind: 'client-cert-optional' })).toMatchObject({ cwe: [287, 306] });
    expect(await call('show_rule', { kind: 'x' })).toEqual({ text: 'there is no kind of finding x', isError: true });
  });

  it.each([
    '../outside.pcapng',
    'link.pcapng',
    'up/outside.pcapng',
    'sub/../../outside.pcapng',
    '/etc/passwd',
    '/etc/does-not-exist',
    'up',
  ])('refuses %s', async (path) => {
    for (const given of [{ path }, { path: mutual, keylog: path }]) {
      const { text, isError } = await call('analyze_capture', given);
      expect(isError).toBe(true);
      expect(text).toBe('outside of the directory that may be read');
    }
  });

  it('refuses folders, globs, standard input, missing files and what is no capture', async () => {
    expect((await call('analyze_capture', { path: 'sub' })).text).toBe('not a file');
    for (const path of ['*.pcap', '-', 'missing.pcap'])
      expect((await call('list_hops', { path })).text).toBe('no such file');
    expect((await call('list_flows', { path: 'notes.txt' })).text).toMatch(/^cannot read notes\.txt: /);
    expect((await call('analyze_capture', { path: 'a\0b' })).text).toBe('a path with a NUL is none');
    expect((await call('list_flows', { path: mutual, limit: 1000 })).isError).toBe(true);
    expect((await call('explain_flow', { path: mutual, flow: -1 })).isError).toBe(true);
  });

  it('reads a file again when it has changed', async () => {
    const path = 'changing.pcap';
    writeFileSync(join(root, path), buildPcap([{ seconds: 1, bytes: ethernet(ipv4({}, tcp())) }]));
    expect((await told('analyze_capture', { path })).fromCapture.captures[0].packets).toBe(1);
    writeFileSync(join(root, path), readFileSync(`captures/${withKeys}`));
    expect((await told('analyze_capture', { path })).fromCapture.captures[0].packets).toBeGreaterThan(1);
  });

  it('answers questions that come at once, each its own', async () => {
    const answers = await Promise.all([
      told('analyze_capture', { path: mutual }),
      told('list_flows', { path: withKeys, limit: 1 }),
      told('analyze_capture', { path: withKeys }),
      told('list_hops', { path: mutual }),
    ]);
    expect(answers[0].fromCapture.captures[0].path).toBe(mutual);
    expect(answers[2].fromCapture.captures[0].path).toBe(withKeys);
  });
});

describe('an answer', () => {
  it('is bounded and harmless whatever it quotes', () => {
    const items = Array.from({ length: 500 }, () => ({ list: Array(300).fill('x'.repeat(5000)), texts: hostileTexts }));
    const page = pageOf(items, 0, 100);
    expect(JSON.stringify(page).length).toBeLessThan(maxAnswer + 20_000);
    expect(page.next).toBe(page.fromCapture.length);
    expect(JSON.stringify(bounded(hostileTexts))).not.toMatch(/\\u001b|\\u0000|[\u202e\u200b\ud800]/);
    expect(bounded({ a: { b: [1, null, true] } })).toEqual({ a: { b: [1, null, true] } });
  });
});

describe('the root', () => {
  it('is a directory, and holds itself only below', () => {
    expect(() => new CaptureRoot(join(root, 'notes.txt'))).toThrow(RefusedPath);
    expect(() => new CaptureRoot(join(root, 'nowhere'))).toThrow(/ENOENT/);
    const beside = `${root}-beside`;
    mkdirSync(beside);
    writeFileSync(join(beside, 'x'), '');
    expect(() => new CaptureRoot(root).file(join(beside, 'x'))).toThrow(RefusedPath);
    writeFileSync(join(root, '..x'), '');
    expect(new CaptureRoot(root).name(new CaptureRoot(root).file('..x'))).toBe('..x');
  });
});
