import { describe, expect, it } from 'vitest';
import { changesSince, lastOf } from './history.mjs';

const kept = (commit: string, node: string, instructions: number) => ({
  date: '2026-11-22',
  commit,
  node,
  scale: 1,
  captures: { storm: { instructions, peakMegabytes: 200, ratios: { ndpiReader: 0.5 } } },
});

describe('the history of the benchmark', () => {
  it('compares with the last run of the same scale and major version of Node', () => {
    const history = [kept('a', 'v20.19.0', 1), kept('b', 'v20.20.2', 2), kept('c', 'v22.1.0', 3)];
    expect(lastOf(history, 'v20.20.2', 1)?.commit).toBe('b');
    expect(lastOf(history, 'v24.0.0', 1)).toBeNull();
    expect(lastOf(history, 'v20.20.2', 0.1)).toBeNull();
  });

  it('shows what costs more than a twentieth more', () => {
    const now = { storm: { instructions: 43e9, peakMegabytes: 190, ratios: {} }, bulk: kept('', '', 1).captures.storm };
    expect(changesSince(kept('a', 'v20', 40e9), now)).toEqual([
      { figure: 'storm: instructions, G', was: '40.00', now: '43.00', verdict: '**+7.5 %**' },
      { figure: 'storm: peak, MB', was: '200', now: '190', verdict: '-5.0 %' },
    ]);
  });

  it('says nothing of what was not measured then', () => {
    const before = kept('a', 'v20', 1);
    const unknown = { ...before, captures: { storm: { ...before.captures.storm, instructions: null } } };
    const figures = changesSince(unknown, before.captures).map(({ figure }) => figure);
    expect(figures).toEqual(['storm: peak, MB']);
  });
});
