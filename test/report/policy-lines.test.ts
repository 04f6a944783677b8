import { describe, expect, it } from 'vitest';
import type { PolicyLine, PolicyReport } from '../../src/model/policy.js';
import { junitReport } from '../../src/report/junit.js';
import { markdownReport } from '../../src/report/markdown.js';
import { plainPalette } from '../../src/report/palette.js';
import type { ReportFormat, ReportOptions } from '../../src/report/report-format.js';
import { sarifReport } from '../../src/report/sarif.js';
import { summaryOf } from '../build/records.js';
import { hostileTexts } from './hostile-results.js';
import { TextCollector } from './text-collector.js';

function line(changes: Partial<PolicyLine>): PolicyLine {
  return {
    line: 7,
    segment: 'payments',
    requires: 'mutual',
    verdict: 'FAIL',
    why: '1 of 2 connections without a client certificate',
    hops: ['10.0.0.5->10.0.0.9:8443'],
    flows: [1],
    frames: [6],
    capture: 0,
    certainty: 'observed',
    connections: { holds: 1, fails: 1, excused: 0, untold: 0 },
    severity: 'high',
    suppressed: null,
    ...changes,
  };
}

const suppressed = { reason: 'until the move', expires: '2027-01-01' };
const lines = [
  line({ line: 3, verdict: 'PASS' }),
  line({}),
  line({ line: 9, verdict: 'UNSEEN', hops: [], why: 'no traffic' }),
  line({ line: 11, severity: 'low' }),
  line({ line: 12, suppressed }),
  line({ line: 13, segment: hostileTexts[0]!, why: hostileTexts[3]! }),
];

function printed(format: ReportFormat, options: Partial<ReportOptions> = {}): string {
  const out = new TextCollector();
  const sink = format(out, { toolVersion: '9.9.9', verbose: false, palette: plainPalette, ...options });
  const report: Pick<PolicyReport, 'file' | 'verdict' | 'lines'> = { file: 'policy.yaml', verdict: 'FAIL', lines };
  sink.policy?.({ ...report, exceptions: [], clock: '', unmatched: { connections: 0, hops: [] } } as PolicyReport);
  sink.end(summaryOf([]));
  return out.text;
}

describe('lines of a policy', () => {
  it('are test cases: those that fail from the threshold on, those unseen are skipped', () => {
    const outcomes = (text: string): string[] =>
      [...text.matchAll(/name="line (\d+):[^\n]*\n *<(failure|skipped|system-out)/g)].map(
        (each) => `${each[1]} ${each[2]}`,
      );
    const usual = ['3 system-out', '7 failure', '9 skipped', '11 system-out', '12 skipped', '13 failure'];
    expect(outcomes(printed(junitReport))).toEqual(usual);
    expect(outcomes(printed(junitReport, { failOn: 'low', failOnUndecided: true }))).toEqual([
      '3 system-out',
      '7 failure',
      '9 failure',
      '11 failure',
      '12 skipped',
      '13 failure',
    ]);
  });

  it('that fail are results at their line of the policy file', () => {
    const [run] = JSON.parse(printed(sarifReport)).runs;
    const places = run.results.map(
      (result: { locations: { physicalLocation: object }[] }) => result.locations[0]!.physicalLocation,
    );
    expect(places).toEqual(
      [7, 11, 12, 13].map((startLine) => ({ artifactLocation: { uri: 'policy.yaml' }, region: { startLine } })),
    );
    expect(run.results[2].suppressions[0].justification).toBe('until the move (until 2027-01-01)');
    expect(run.properties.policy).toEqual({ file: 'policy.yaml', verdict: 'FAIL', pass: 1, fail: 4, unseen: 1 });
  });

  it('are a table that says first what fails', () => {
    const text = printed(markdownReport);
    expect(text).toContain('### Policy `policy.yaml`: FAIL');
    const rows = text.split('\n').filter((row) => row.startsWith('| **'));
    expect(rows.map((row) => /\*\*(\w+)\*\*( \(excused\))? \| (\d+)/.exec(row)!.slice(1).join(' '))).toEqual([
      'FAIL  7',
      'FAIL  11',
      'FAIL  (excused) 12',
      'FAIL  13',
      'UNSEEN  9',
      'PASS  3',
    ]);
    for (const row of rows) expect(row.match(/\|/g)).toHaveLength(5);
  });
});
