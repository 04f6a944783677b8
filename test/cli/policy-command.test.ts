import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { profiles } from '../../src/rules/profiles/index.js';
import { FakeWorld } from './fake-world.js';

const capture = 'captures/nginx-one-way-backend.pcapng';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs the program with the real engine. */
async function run(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  const world = Object.assign(new FakeWorld(), { analyze: null });
  const status = await main(argv, world);
  return { status, out: world.out, err: world.err };
}

const policy = (...lines: string[]): string =>
  ['version: 1', 'segments:', '  - name: all', ...lines.map((line) => `    ${line}`), ''].join('\n');

describe('analyze policy', () => {
  it('check says what is in a sound file, and exits with 0', async () => {
    const path = file('sound.yaml', policy('require: mutual', 'min-version: 1.2'));
    expect(await run('policy', 'check', path)).toEqual({
      status: 0,
      out: `${path}: 1 segment, 2 lines, 0 exceptions; nothing is wrong with it\n`,
      err: '',
    });
  });

  it('check tells everything that is wrong on a line of its own, and exits with 2', async () => {
    const path = file('wrong.yaml', policy('requires: mutual', 'ports: 99999'));
    expect(await run('policy', 'check', path)).toEqual({
      status: 2,
      out: '',
      err: `analyze: ${path}:4:5: requires is no key of a segment; did you mean require?\n`,
    });
    const another = file('wrong-too.yaml', policy('require: tls', 'ports: [99999, x]'));
    expect((await run('policy', 'check', another)).err.trimEnd().split('\n')).toEqual([
      `analyze: ${another}:5:13: ports \`99999\` is no port and no range: 443, 8000-8999`,
      `analyze: ${another}:5:20: ports \`x\` is no port and no range: 443, 8000-8999`,
    ]);
  });

  it.each([
    ['a capture', readFileSync(capture)],
    ['octets that are no UTF-8', Buffer.from('version: 1\nsegments:\n  - name: caf\xe9\n', 'latin1')],
    ['UTF-16', Buffer.from('version: 1\n', 'utf16le')],
  ])('check tells in one line that %s is no policy', async (_what, octets) => {
    const path = join(folder, 'binary.yaml');
    writeFileSync(path, octets);
    const { status, err } = await run('policy', 'check', path);
    expect(status).toBe(2);
    expect(err).toBe(
      `analyze: ${path} is no text in UTF-8, and a policy is YAML: \`analyze policy --help\` shows one\n`,
    );
  });

  it('init drafts a file that check takes', async () => {
    const path = join(folder, 'draft.yaml');
    expect(await run('policy', 'init', capture, '-o', path)).toMatchObject({ status: 0, out: '' });
    expect(readFileSync(path, 'utf8')).toContain('require: mutual #');
    expect((await run('policy', 'check', path)).status).toBe(0);
  });

  it('shows a policy in its help that is one', async () => {
    const { out } = await run('policy', '--help');
    const example = /^ {2}version: 1\n(?: {2}.*\n)+/m.exec(out)![0].replace(/^ {2}/gm, '');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // The pin is shortened, and the authorities are not there.
    const path = file(
      'example.yaml',
      example.replace('AAAA…', 'A'.repeat(43)).replace(/^ *(server|client)-ca.*\n/gm, ''),
    );
    expect(await run('policy', 'check', path)).toMatchObject({ status: 0, err: '' });
  });

  it.each([[['policy']], [['policy', 'init']], [['policy', 'check']]])('%j is told what is missing', async (argv) => {
    const { status, err } = await run(...argv);
    expect(status).toBe(2);
    expect(err).toMatch(/^analyze: .+\n$/);
  });
});

describe('--policy', () => {
  it('refuses a file that is wrong before it reads a packet', async () => {
    const path = file('bad.yaml', 'version: 1\n');
    expect(await run(capture, '--policy', path)).toEqual({
      status: 2,
      out: '',
      err: `analyze: ${path}:1:1: segments is missing\n`,
    });
    expect((await run(capture, '--policy', join(folder, 'none.yaml'))).err).toMatch(/cannot read policy .*none\.yaml/);
  });

  it.each([
    ['mutual', [], 0],
    ['mutual', ['--fail-on', 'policy'], 1],
    ['mutual', ['--fail-on', 'critical'], 0],
    ['mutual', ['--fail-on', 'high'], 1],
    ['tls', ['--fail-on', 'policy'], 0],
    ['tls', ['--fail-on', 'unseen'], 0],
  ])('with require: %s and %j exits with %i', async (require, options, status) => {
    const path = file(`exit-${require}.yaml`, policy(`require: ${require}`));
    expect((await run(capture, '-q', '--policy', path, ...options)).status).toBe(status);
  });

  it('fails on what is unseen where that was asked for', async () => {
    const path = file('unseen.yaml', policy('require: tls', 'ports: 1'));
    expect((await run(capture, '-q', '--policy', path, '--fail-on', 'policy')).status).toBe(0);
    expect((await run(capture, '-q', '--policy', path, '--fail-on', 'unseen')).status).toBe(1);
  });

  it('prints its answer in the report, which the schema takes', async () => {
    const path = file('report.yaml', policy('require: mutual', 'tags: pci'));
    const argv = [capture, '--policy', path, '--profile', 'pci-dss-4', '--profile', 'bcp195', '-f', 'json'];
    const report = JSON.parse((await run(...argv)).out);
    expect(report.policy).toMatchObject({ file: path, verdict: 'FAIL', lines: [{ line: 4, verdict: 'FAIL' }] });
    expect(report.profiles.map(({ name }: { name: string }) => name)).toEqual(['pci-dss-4', 'bcp195']);
    const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync('schema/report.schema.json', 'utf8')));
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    const lines = (await run(capture, '--policy', path, '--profile', 'bcp195', '-f', 'ndjson')).out
      .trimEnd()
      .split('\n');
    const types = lines.map((line) => JSON.parse(line).type);
    expect(types.slice(-3)).toEqual(['policy', 'profile', 'stats']);
  });
});

describe('--profile and --hosts', () => {
  it('are told what there is', async () => {
    expect((await run(capture, '--profile', 'foo')).err).toBe(
      `analyze: --profile foo is not one of ${profiles.map(({ name }) => name).join(', ')}\n`,
    );
    expect((await run(capture, '--profile', 'pci-dss-4')).err).toMatch(/only on segments with tags: \[pci\]/);
    const hosts = file('hosts', 'nowhere api\n10.0.0.1\n');
    expect((await run(capture, '--hosts', hosts)).err).toBe(
      `analyze: ${hosts}:1: nowhere is no address\nanalyze: ${hosts}:2: 10.0.0.1 has no name\n`,
    );
  });

  it('are listed by --help', async () => {
    const { out } = await run('--help');
    for (const { name } of profiles) expect(out).toContain(name);
  });

  it('give names to hops', async () => {
    const hosts = file('names.csv', '10.77.16.30,shop/backend\n');
    const { hops } = JSON.parse((await run(capture, '--hosts', hosts, '-f', 'json')).out);
    const names = hops.map(
      ({ server }: { server: { name: string; nameSource: string } }) => `${server.name} ${server.nameSource}`,
    );
    expect(new Set(names)).toEqual(new Set(['shop/backend hosts', 'edge.acme.test sni']));
  });
});
