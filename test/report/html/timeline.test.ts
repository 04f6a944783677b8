import { describe, expect, it } from 'vitest';
import { hopLives, stretchesOf, timelineBins } from '../../../src/report/html/page/timeline.js';
import type { Flow, PageHop } from '../../../src/report/html/page/view.js';
import type { Verdict } from '../../../src/report/verdict.js';
import { hop } from '../../build/records.js';

function flow(id: number, verdict: Verdict, start: number, end = start + 1): Flow {
  const octets = { client: 0, server: 0 };
  return {
    id,
    verdict,
    inferred: false,
    client: '',
    server: '',
    spoken: '',
    serverName: null,
    start,
    end,
    firstFrame: id,
    lastFrame: id,
    octets,
    hop: null,
  };
}

function hopOf(id: string, flows: readonly Flow[]): PageHop {
  return { ...hop({ id, flows: flows.map((one) => one.id) }), anchor: id, findings: [], forwardsTo: [] };
}

describe('the life of a hop', () => {
  it('turns where the verdict of one flow differs from that of the one before, in the order of time', () => {
    const flows = [flow(1, 'mutual', 10), flow(3, 'cleartext', 30), flow(2, 'mutual', 20), flow(4, 'mutual', 40)];
    const [life] = hopLives([hopOf('a', flows)], new Map(flows.map((one) => [one.id, one])));
    expect(life?.turns.map(({ before, after, flow: { id } }) => [before, after, id])).toEqual([
      ['mutual', 'cleartext', 3],
      ['cleartext', 'mutual', 4],
    ]);
  });

  it('does not turn with what said nothing, can’t be told, or resumes', () => {
    const flows = [
      flow(1, 'mutual', 1),
      flow(2, 'empty', 2),
      flow(3, 'resumed', 3),
      flow(4, 'untold', 4),
      flow(5, 'mutual', 5),
    ];
    const [life] = hopLives([hopOf('a', flows)], new Map(flows.map((one) => [one.id, one])));
    expect(life?.turns).toEqual([]);
  });

  it('lists hops that turned before all others, and leaves out those without flows', () => {
    const flows = [flow(1, 'mutual', 1), flow(2, 'mutual', 2), flow(3, 'cleartext', 3)];
    const hops = [hopOf('steady', flows.slice(0, 1)), hopOf('none', []), hopOf('turned', flows.slice(1))];
    const lives = hopLives(hops, new Map(flows.map((one) => [one.id, one])));
    expect(lives.map(({ hop: { id } }) => id)).toEqual(['turned', 'steady']);
  });
});

describe('the strip of a hop', () => {
  it('shows the worst verdict of a bin, and joins bins of one verdict', () => {
    const flows = [flow(1, 'mutual', 0, timelineBins), flow(2, 'cleartext', 10, 11.5)];
    expect(stretchesOf(flows, 0, timelineBins)).toEqual([
      { from: 0, to: 10, verdict: 'mutual', flows: 1 },
      { from: 10, to: 12, verdict: 'cleartext', flows: 1 },
      { from: 12, to: timelineBins, verdict: 'mutual', flows: 0 },
    ]);
  });

  it('has one bin at least for a flow of a moment, and for a capture of one', () => {
    expect(stretchesOf([flow(1, 'mutual', 5, 5)], 5, 5)).toEqual([{ from: 0, to: 1, verdict: 'mutual', flows: 1 }]);
  });
});
