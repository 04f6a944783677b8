import { describe, expect, it } from 'vitest';
import { FailureWatch } from '../../src/cli/failure-watch.js';
import type { Finding, Severity } from '../../src/model/finding.js';
import type { HopState } from '../../src/model/hop.js';
import { hop, finding as someFinding, summaryOf } from '../build/records.js';

function finding(severity: Severity, kind = 'missing-client-cert-request', suppressed: Finding['suppressed'] = null) {
  return someFinding({ severity, kind, suppressed });
}

const scored = (score: number | null): ReturnType<typeof summaryOf> => ({ ...summaryOf([]), score });

/** Whether a watch with these options fails on this finding. */
function failsOn(options: string[], found: Finding): boolean {
  const watch = new FailureWatch(options);
  watch.finding(found);
  return watch.fails(scored(100));
}

describe('--fail-on and --fail-under', () => {
  it('fail nothing where they are not given', () => {
    expect(failsOn([], finding('critical'))).toBe(false);
  });

  it('fails at the severity and above it', () => {
    expect(failsOn(['high'], finding('critical'))).toBe(true);
    expect(failsOn(['high'], finding('high'))).toBe(true);
    expect(failsOn(['high'], finding('medium'))).toBe(false);
    expect(failsOn(['high', 'low'], finding('low'))).toBe(true);
  });

  it('does not fail over what the policy suppresses', () => {
    expect(failsOn(['info'], finding('critical', 'any', { reason: 'known', expires: null }))).toBe(false);
  });

  it('fails when something is undecided, by hop or by finding', () => {
    const byHop = (state: HopState): boolean => {
      const watch = new FailureWatch(['undecided']);
      watch.hop(hop({ mtls: state }));
      return watch.fails(scored(null));
    };
    expect(byHop('unknown')).toBe(true);
    expect(byHop('resumed')).toBe(true);
    expect(byHop('cleartext')).toBe(false);
    expect(failsOn(['undecided'], finding('info', 'mtls-status-unobservable'))).toBe(true);
    expect(failsOn(['undecided'], finding('critical'))).toBe(false);
  });

  it('fails under the score, and not without one', () => {
    expect(new FailureWatch([], '80').fails(scored(79))).toBe(true);
    expect(new FailureWatch([], '80').fails(scored(80))).toBe(false);
    expect(new FailureWatch([], '80').fails(scored(null))).toBe(false);
  });

  it.each([
    ['severe', undefined],
    [undefined, '101'],
    [undefined, '-1'],
    [undefined, 'ten'],
  ] as const)('refuses %s and %s', (failOn, failUnder) => {
    expect(() => new FailureWatch(failOn === undefined ? [] : [failOn], failUnder)).toThrow(/is not/);
  });
});
