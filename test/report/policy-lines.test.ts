import { describe, expect, it } from 'vitest';
import type { PolicyLine, PolicyReport, ProfileReport } from '../../src/model/policy.js';
import { displayWidth } from '../../src/report/columns.js';
import { plainPalette } from '../../src/report/palette.js';
import { policyScreen, policyWhole } from '../../src/report/policy-lines.js';
import { profileScreen, profileWhole } from '../../src/report/profile-lines.js';

function line(number: number, verdict: PolicyLine['verdict'], changes: Partial<PolicyLine> = {}): PolicyLine {
  return {
    line: number,
    segment: 'payments',
    requires: 'mutual',
    verdict,
    why: `${number} of 20 connections say so, and this sentence goes on and on until it takes up two lines.`,
    hops: ['10.0.0.5->10.0.0.9:8443', '10.0.0.6->10.0.0.9:8443'],
    flows: [1, 2],
    frames: [4, 5, 6, 7, 8, 9, 10],
    capture: 0,
    certainty: 'observed',
    connections: { holds: 0, fails: 1, excused: 0, untold: 0 },
    severity: 'high',
    suppressed: null,
    ...changes,
  };
}

const report: PolicyReport = {
  file: 'policy.yaml',
  verdict: 'FAIL',
  lines: [
    line(4, 'PASS'),
    line(6, 'FAIL', { suppressed: { reason: 'known\u001b[31m', expires: '2026-12-31' } }),
    line(8, 'UNSEEN', { hops: [], flows: [], frames: [], certainty: 'none' }),
    line(9, 'FAIL'),
  ],
  exceptions: [
    { line: 12, owner: 'ops', reason: 'known', expires: '2026-12-31', expired: true, findings: 0, connections: 3 },
  ],
  unmatched: { connections: 7, hops: ['10.0.0.1->10.0.0.2:53'] },
  clock: 'Exceptions are dated by the packets: the captures end at 2026-11-21T10:00:00Z.',
};

describe('a policy in text', () => {
  it('shows first what fails and nobody excuses, then what is unseen', () => {
    expect(policyScreen(report, 20, plainPalette)).toEqual([
      '',
      'POLICY  FAIL  policy.yaml: 2 of 4 lines FAIL (1 excused), 1 UNSEEN, 1 PASS; 7',
      '  connections in no segment',
      '  FAIL    line 9  payments: mutual',
      '          9 of 20 connections say so, and this sentence goes on and on until it…',
      '  UNSEEN  line 8  payments: mutual',
      '          8 of 20 connections say so, and this sentence goes on and on until it…',
    ]);
  });

  it('keeps to its room and says what it left out', () => {
    const lines = policyScreen(report, 6, plainPalette);
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(lines.at(-1)).toBe('  … and 1 more line: --verbose');
  });

  it('tells all of it within 80 columns, and nothing harmful', () => {
    const lines = policyWhole(report, plainPalette);
    expect(lines.filter((text) => displayWidth(text) > 80 || text.includes('\u001b'))).toEqual([]);
    const text = lines.join('\n');
    for (const part of [
      'excused until 2026-12-31: known\\x1b[31m',
      'EXPIRED 2026-12-31, of ops',
      'captures end at',
      'in no segment: 7 connections',
      'frames 4, 5, 6, 7, 8, 9, …',
    ]) {
      expect(text.replace(/\n\s+/g, ' ')).toContain(part);
    }
  });
});

const profile: ProfileReport = {
  name: 'mozilla-modern',
  title: 'Mozilla',
  source: 'Somebody, somewhere, some time.',
  date: '2026-01',
  scope: 'every connection',
  requirements: (['conformant', 'violated', 'not-observable', 'violated', 'not-exercised', 'violated'] as const).map(
    (verdict, at) => ({
      id: `r-${at}`,
      text: 'Something holds, and this sentence goes on until it takes up more than a line.',
      clause: at === 1 ? '4.2.1' : null,
      level: at === 1 ? 'should' : 'must',
      verdict,
      why: `${at} of 9 connections say so.`,
      connections: { conformant: 1, violated: 1, notObservable: 0 },
      flows: [1],
      frames: [2],
      capture: 0,
    }),
  ),
};

describe('a profile in text', () => {
  it('shows its counts and the first violations', () => {
    expect(profileScreen(profile, plainPalette)).toEqual([
      '',
      'PROFILE  mozilla-modern (2026-01): 3 violated, 1 not observable, 1 not',
      '  exercised, 1 conformant',
      '  violated        r-1: 1 of 9 connections say so.',
      '  violated        r-3: 3 of 9 connections say so.',
      '  … and 1 more violation: --verbose',
    ]);
  });

  it('tells all of it within 80 columns, with its source', () => {
    const lines = profileWhole(profile, plainPalette);
    expect(lines.filter((text) => displayWidth(text) > 80)).toEqual([]);
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('a line. (4.2.1) [should]');
    expect(lines.join('\n')).toContain('Somebody, somewhere');
  });
});
