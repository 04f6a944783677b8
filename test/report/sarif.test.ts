import { readdirSync } from 'node:fs';
// The schema as OASIS published it.
import published from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyze, rules } from '../../src/index.js';
import { plainPalette } from '../../src/report/palette.js';
import { maxSarifResults, sarifReport } from '../../src/report/sarif.js';
import { artifactUri, sarifText } from '../../src/report/sarif-parts.js';
import { capture, finding } from '../build/records.js';
import { hostileResults, hostileTexts } from './hostile-results.js';
import { printed, type Results } from './printed.js';
import { TextCollector } from './text-collector.js';

const catalogue = rules.map(({ about }) => about);
let validate: ValidateFunction;

beforeAll(() => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addFormat('uri-reference', (text) => URL.canParse(text, 'file:///') && !/[\s<>"{}|\\^`]/.test(text));
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  // Draft 4 names a schema by `id`; what else it uses of it is the same in later drafts.
  const { $schema: _draft4, id: $id, ...schema } = published as Record<string, unknown> & { id: string };
  validate = ajv.compile({ $id, ...schema });
});

// biome-ignore lint/suspicious/noExplicitAny: JSON that the schema has checked
function logOf(results: Results, withRules = true): any {
  const text = printed(sarifReport, results, false, plainPalette, withRules ? { rules: catalogue } : {});
  return valid(text);
}

// biome-ignore lint/suspicious/noExplicitAny: JSON that the schema has checked
function valid(text: string): any {
  const log = JSON.parse(text);
  expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3), null, 1)).toBe(true);
  return log;
}

describe('SARIF', () => {
  it('is valid without findings, without captures and without a catalogue', () => {
    expect(logOf({}, false).runs[0].results).toEqual([]);
    expect(logOf({ captures: [capture()] }).runs[0].artifacts[0].location.uri).toBe('span.pcapng');
    expect(logOf({ captures: [capture()], findings: [finding()] }, false).runs[0].results[0].ruleIndex).toBeUndefined();
  });

  it('describes every kind of the catalogue once, and points to it', () => {
    const [run] = logOf({ captures: [capture()], findings: [finding({ kind: 'cleartext-http' })] }).runs;
    const { rules: described } = run.tool.driver;
    expect(new Set(described.map(({ id }: { id: string }) => id)).size).toBe(rules.length);
    for (const { help, shortDescription } of described) {
      expect(help.text.length).toBeGreaterThan(100);
      expect(help.markdown).toContain('**What to do.**');
      expect(shortDescription.text).not.toBe('');
    }
    expect(described[run.results[0].ruleIndex].id).toBe('cleartext-http');
  });

  it('tells severity, place, evidence and suppression', () => {
    const suppressed = { reason: 'until the move', expires: '2027-01-01' };
    const [run] = logOf({
      captures: [capture(), capture({}, { path: '/var/a b.pcap' })],
      findings: [finding({ severity: 'critical', capture: 1, frames: [6, 9], count: 3, suppressed })],
    }).runs;
    const [result] = run.results;
    expect(result).toMatchObject({
      level: 'error',
      properties: { severity: 'critical', frames: [6, 9], wiresharkFilter: 'frame.number == 6' },
      suppressions: [{ kind: 'external', justification: 'until the move (until 2027-01-01)' }],
    });
    expect(result.message.text).toMatch(/^Server never asks .*10\.0\.0\.5 -> 10\.0\.0\.9:8443.*Frames 6, 9.*3 flows/);
    const [{ physicalLocation, logicalLocations }] = result.locations;
    expect(physicalLocation.artifactLocation).toEqual({ uri: 'file:///var/a%20b.pcap', index: 1 });
    expect(logicalLocations).toEqual([
      { name: '10.0.0.5->10.0.0.9:8443', fullyQualifiedName: '10.0.0.5->10.0.0.9:8443', kind: 'hop' },
    ]);
  });

  it('has fingerprints that frames, flows and words do not change, and place and certificate do', () => {
    const printOf = (changes: Parameters<typeof finding>[0]): string =>
      logOf({ captures: [capture()], findings: [finding(changes)] }).runs[0].results[0].partialFingerprints[
        'barewireFinding/v1'
      ];
    const same = printOf({});
    expect(same).toBe('0a4060c516f8fa1345d2ae7b5a31af110f421178b2bf79fd4093d96d0b62c4d5');
    expect(printOf({ frames: [99], flows: [7], count: 9, detail: 'other', severity: 'low', title: 'x' })).toBe(same);
    expect(printOf({ hop: '10.0.0.6->10.0.0.9:8443' })).not.toBe(same);
    expect(printOf({ kind: 'cleartext-http' })).not.toBe(same);
    const certificate = 'ab'.repeat(32);
    expect(printOf({ certificate })).toBe(printOf({ certificate, hop: null, server: '10.9.9.9:1' }));
  });

  it('stays valid and plain whatever the wire says', () => {
    const log = logOf(hostileResults());
    expect(log.runs[0].results).toHaveLength(hostileTexts.length);
    for (const { message } of log.runs[0].results) {
      expect(message.text).not.toMatch(/[^\\]\]\(/);
      expect(message.text).not.toMatch(/(^|[^{])\{\d+\}/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
      expect(message.text).not.toMatch(/[\u0000-\u001f\u202e\u200b]/);
    }
    expect(sarifText('a {0} [b](c)')).toBe('a {{0}} [b\\](c)');
  });

  it('names captures by URI references', () => {
    expect(artifactUri('a:b/c d.pcap')).toBe('a%3Ab/c%20d.pcap');
    expect(artifactUri('//x/y')).toBe('file:///x/y');
    expect(artifactUri('-')).toBe('stdin');
    expect(artifactUri('x\ud800.pcap')).toBe('x%EF%BF%BD.pcap');
  });

  it('bounds its results and says what it left out', () => {
    const findings = Array.from({ length: maxSarifResults + 2 }, () => finding());
    const [run] = JSON.parse(printed(sarifReport, { captures: [capture()], findings })).runs;
    expect(run.results).toHaveLength(maxSarifResults);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toMatch(/^2 more findings are left out/);
  });

  const captures = readdirSync('captures').filter((name) => /\.pcap(ng)?$/.test(name));
  it.each(captures.filter((_, at) => at % 4 === 0))('is valid for captures/%s', async (name) => {
    const out = new TextCollector();
    const options = { toolVersion: '9.9.9', verbose: false, palette: plainPalette, rules: catalogue };
    const { summary } = await analyze({ inputs: [`captures/${name}`], sink: sarifReport(out, options) });
    const total = Object.values(summary.findings).reduce((sum, count) => sum + count, 0);
    expect(valid(out.text).runs[0].results).toHaveLength(total);
  });
});
