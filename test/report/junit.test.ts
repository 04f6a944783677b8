import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { rules } from '../../src/index.js';
import { junitReport, maxJunitCases } from '../../src/report/junit.js';
import { plainPalette } from '../../src/report/palette.js';
import type { ReportOptions } from '../../src/report/report-format.js';
import { capture, finding, hop } from '../build/records.js';
import { hostileResults } from './hostile-results.js';
import { printed, type Results } from './printed.js';

/** What readers of JUnit XML share: the attributes of each element, those it must have first, and its children. */
const structure: Record<string, { must: string[]; may: string[]; children: string[] }> = {
  testsuites: { must: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'], may: [], children: ['testsuite'] },
  testsuite: {
    must: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'],
    may: ['timestamp'],
    children: ['properties', 'testcase'],
  },
  properties: { must: [], may: [], children: ['property'] },
  property: { must: ['name', 'value'], may: [], children: [] },
  testcase: { must: ['classname', 'name', 'time'], may: [], children: ['failure', 'skipped', 'system-out'] },
  failure: { must: ['type', 'message'], may: [], children: ['#text'] },
  skipped: { must: ['message'], may: [], children: [] },
  'system-out': { must: [], may: [], children: ['#text'] },
};

interface Case {
  classname: string;
  name: string;
  outcome: 'passed' | 'failure' | 'skipped';
  text: string;
}

type Node = Record<string, unknown> & { ':@'?: Record<string, string> };

/** Parses, checks structure and counts, and returns the cases by suite. */
function read(text: string): Map<string, Case[]> {
  expect(XMLValidator.validate(text)).toBe(true);
  const nodes: Node[] = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
    processEntities: { enabled: true, maxTotalExpansions: 1e7, maxExpandedLength: 1e9 },
  }).parse(text);
  const root = nodes.find((node) => 'testsuites' in node)!;
  check(root, 'testsuites');
  const suites = new Map<string, Case[]>();
  const all = { tests: 0, failures: 0, skipped: 0 };
  for (const suite of root.testsuites as Node[]) {
    const cases = (suite.testsuite as Node[]).filter((node) => 'testcase' in node).map(caseOf);
    expect(counts(suite)).toEqual(tally(cases));
    for (const key of ['tests', 'failures', 'skipped'] as const) all[key] += tally(cases)[key];
    expect(suites.has(suite[':@']!.name!)).toBe(false);
    suites.set(suite[':@']!.name!, cases);
  }
  expect(counts(root)).toEqual(all);
  return suites;
}

function check(node: Node, name: string): void {
  const known = structure[name]!;
  const attributes = Object.keys(node[':@'] ?? {});
  for (const must of known.must) expect(attributes, name).toContain(must);
  for (const attribute of attributes) expect([...known.must, ...known.may], name).toContain(attribute);
  for (const child of node[name] as Node[]) {
    const childName = Object.keys(child).find((key) => key !== ':@')!;
    expect(known.children, name).toContain(childName);
    if (childName !== '#text') check(child, childName);
  }
}

function caseOf(node: Node): Case {
  const inside = (node.testcase as Node[])[0];
  const { classname, name } = node[':@'] as { classname: string; name: string };
  const outcome =
    inside === undefined || 'system-out' in inside ? 'passed' : 'failure' in inside ? 'failure' : 'skipped';
  return { classname, name, outcome, text: inside === undefined ? '' : JSON.stringify(inside) };
}

function tally(cases: readonly Case[]): { tests: number; failures: number; skipped: number } {
  const of = (outcome: Case['outcome']): number => cases.filter((test) => test.outcome === outcome).length;
  return { tests: cases.length, failures: of('failure'), skipped: of('skipped') };
}

function counts(node: Node): { tests: number; failures: number; skipped: number } {
  const { tests, failures, skipped } = node[':@']!;
  return { tests: Number(tests), failures: Number(failures), skipped: Number(skipped) };
}

function suitesOf(results: Results, options: Partial<ReportOptions> = {}): Map<string, Case[]> {
  return read(printed(junitReport, results, false, plainPalette, options));
}

describe('JUnit XML', () => {
  it('has a suite for the hops and one for every kind that is judged', () => {
    const suites = suitesOf({ hops: [hop()] }, { rules: rules.map(({ about }) => about) });
    const judged = rules.filter(({ about }) => about.optIn !== true);
    expect([...suites.keys()]).toEqual(['hops', ...judged.map(({ about }) => about.kind)]);
    expect(suites.get('cleartext-http')).toMatchObject([{ name: 'nothing found', outcome: 'passed' }]);
    expect(suites.get('hops')).toMatchObject([{ name: '10.77.13.10->10.77.13.20:443', outcome: 'passed' }]);
  });

  it('fails findings from the threshold on, and the hops that they are about', () => {
    const results = {
      hops: [hop({ id: finding().hop! }), hop()],
      findings: [finding(), finding({ severity: 'medium', kind: 'cleartext-http', hop: hop().id })],
    };
    const outcomes = (options: Partial<ReportOptions>): string[] =>
      [...suitesOf(results, options).values()].flat().map(({ outcome }) => outcome);
    expect(outcomes({})).toEqual(['failure', 'passed', 'failure', 'passed']);
    expect(outcomes({ failOn: 'medium' })).toEqual(['failure', 'failure', 'failure', 'failure']);
    expect(outcomes({ failOn: 'critical' })).toEqual(['passed', 'passed', 'passed', 'passed']);
  });

  it('skips what is undecided with its reason, or fails it where that is asked for', () => {
    const results = {
      hops: [hop({ mtls: 'unknown', why: 'TLS 1.3 without keys' }), hop({ id: 'b', mtls: 'resumed' })],
      findings: [finding({ kind: 'mtls-status-unobservable', severity: 'info', hop: hop().id, detail: 'no keys' })],
    };
    const cases = [...suitesOf(results).values()].flat();
    expect(cases.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(cases[0]!.text).toContain('TLS 1.3 without keys');
    expect(
      suitesOf(results, { failOnUndecided: true })
        .get('hops')!
        .map(({ outcome }) => outcome),
    ).toEqual(['failure', 'failure']);
  });

  it('skips what is suppressed', () => {
    const suppressed = { reason: 'known', expires: null };
    const suites = suitesOf({ hops: [hop({ id: finding().hop! })], findings: [finding({ suppressed })] });
    expect([...suites.values()].flat().map(({ outcome }) => outcome)).toEqual(['passed', 'skipped']);
  });

  it('is well-formed whatever the wire says, and keeps its structure', () => {
    const suites = suitesOf({ ...hostileResults(), captures: [capture()] });
    expect(suites.get('hops')).toHaveLength(8);
    expect(suites.get('hops')![0]!.name).toBe('</code><script>alert(1)</script>');
  });

  it('bounds its cases, and fails where what it left out would have', () => {
    const findings = Array.from({ length: maxJunitCases + 1 }, (_, at) => finding({ severity: at ? 'high' : 'low' }));
    const text = printed(junitReport, { findings });
    expect(text.match(/<testcase /g)).toHaveLength(maxJunitCases + 1);
    expect(text).toContain(
      `name="missing-client-cert-request" tests="${maxJunitCases + 1}" failures="${maxJunitCases}"`,
    );
    expect(text).toMatch(
      /name="findings that are left out"[^\n]*\n *<failure type="left out" message="1 more finding:/,
    );
  });
});
