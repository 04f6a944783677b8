// Holds every rule to what a rule must have: a complete entry in the catalogue, a place in the list, and captures that show it
// fire, stay silent, and say that it can't tell.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AnalyzeResult, analyze } from '../src/engine/analyze.js';
import { Expectation } from '../src/engine/judging/expectation.js';
import type { LoadedPolicy } from '../src/engine/policy/files.js';
import type { Finding } from '../src/model/finding.js';
import type { Product, Rule } from '../src/model/rule.js';
import { readPolicy } from '../src/policy/read-policy.js';
import { rules } from '../src/rules/index.js';
import { authenticationSamples } from './rules/captures-authentication.js';
import { strengthSamples } from './rules/captures-strength.js';
import type { Sample, SampleTable } from './rules/samples.js';

const root = join(import.meta.dirname, '..');
const captures = join(root, 'captures');
const samples: SampleTable = { ...authenticationSamples, ...strengthSamples };

/** Everything in `src/rules` that is a rule. */
async function definedRules(): Promise<Rule[]> {
  const folder = join(root, 'src', 'rules');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(
    names.map((name) => import(join(folder, name)) as Promise<Record<string, unknown>>),
  );
  const isRule = (value: unknown): value is Rule =>
    value !== null && typeof value === 'object' && 'about' in value && 'begin' in value;
  return [...new Set(modules.flatMap((module) => Object.values(module)).filter(isRule))];
}

describe('the catalogue of rules', () => {
  it('refuses an entry that says too little, or repeats a known mistake', () => {
    const [sound] = rules;
    const about = { ...sound!.about, blindSpots: [], cwe: [], title: 'x.', standards: ['somewhere'] };
    const remediation = {
      general: 'Mend.',
      products: { nginx: 'proxy_ssl on; in the location', Lighttpd: 'no product' },
    };
    expect(faultsOf({ ...sound!, about: { ...about, remediation } as Rule['about'] })).toHaveLength(7);
    expect(faultsOf(sound!)).toEqual([]);
  });

  it('lists every rule that is defined, once', async () => {
    const kinds = rules.map(({ about }) => about.kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect((await definedRules()).filter((rule) => !rules.includes(rule)).map(({ about }) => about.kind)).toEqual([]);
  });

  it('has a file for each kind', () => {
    const names = readdirSync(join(root, 'src', 'rules'), { recursive: true, encoding: 'utf8' });
    const files = new Set(names.map((name) => name.replace(/^.*\//, '')));
    expect(rules.map(({ about }) => about.kind).filter((kind) => !files.has(`${kind}.ts`))).toEqual([]);
  });

  it('has samples for rules that exist, and for no others', () => {
    expect(Object.keys(samples).sort()).toEqual(rules.map(({ about }) => about.kind).sort());
  });
});

describe.each(rules.map((rule) => [rule.about.kind, rule] as const))('%s', (kind, rule) => {
  it('has a complete entry', () => {
    expect(faultsOf(rule)).toEqual([]);
  });

  const { fires = [], clean = [], unobservable = [] } = samples[kind] ?? {};
  it('has captures that show it', () => {
    expect(fires.length).toBeGreaterThan(0);
    expect(clean.length).toBeGreaterThan(0);
    if (typeof unobservable === 'string') expect(unobservable).toMatch(/^cannot happen: \S.{10,}/);
    else expect(unobservable.length).toBeGreaterThan(0);
  });

  it.each(fires.map(named))('fires in %s', async (_, sample) => {
    const { findings, result } = await analysed(sample);
    const found = ofKind(findings, kind, sample);
    expect(found).not.toEqual([]);
    for (const finding of found) expectEvidence(finding, result);
  });

  it.each(clean.map(named))('is silent in %s', async (_, sample) => {
    const { findings, result } = await analysed(sample);
    expect(ofKind(findings, kind, sample)).toEqual([]);
    // Silent because it looked, not because nothing was there to judge.
    if (rule.begin(noContext).connection !== undefined) expect(result.answers.get(kind)?.clean).toBeGreaterThan(0);
  });

  it.each(typeof unobservable === 'string' ? [] : unobservable.map(named))("can't tell in %s", async (_, sample) => {
    const { findings, result } = await analysed(sample);
    expect(ofKind(findings, kind, sample)).toEqual([]);
    expect(result.answers.get(kind)?.unobservable).toBeGreaterThan(0);
  });
});

const noContext = { expectsMutual: () => null, certificate: () => null, publicKey: () => null, demands: () => null };

function named(sample: string | Sample): [string, Sample] {
  const whole = typeof sample === 'string' ? { capture: sample } : sample;
  return [Object.values(whole).join(', '), whole];
}

const runs = new Map<string, Promise<{ findings: Finding[]; result: AnalyzeResult }>>();

/** Analyses a sample; each capture once for the same options. */
function analysed({
  capture,
  keylog,
  ca,
  crl,
  expectMutual,
  policy,
}: Sample): Promise<{ findings: Finding[]; result: AnalyzeResult }> {
  const key = [capture, keylog, ca, crl, expectMutual, ...(policy ?? [])].join();
  let run = runs.get(key);
  if (run === undefined) {
    for (const file of [capture, keylog, ca, crl])
      if (file !== undefined) expect(existsSync(join(captures, file)), file).toBe(true);
    run = analyseFresh({ capture, keylog, ca, crl, expectMutual, policy } as Sample);
    runs.set(key, run);
  }
  return run;
}

async function analyseFresh({
  capture,
  keylog,
  ca,
  crl,
  expectMutual,
  policy,
}: Sample): Promise<{ findings: Finding[]; result: AnalyzeResult }> {
  const findings: Finding[] = [];
  const expectation = new Expectation();
  if (expectMutual !== undefined) expect(expectation.add(expectMutual)).toBeNull();
  const result = await analyze({
    inputs: [join(captures, capture)],
    sink: { finding: (finding) => findings.push(finding), end() {} },
    expectation,
    ...(policy !== undefined && { policy: policyOf(policy) }),
    ...(keylog !== undefined && { keylogs: [join(captures, keylog)] }),
    ...(ca !== undefined && { authorities: [join(captures, ca)] }),
    ...(crl !== undefined && { revocationLists: [join(captures, crl)] }),
    optIn: rules.filter(({ about }) => about.optIn === true).map(({ about }) => about.kind),
  });
  return { findings, result };
}

/** A policy of one segment. */
function policyOf(lines: readonly string[]): LoadedPolicy {
  const text = ['version: 1', 'segments:', '  - name: all', ...lines.map((line) => `    ${line}`)].join('\n');
  const { policy, errors } = readPolicy(text, 'sample.yaml', []);
  if (policy === null) throw new Error(errors.map(({ message }) => message).join('; '));
  return { policy, bundles: new Map() };
}

function ofKind(findings: readonly Finding[], kind: string, { hop }: Sample): Finding[] {
  return findings.filter((finding) => finding.kind === kind && (hop === undefined || shows(finding, hop)));
}

/** Whether a finding is about the hop, or about one of its ends. */
function shows({ hop, client, server }: Finding, id: string): boolean {
  if (hop !== null) return hop === id;
  const [from, to] = id.split('->');
  return (client === null || client === from) && (server === null || server === to);
}

function expectEvidence(finding: Finding, { summary }: AnalyzeResult): void {
  expect(finding.detail).toMatch(/^\S.*\.$/s);
  // What the counters of a capture tell has no connection or frame of its own.
  if (finding.client === null && finding.server === null && finding.flows.length === 0) {
    expect(rules.find(({ about }) => about.kind === finding.kind)?.about.scope).toBe('capture');
    return;
  }
  expect(finding.count).toBeGreaterThan(0);
  expect(finding.flows.length).toBeGreaterThan(0);
  expect(finding.flows.every((flow) => flow >= 1 && flow <= summary.flows.total)).toBe(true);
  expect(finding.frames.length).toBeGreaterThan(0);
  expect(finding.frames).toEqual([...new Set(finding.frames)].sort((a, b) => a - b));
}

const products: readonly Product[] = [
  'nginx',
  'HAProxy',
  'Envoy',
  'Apache',
  'Caddy',
  'Node',
  'Go',
  'Python',
  'Java',
  'Istio',
];

/** What a rule's entry lacks. */
function faultsOf({ about }: Rule): string[] {
  const faults: string[] = [];
  const refuse = (is: boolean, why: string): void => {
    if (is) faults.push(why);
  };
  refuse(!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(about.kind), 'a kind is words and hyphens');
  refuse(
    about.title.length < 8 || about.title.length > 70 || /\.$/.test(about.title),
    'the title is a phrase of 8 to 70 characters',
  );
  refuse(about.title === about.kind, 'the title repeats the kind');
  for (const name of ['meaning', 'why'] as const)
    refuse(about[name].length < 30 || !about[name].endsWith('.'), `${name} says too little`);
  refuse(about.blindSpots.length === 0, 'every rule has blind spots');
  refuse(
    about.blindSpots.some((spot) => spot.length < 20 || !spot.endsWith('.')),
    'a blind spot is a sentence',
  );
  refuse(
    about.remediation.general.length < 30 || !about.remediation.general.endsWith('.'),
    'the remediation says too little',
  );
  refuse(
    about.cwe.some((number) => !Number.isInteger(number) || number < 1),
    'a CWE is a number',
  );
  refuse(about.severity !== 'info' && about.cwe.length === 0, 'a weakness has a number in the CWE list');
  refuse(
    about.standards.some(
      (standard) => !/^(RFC \d+|NIST |FIPS |IEEE |ITU-T |BSI |CA\/B|OWASP |PCI |ANSI |PKCS|CIS )/.test(standard),
    ),
    'a standard is named by its publisher',
  );
  for (const [product, text] of Object.entries(about.remediation.products)) {
    refuse(!products.includes(product as Product), `${product} is no product`);
    refuse((text ?? '').length < 10, `${product} has no advice`);
  }
  faults.push(...repeatedMistakes(about.remediation.products));
  return faults;
}

/** Advice that is often repeated and wrong. */
function repeatedMistakes(advice: Rule['about']['remediation']['products']): string[] {
  const faults: string[] = [];
  if (/proxy_ssl on\b/.test(advice.nginx ?? '') && !/stream/.test(advice.nginx ?? ''))
    faults.push('nginx: proxy_ssl on is of the stream module');
  if (/Purpose\.CLIENT_AUTH/.test(advice.Python ?? '') && /check_hostname/.test(advice.Python ?? ''))
    faults.push('Python: CLIENT_AUTH checks no names');
  if (/DestinationRule/.test(advice.Istio ?? '') && /DestinationRule (enforces|requires)/.test(advice.Istio ?? ''))
    faults.push('Istio: a DestinationRule sets the client side only');
  return faults;
}
