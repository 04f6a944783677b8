import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../src/hops/score.js';
import type { Severity } from '../../src/model/finding.js';
import type { Hop, HopState } from '../../src/model/hop.js';
import { hop } from '../build/records.js';

function hops(...states: HopState[]): Hop[] {
  return states.map((mtls) => hop({ mtls }));
}

function findings(counts: Partial<Record<Severity, number>> = {}): Record<Severity, number> {
  return { critical: 0, high: 0, medium: 0, low: 0, info: 0, ...counts };
}

describe('the score', () => {
  it('is the mean worth of the hops', () => {
    expect(scoreOf(hops('enforced', 'rejected'), findings())).toEqual({ score: 100, grade: 'A' });
    expect(scoreOf(hops('presented'), findings())).toEqual({ score: 90, grade: 'A' });
    expect(scoreOf(hops('enforced', 'server-only'), findings())).toEqual({ score: 70, grade: 'C' });
    expect(scoreOf(hops('cleartext', 'cleartext'), findings())).toEqual({ score: 0, grade: 'F' });
  });

  it('is null where no hop is decided, and leaves out what is encrypted otherwise', () => {
    expect(scoreOf([], findings())).toEqual({ score: null, grade: null });
    expect(scoreOf(hops('unknown', 'resumed'), findings())).toEqual({ score: null, grade: null });
    expect(scoreOf([...hops('enforced'), hop({ kind: 'opaque', mtls: 'unknown' })], findings()).score).toBe(100);
  });

  it('leaves out what serves the network itself: a run of DNS alone has nothing to judge', () => {
    const inClear = (...protocols: string[]): Hop => hop({ mtls: 'cleartext', kind: 'cleartext', protocols });
    expect(scoreOf([inClear('dns'), inClear('ntp')], findings())).toEqual({ score: null, grade: null });
    expect(scoreOf([...hops('enforced'), inClear('dns')], findings()).score).toBe(100);
    expect(scoreOf([inClear('dns'), inClear('http')], findings())).toEqual({ score: 0, grade: 'F' });
    expect(scoreOf([inClear('dns', 'http')], findings()).score).toBe(0);
    expect(scoreOf([inClear()], findings()).score).toBe(0);
  });

  it('never reaches an A while a hop is undecided, and less the more are', () => {
    const nearly = scoreOf(
      [...hops('unknown'), ...Array.from({ length: 99 }, () => hop({ mtls: 'enforced' }))],
      findings(),
    );
    expect(nearly.grade).toBe('B');
    const half = scoreOf(hops('unknown', 'enforced'), findings()).score!;
    expect(half).toBeLessThan(nearly.score!);
    expect(scoreOf([...hops('enforced', 'unknown', 'unknown', 'unknown')], findings()).score).toBeLessThan(half);
  });

  it('falls with findings, by severity and with a bound', () => {
    expect(scoreOf(hops('enforced'), findings({ medium: 3 })).score).toBe(97);
    expect(scoreOf(hops('enforced'), findings({ high: 1 }))).toEqual({ score: 84, grade: 'B' });
    expect(scoreOf(hops('enforced'), findings({ critical: 1 }))).toEqual({ score: 54, grade: 'D' });
    expect(scoreOf(hops('enforced'), findings({ medium: 1000 })).score).toBe(60);
    expect(scoreOf(hops('enforced'), findings({ low: 9, info: 9 })).score).toBe(100);
  });
});
