import { describe, expect, it } from 'vitest';
import { hopsCsv, hopsJson, hopsText } from '../../src/report/hops-table.js';
import { capture, hop } from '../build/records.js';
import { expectPrintable, printed } from './printed.js';

const front = hop({
  id: '10.0.0.5->10.0.0.2:443',
  client: { ip: '10.0.0.5', name: null },
  server: { ip: '10.0.0.2', port: 443, name: null },
  mtls: 'presented',
});
const back = hop({
  id: '10.0.0.2->10.0.0.9:8080',
  client: { ip: '10.0.0.2', name: null },
  server: { ip: '10.0.0.9', port: 8080, name: null },
  mtls: 'cleartext',
  forwardedFrom: [{ hop: front.id, certainty: 'observed', basis: 'frame 17 names 10.0.0.5 as its client' }],
});
const results = { hops: [back, front], captures: [capture()] };

describe('analyze hops', () => {
  it('prints joined legs as one path under the last of them', () => {
    const text = printed(hopsText, results);
    expect(text.replace(/\s+/g, ' ')).toContain('path: 10.0.0.5 → 10.0.0.2:443 mutual TLS → 10.0.0.9:8080 cleartext');
    expect(text).toContain('2 hops, worst first: 1 cleartext, 1 presented');
    expectPrintable(text);
  });

  it('says how many other clients take the path, and that it is inferred', () => {
    const others = Array.from({ length: 3 }, (_, at) => ({
      ...back.forwardedFrom[0]!,
      hop: `10.0.0.${at}->10.0.0.2:443`,
    }));
    const inferred = { ...back.forwardedFrom[0]!, certainty: 'inferred' as const };
    const text = printed(hopsText, { hops: [hop({ ...back, forwardedFrom: [inferred, ...others] }), front] });
    expect(text).toContain('path, inferred: 10.0.0.5 (and 3 more) → 10.0.0.2:443 mutual TLS');
  });

  it('ends a path that goes in a circle', () => {
    const circle = hop({ ...front, forwardedFrom: [{ hop: back.id, certainty: 'inferred', basis: '' }] });
    expect(printed(hopsText, { hops: [back, circle] })).toContain('path');
  });

  it('prints the bases with --verbose', () => {
    expect(printed(hopsText, results, true).replace(/\s+/g, ' ')).toContain('frame 17 names 10.0.0.5 as its client');
  });

  it('prints the hops of the report as JSON', () => {
    expect(JSON.parse(printed(hopsJson, results))).toEqual([back, front]);
    expect(JSON.parse(printed(hopsJson, {}))).toEqual([]);
  });

  it('prints a line for each hop as CSV, a heading even for none', () => {
    const lines = printed(hopsCsv, results).trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('10.0.0.2->10.0.0.9:8080,10.0.0.2,10.0.0.9,8080,,cleartext,0,');
    expect(printed(hopsCsv, {})).toMatch(/^id,clientIp/);
  });
});
