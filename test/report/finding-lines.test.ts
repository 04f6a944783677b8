import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.js';
import { FindingList } from '../../src/report/finding-lines.js';
import { plainPalette } from '../../src/report/palette.js';
import { finding } from '../build/records.js';
import { expectPrintable } from './printed.js';

function list(findings: readonly Finding[], keep = 100): FindingList {
  const findingList = new FindingList(keep);
  for (const one of findings) findingList.add(one);
  return findingList;
}

describe('findings for a person', () => {
  it('take no line where there are none', () => {
    expect(list([]).screen(13, plainPalette)).toEqual([]);
    expect(list([]).all(plainPalette)).toEqual([]);
  });

  it('show each kind once on a screen, with how many cases it has and the first of them', () => {
    const hops = Array.from({ length: 40 }, (_, at) => finding({ client: `10.0.0.${at}` }));
    const lines = list([...hops, finding({ kind: 'cert-expires-soon', severity: 'low' })]).screen(13, plainPalette);
    expect(lines[1]).toBe('FINDINGS  41: 40 high, 1 low');
    expect(lines[2]).toMatch(/^ {2}high {6}Server never asks for a client certificate {2,}40 cases$/);
    expect(lines[3]).toBe(`${' '.repeat(12)}missing-client-cert-request: 10.0.0.0 → 10.0.0.9:8443, frame 6`);
    expect(lines).toHaveLength(6);
    expectPrintable(lines.join('\n'));
  });

  it('give a title the columns that the count leaves', () => {
    const title = 'Client certificate may be asked for later, under encryption';
    const [, , line] = list([finding({ title }), finding({ title })]).screen(13, plainPalette);
    expect(line).toBe(`  high      ${title}  2 cases`);
    const [, , long = ''] = list([finding({ title: title.repeat(3), count: 1_000_000 })]).screen(13, plainPalette);
    expect(long).toMatch(/^.{63}… 1,000,000 flows$/);
  });

  it('say once that a finding is inferred', () => {
    const details = ['Inferred: so it seems.', 'Not readable, only inferred: so it seems.', 'So it seems.'];
    const text = list(details.map((detail) => finding({ certainty: 'inferred', detail })))
      .all(plainPalette)
      .join('\n');
    expect(text.match(/inferred/gi)).toHaveLength(3);
  });

  it('name the service where both addresses do not fit', () => {
    const [client, server] = ['2001:db8:4998:ef5e:2b::12a0', '[2001:db8:4004:835::2003:1]:443'];
    const where = list([finding({ client, server })])
      .screen(13, plainPalette)[3]!
      .trim();
    expect(where).toBe(`missing-client-cert-request: … → ${server}`);
  });

  it('never cut the number of a frame: what is left of it would be another', () => {
    const frames = [100_001, 200_002, 300_003, 400_004];
    for (let digits = 1; digits < 40; digits++) {
      const client = '1'.repeat(digits);
      const lines = list([finding({ client, frames })]).screen(13, plainPalette);
      const shown = /frames? (.*)$/.exec(lines[3] ?? '')?.[1]?.split(', ') ?? [];
      for (const frame of shown) expect([...frames.map(String), '…']).toContain(frame);
    }
  });

  it.each([4, 5, 7, 13])('keep to a room of %i lines and say what is left out', (room) => {
    const kinds = Array.from({ length: 30 }, (_, at) => finding({ kind: `kind-${at}` }));
    const lines = list(kinds).screen(room, plainPalette);
    expect(lines.length).toBeLessThanOrEqual(room);
    expect(lines.at(-1)).toMatch(/^ {2}… and \d+ more kinds of findings: --verbose$/);
  });

  it('show every finding with --verbose, whole, and count what was not kept', () => {
    const lines = list([finding({ detail: `${'word '.repeat(60)}end.` }), finding(), finding()], 2).all(plainPalette);
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(`${'word '.repeat(60)}end.`);
    expect(lines.at(-1)).toBe('  … and 1 more finding: --format json');
    expectPrintable(lines.join('\n'));
  });

  it('make harmless what came from the wire', () => {
    const hostile = finding({ detail: 'CN=\u001b[31m\u202eevil\nline' });
    expectPrintable([...list([hostile]).all(plainPalette), ...list([hostile]).screen(13, plainPalette)].join('\n'));
  });

  it('say that a finding is inferred, and why one is suppressed', () => {
    const lines = list([
      finding({ certainty: 'inferred', suppressed: { reason: 'known', expires: '2027-01-01T00:00:00Z' } }),
    ]).all(plainPalette);
    expect(lines.join('\n')).toMatch(/Inferred: ServerHello/);
    expect(lines.join('\n')).toMatch(/suppressed: known \(until 2027-01-01T00:00:00Z\)/);
  });
});
