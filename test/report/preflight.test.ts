import { describe, expect, it } from 'vitest';
import { judgeHealth } from '../../src/report/capture-health.js';
import { plainPalette } from '../../src/report/palette.js';
import { preflight, preflightText, VantageTally } from '../../src/report/preflight.js';
import { textReport } from '../../src/report/text.js';
import { capture, cleartext, connection, summaryOf, tlsSession } from '../build/records.js';
import { expectPrintable } from './printed.js';
import { TextCollector } from './text-collector.js';

const flows = [connection(), cleartext({ id: 2 })];

function whats(health: Parameters<typeof capture>[0], limits: Record<string, number> = {}): string[] {
  return preflight([capture(health)], summaryOf(flows, 0, limits), new VantageTally()).map(preflightText);
}

describe('the preflight', () => {
  it('finds nothing wrong with a complete capture', () => {
    expect(whats({})).toEqual([]);
  });

  it('names what is missing with its count and what it is a part of, the harmless last', () => {
    const health = { truncatedPackets: 12, gapFlows: 1, droppedPackets: 8, duplicatePackets: 3, badChecksums: 4 };
    expect(whats({ ...health, endedEarly: 'cut' }, { flows: 5 })).toEqual([
      '12 of 512 packets cut by the snap length',
      '1 of 2 flows with gaps',
      '8 of 520 packets dropped while capturing',
      '1 of 1 file that ends early',
      "5 times the limit 'flows' was reached",
      '3 of 512 packets captured twice',
      '4 of 512 packets with a wrong IPv4 checksum',
    ]);
  });

  it('does not blame a file for a run that somebody stopped', () => {
    const items = preflight(
      [capture({ endedEarly: 'reading was stopped at byte 64000' }), capture({ endedEarly: 'cut' })],
      summaryOf(flows),
      new VantageTally(),
    );
    expect(items.map(preflightText)).toEqual([
      '1 of 2 files not read to the end, because reading was stopped',
      '1 of 2 files that end early',
    ]);
  });

  it('gives advice with every item', () => {
    const items = preflight(
      [capture({ truncatedPackets: 1, oneSidedFlows: 1, midstreamFlows: 1, malformedPackets: 1, damage: ['here'] })],
      summaryOf(flows),
      new VantageTally(),
    );
    expect(items).toHaveLength(5);
    for (const { consequence, advice } of items)
      expect(Math.min(consequence.length, advice.length)).toBeGreaterThan(10);
    expect(items[0]!.advice).toContain('tcpdump -i any -s 0');
  });

  it('tells the vantage point: loopback, and TLS 1.3 without keys', () => {
    const vantage = new VantageTally();
    const local = { ip: '127.0.0.1', port: 1 };
    const hidden = tlsSession({
      version: 'TLSv1.3',
      clientAuth: { status: 'unknown', requested: null, outcome: 'unknown', certainty: 'none', basis: '' },
    });
    vantage.add(cleartext({ client: local, server: { ...local, port: 80 } }));
    vantage.add(connection({ client: local, server: { ...local, port: 443 } }));
    vantage.add(connection({ tls: hidden }));
    vantage.add(connection());
    vantage.add(connection({ kind: 'empty', tls: null }));
    expect(preflight([capture()], summaryOf(flows), vantage).map(preflightText)).toEqual([
      '1 of 3 TLS connections whose client authentication TLS 1.3 hides',
      '1 of 4 connections in cleartext within one machine (loopback)',
    ]);
  });

  it('advises by what was left out: times or hosts', () => {
    const adviceOf = (byTime: boolean): string | undefined =>
      preflight(
        [capture()],
        // What the user typed is only quoted.
        { ...summaryOf(flows), selection: { asked: '--filter --from', byTime, leftOutPackets: 3 } },
        new VantageTally(),
      )[0]?.advice;
    expect(adviceOf(true)).toContain('let the time begin earlier');
    expect(adviceOf(false)).toContain('both legs of a proxy');
  });

  it('has words, advice and no alarm for what a live run forgets', () => {
    const limits = { forgottenConnections: 12, forgottenEvents: 3, unwrittenPackets: 40 };
    const summary = summaryOf(flows, 0, limits);
    const items = preflight([capture()], summary, new VantageTally());
    expect(items.map(preflightText)).toEqual([
      '12 connections forgotten: what is told is about those after them',
      '3 hops and findings forgotten as told: they are told anew where they come again',
      '40 packets not written to the file of --write, and analysed all the same',
    ]);
    for (const { advice } of items) expect(advice).not.toContain('split the capture');
    expect(judgeHealth([capture()], summary).grade).toBe('complete');
  });

  it('comes after the answer and the score', () => {
    const out = new TextCollector();
    textReport(out, { toolVersion: '1', verbose: false, palette: plainPalette }).end({
      ...summaryOf(flows),
      score: 62,
      grade: 'C',
    });
    expect(out.text.split('\n').slice(0, 2)).toEqual([
      'Mutual TLS on 1 of 2 connections; 1 cleartext.',
      'Score 62 of 100, grade C.',
    ]);
  });

  it('stands above everything else in the text where the capture is poor', () => {
    const captures = [capture({ truncatedPackets: 400, gapFlows: 2 })];
    const summary = summaryOf(flows);
    summary.preflight = preflight(captures, summary, new VantageTally());
    const out = new TextCollector();
    const sink = textReport(out, { toolVersion: '1', verbose: false, palette: plainPalette });
    for (const flow of flows) sink.flow?.(flow);
    for (const info of captures) sink.capture?.(info);
    sink.end(summary);
    const head = out.text.split('\n\n')[0]!.replace(/\s+/g, ' ');
    expect(head).toContain('400 of 512 packets cut by the snap length: certificates and other long messages are cut');
    expect(head).toContain('tcpdump -i any -s 0');
    expectPrintable(out.text);
  });

  it('quotes the names of files in a command', () => {
    const halves = ["it's here.pcap", '-rf'].map((path, at) => ({
      ...capture({ oneSidedFlows: 1 }),
      ...{ path, otherDirection: { capture: 1 - at, connections: 1 } },
    }));
    const [item] = preflight(halves, summaryOf(flows), new VantageTally());
    expect(item!.advice).toBe(
      "each direction is in a file of its own: mergecap -w both.pcapng 'it'\\''s here.pcap' ./-rf, and analyze that",
    );
  });
});
