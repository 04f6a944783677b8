import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { build } from 'rolldown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  id?: string;
  if?: string;
  shell?: string;
  run?: string;
  uses?: string;
  env?: Record<string, string>;
}

const action = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
};
const steps = action.runs.steps;
const script = readFileSync('scripts/action.sh', 'utf8');

/** The action as a service would lay it out, with the program of these sources. */
let home = '';
let work = '';

beforeAll(async () => {
  mkdirSync('node_modules/.cache', { recursive: true });
  home = mkdtempSync(resolve('node_modules/.cache/barewire-action-'));
  for (const folder of ['bin', 'scripts', 'dist/program']) mkdirSync(join(home, folder), { recursive: true });
  for (const file of ['package.json', 'bin/analyze.js', 'scripts/action.sh']) copyFileSync(file, join(home, file));
  await build({
    input: 'src/cli/main.ts',
    platform: 'node',
    external: [/^[@a-z]/],
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    output: { dir: join(home, 'dist/program'), format: 'esm' },
    logLevel: 'silent',
  });
}, 60_000);

beforeEach(() => {
  if (work !== '') rmSync(work, { recursive: true });
  work = mkdtempSync(join(tmpdir(), 'barewire-action-'));
  copyFileSync('captures/nginx-one-way-backend.pcapng', join(work, 'a b.pcapng'));
  copyFileSync('captures/mtls-end-to-end-tls12.pcapng', join(work, 'good.pcapng'));
});

afterAll(() => {
  for (const folder of [home, work]) if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Runs the first step's script with `inputs`, as a service does. */
function run(inputs: Record<string, string>): {
  outputs: Record<string, string>;
  summary: string;
  said: string;
  code: number | null;
} {
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', ACTION_PATH: home };
  for (const [name, { default: value }] of Object.entries(action.inputs)) {
    env[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`] = inputs[name] ?? value ?? '';
  }
  env.GITHUB_OUTPUT = join(work, 'output.txt');
  env.GITHUB_STEP_SUMMARY = join(work, 'summary.md');
  writeFileSync(env.GITHUB_OUTPUT, '');
  writeFileSync(env.GITHUB_STEP_SUMMARY, '');
  const done = spawnSync('bash', ['-c', steps[0]!.run!], { cwd: work, env, encoding: 'utf8' });
  const lines = readFileSync(env.GITHUB_OUTPUT, 'utf8').trim().split('\n');
  const outputs = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  return {
    outputs,
    summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'),
    said: done.stdout + done.stderr,
    code: done.status,
  };
}

/** What the last step makes of a status. */
function exitOf(status: string | undefined): number | null {
  return spawnSync('bash', ['-c', steps.at(-1)!.run!], { env: { STATUS: status ?? '' } }).status;
}

describe('action.yml', () => {
  it('is a composite action whose inputs are described and reach the script as variables', () => {
    expect(action.runs.using).toBe('composite');
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).toMatch(/\.$/);
      expect(input.required === true || input.default !== undefined, name).toBe(true);
      if (name === 'upload-sarif') continue;
      const variable = `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
      expect(steps[0]!.env![variable]).toBe(`\${{ inputs.${name} }}`);
      expect(script).toContain(variable);
    }
  });

  it('never puts an expression into the text of a script', () => {
    for (const { run: text, shell } of steps) {
      if (text === undefined) continue;
      expect(text).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  it('uploads before it fails, and names outputs that the script tells', () => {
    expect(steps.findIndex(({ uses }) => uses?.includes('upload-sarif'))).toBe(steps.length - 2);
    for (const { value } of Object.values(action.outputs)) {
      const name = /steps\.analyze\.outputs\.(\w+)/.exec(value)![1]!;
      expect(script).toMatch(new RegExp(`tell ${name} `));
    }
  });

  it('has a script that bash can read', () => {
    execFileSync('bash', ['-n', 'scripts/action.sh']);
  });
});

describe('the action, run as far as a machine without the service allows', { timeout: 60_000 }, () => {
  it('writes its reports and the summary, and fails for what is too severe', () => {
    const { outputs, summary, code } = run({ captures: '  a b.pcapng \n\ngood.pcapng\n', 'fail-on': 'medium' });
    expect(code).toBe(0);
    expect(outputs).toEqual({
      status: '1',
      sarif: 'barewire-report/barewire.sarif',
      json: 'barewire-report/barewire.json',
    });
    expect(summary).toMatch(/^## Mutual TLS on /);
    const log = JSON.parse(readFileSync(join(work, outputs.sarif!), 'utf8'));
    expect(log.runs[0].results.length).toBeGreaterThan(0);
    expect(log.runs[0].artifacts.map(({ location }: { location: { uri: string } }) => location.uri)).toEqual([
      'a%20b.pcapng',
      'good.pcapng',
    ]);
    expect(XMLValidator.validate(readFileSync(join(work, 'barewire-report/barewire.junit.xml'), 'utf8'))).toBe(true);
    expect(exitOf(outputs.status)).toBe(1);
  });

  it('passes when nothing is too severe, and when nothing may fail', () => {
    expect(run({ captures: 'a b.pcapng', 'fail-on': 'critical' }).outputs.status).toBe('0');
    const { outputs } = run({ captures: 'a b.pcapng', 'fail-on': '' });
    expect([outputs.status, exitOf(outputs.status)]).toEqual(['0', 0]);
  });

  it('makes a baseline for the next run that is whole', () => {
    const first = run({ captures: 'a b.pcapng', 'fail-on': 'low', output: 'first' }).outputs;
    expect(first.status).toBe('1');
    const next = run({ captures: 'a b.pcapng', 'fail-on': 'low', baseline: first.json! });
    expect(next.outputs.status).toBe('0');
    expect(next.summary).toContain('already known to the baseline');
    expect(JSON.parse(readFileSync(join(work, next.outputs.json!), 'utf8')).summary.baseline).toBeUndefined();
  });

  it('hands on arguments as they are, and nothing of an input is run', () => {
    const { outputs } = run({ captures: 'a b.pcapng', arguments: '--expect-mtls\nall' });
    expect(outputs.status).toBe('1');
    const evil = '$(touch pwned)`touch pwned`;touch pwned\n--format\n"; touch pwned; "';
    for (const inputs of [
      { captures: evil },
      { captures: 'a b.pcapng', arguments: evil },
      { captures: 'a b.pcapng', 'fail-on': evil },
      { captures: 'a b.pcapng', version: '1; touch pwned' },
      { captures: 'a b.pcapng', policy: evil },
    ])
      expect(['2', '3']).toContain(run(inputs).outputs.status);
    expect(readdirSync(work)).not.toContain('pwned');
    expect(existsSync(join(home, 'pwned'))).toBe(false);
  });

  it('says what is wrong with its inputs', () => {
    expect(run({ captures: ' \n' })).toMatchObject({
      outputs: { status: '2' },
      said: expect.stringContaining('no captures are given'),
    });
    expect(run({ captures: 'a b.pcapng', 'fail-on': 'dire' }).said).toMatch(/--fail-on dire is not one of/);
    const missing = run({ captures: 'missing.pcap' });
    expect(missing.outputs).toEqual({ status: '3' });
    expect(exitOf(missing.outputs.status)).toBe(3);
    expect(exitOf(undefined)).toBe(2);
  });
});
