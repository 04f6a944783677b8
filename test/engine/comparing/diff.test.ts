import { describe, expect, it } from 'vitest';
import { Baseline, BaselineSink } from '../../../src/engine/comparing/baseline.js';
import { difference, hopChange, SnapshotSink, worstOf } from '../../../src/engine/comparing/diff.js';
import type { Finding } from '../../../src/model/finding.js';
import { type Hop, type HopState, hopStates } from '../../../src/model/hop.js';
import type { Summary } from '../../../src/model/report.js';
import { differenceJson, differenceText } from '../../../src/report/diff-text.js';
import { plainPalette } from '../../../src/report/palette.js';
import { finding, hop, summaryOf } from '../../build/records.js';
import { hostileResults } from '../../report/hostile-results.js';
import { expectPrintable } from '../../report/printed.js';

function snapshot(hops: readonly Hop[], findings: readonly Finding[] = []): ReturnType<SnapshotSink['snapshot']> {
  const sink = new SnapshotSink();
  for (const one of hops) sink.hop(one);
  for (const one of findings) sink.finding(one);
  return sink.snapshot();
}

const at = (id: string, mtls: HopState): Hop => hop({ id, mtls });

describe('the difference between two snapshots', () => {
  it('tells hops that are new, gone, better and worse, the worse first', () => {
    const before = snapshot([
      at('same', 'presented'),
      at('worse', 'enforced'),
      at('better', 'cleartext'),
      at('gone', 'optional'),
    ]);
    const after = snapshot([
      at('same', 'presented'),
      at('new', 'cleartext'),
      at('better', 'presented'),
      at('worse', 'server-only'),
    ]);
    const found = difference(before, after);
    expect(
      found.hops.map(({ change, hop: id, before: was, after: is, severity }) => [change, id, was, is, severity]),
    ).toEqual([
      ['worse', 'worse', 'enforced', 'server-only', 'high'],
      ['new', 'new', null, 'cleartext', 'medium'],
      ['better', 'better', 'cleartext', 'presented', null],
      ['gone', 'gone', 'optional', null, null],
    ]);
    expect(found.same).toEqual({ hops: 1, findings: 0 });
    expect(worstOf(found)).toBe('high');
  });

  it('matches findings by kind and what they are about, not by frames or flows', () => {
    const known = finding({ frames: [1], flows: [1], count: 1, detail: 'then' });
    const certificate = finding({
      kind: 'expired-server-cert-accepted',
      certificate: 'ab',
      hop: null,
      server: '10.0.0.9:1',
    });
    const before = snapshot([], [known, certificate, finding({ kind: 'gone' }), finding({ kind: 'less' })]);
    const after = snapshot(
      [],
      [
        { ...known, frames: [9], flows: [9], count: 3, detail: 'now' },
        { ...certificate, server: '10.0.0.8:1' },
        finding({ kind: 'less', severity: 'low' }),
        finding({ kind: 'missing-client-cert-request', hop: 'other', severity: 'medium' }),
      ],
    );
    const found = difference(before, after);
    expect(found.same.findings).toBe(2);
    expect(found.findings.map(({ change, kind, before: was, after: is }) => [change, kind, was, is])).toEqual([
      ['new', 'missing-client-cert-request', null, 'medium'],
      ['better', 'less', 'high', 'low'],
      ['gone', 'gone', 'high', null],
    ]);
    expect(worstOf(found)).toBe('medium');
    expect(worstOf(difference(after, before))).toBe('high');
  });

  it('takes a suppressed finding for none', () => {
    const suppressed = { reason: 'known', expires: null };
    expect(difference(snapshot([]), snapshot([], [finding({ suppressed })])).findings).toEqual([]);
    const expired = difference(snapshot([], [finding({ suppressed })]), snapshot([], [finding()]));
    expect(expired.findings[0]).toMatchObject({ change: 'new', after: 'high' });
  });

  it('weighs a lost mutual TLS high, and nothing of what is well', () => {
    for (const was of hopStates)
      for (const is of hopStates) {
        const change = hopChange(at('x', was), at('x', is));
        if (was === is) expect(change).toBeNull();
        else if (hopStates.indexOf(is) > hopStates.indexOf(was))
          expect(change).toMatchObject({ change: 'better', severity: null });
        else expect(change!.severity).not.toBeNull();
      }
    expect(hopChange(at('x', 'enforced'), at('x', 'presented'))!.severity).toBe('low');
    expect(hopChange(null, at('x', 'presented'))).toMatchObject({ change: 'new', severity: null });
    expect(worstOf(difference(snapshot([]), snapshot([at('x', 'enforced')])))).toBeNull();
  });

  it('prints for 80 columns and as JSON, harmless', () => {
    const { hops, findings } = hostileResults();
    const long = hop({
      id: `${'2001:db8:1111:2222:3333:4444:5555:6666'}->[${'2001:db8:1111:2222:3333:4444:5555:7777'}]:443`,
    });
    const found = difference(snapshot([]), snapshot([...hops!, long], findings));
    const text = differenceText(found, plainPalette);
    expectPrintable(text);
    expect(text).toMatch(/^Hops: \d+ new; findings: \d+ new\.\n\nNEW\n/);
    const json = differenceJson(found, 'a.json', 'b.pcap');
    expect(json.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(json)).toMatchObject({
      format: 'barewire-diff',
      before: 'a.json',
      hops: found.hops,
      same: found.same,
    });
    expect(differenceText(difference(snapshot([]), snapshot([])), plainPalette)).toMatch(
      /^No hops changed; no findings changed\./,
    );
  });

  it('lists a few hundred, and counts the rest', () => {
    const many = Array.from({ length: 500 }, (_, n) => finding({ hop: `h${n}` }));
    expect(differenceText(difference(snapshot([]), snapshot([], many)), plainPalette)).toContain(
      '… and 300 more findings',
    );
  });
});

describe('a baseline', () => {
  it('passes on what it did not know, and says what it left out', () => {
    const known = snapshot(
      [at('same', 'presented'), at('worse', 'presented'), at('better', 'cleartext')],
      [finding(), finding({ kind: 'rises', severity: 'low' }), finding({ kind: 'falls', severity: 'critical' })],
    );
    const heard: string[] = [];
    let summary: Summary | null = null;
    const sink = new BaselineSink(
      {
        hop: ({ id }) => heard.push(id),
        finding: ({ kind }) => heard.push(kind),
        end: (told) => {
          summary = told;
        },
      },
      new Baseline('old.json', known),
    );
    for (const one of [
      at('same', 'presented'),
      at('worse', 'cleartext'),
      at('better', 'enforced'),
      at('new', 'enforced'),
    ])
      sink.hop(one);
    for (const one of [
      finding({ frames: [77] }),
      finding({ kind: 'rises' }),
      finding({ kind: 'falls' }),
      finding({ kind: 'new' }),
    ])
      sink.finding(one);
    sink.end(summaryOf([], 4));
    expect(heard).toEqual(['worse', 'new', 'rises', 'new']);
    expect(sink.worstHop).toBe('high');
    expect(summary).toMatchObject({
      hops: 4,
      findings: { critical: 0, high: 2, medium: 0, low: 0, info: 0 },
      baseline: { path: 'old.json', knownFindings: 2, knownHops: 2 },
    });
  });
});
