import { describe, expect, it } from 'vitest';
import type { CaptureClock } from '../../src/model/clock.js';
import type { CaptureInfo, VantageSummary } from '../../src/model/report.js';
import { vantageLines } from '../../src/report/vantage-lines.js';

const vantage: VantageSummary = {
  captures: 3,
  connections: 42,
  repeated: 60,
  translated: 0,
  lacking: { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0 },
};

const clock = (offsetSeconds: number, uncertaintySeconds: number | null = 0.0001): CaptureClock => ({
  against: 0,
  offsetSeconds,
  uncertaintySeconds,
  connections: 41,
  basis: '',
});

const captures = (...clocks: (CaptureClock | null)[]): CaptureInfo[] =>
  clocks.map((known, at) => ({ path: `${at}.pcap`, clock: known }) as CaptureInfo);

describe('several captures', () => {
  it('are told by what they share and how their clocks stand', () => {
    expect(vantageLines(captures(null, clock(0.213), clock(-12)), vantage)).toEqual([
      '3 captures of one segment: 42 connections seen in more than one, each counted once',
      'clock of 1.pcap runs 0.213 s ahead of 0.pcap (41 connections, ± 100 µs)',
      'clock of 2.pcap runs 12.000 s behind 0.pcap (41 connections, ± 100 µs)',
    ]);
  });

  it('have clocks that agree as far as can be told, or hold a delay that nobody knows', () => {
    const [, first, second] = vantageLines(captures(null, clock(0.00005), clock(0.004, null)), vantage);
    expect(first).toBe('clocks of 1.pcap and 0.pcap agree to 100 µs (41 connections)');
    expect(second).toBe(
      'clock of 2.pcap runs 4.0 ms ahead of 0.pcap (41 connections, the delay between them is in it)',
    );
  });

  it('tell the clock of a rotated capture once, and do not list very many', () => {
    const one = clock(1);
    expect(vantageLines(captures(null, one, one), vantage)).toHaveLength(2);
    expect(vantageLines(captures(null, ...[1, 2, 3, 4, 5, 6].map((at) => clock(at))), vantage).at(-1)).toBe(
      '… and 2 more clocks',
    );
  });

  it('that show nothing in common, or are one, need no word', () => {
    expect(vantageLines(captures(null, null), { ...vantage, connections: 0 })).toEqual([]);
    expect(vantageLines(captures(null), undefined)).toEqual([]);
    expect(vantageLines(captures(null, null), { ...vantage, connections: 0, translated: 2 })[0]).toContain(
      '2 connections found again with translated addresses',
    );
  });

  it('have paths that a terminal can take', () => {
    const [first] = captures(clock(1));
    expect(vantageLines([{ ...first!, path: 'a\u001b[2J.pcap' }], vantage).join('')).not.toContain('\u001b');
  });
});
