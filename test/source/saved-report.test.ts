import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFormats } from '../../src/report/index.js';
import { ReportScanError, ReportScanner } from '../../src/source/report-scanner.js';
import { looksLikeReport, readSavedReport } from '../../src/source/saved-report.js';
import { capture, certificate, cleartext, connection, finding, hop } from '../build/records.js';
import { hostileResults } from '../report/hostile-results.js';
import { printed } from '../report/printed.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-saved-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function saved(content: string | Uint8Array, name = 'report.json'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const head = '{"format":"barewire-report","version":"1.0"';

/** Pieces as the scanner hands them on, of a document cut at `cut`. */
function scan(text: string, cut: number): string[] {
  const pieces: string[] = [];
  const scanner = new ReportScanner((section, piece) => pieces.push(`${section} ${piece}`));
  const bytes = new TextEncoder().encode(text);
  const chunk = new Uint8Array(bytes.length);
  for (const [start, end] of [
    [0, cut],
    [cut, bytes.length],
  ] as const) {
    chunk.fill(0x22);
    chunk.set(bytes.subarray(start, end));
    scanner.push(chunk, end - start);
  }
  scanner.end();
  return pieces;
}

describe('a saved report', () => {
  const flows = [connection({ protocol: '"}],"hops":[{"id":"x"' }), cleartext({ id: 2 })];
  const hops = [hop({ flows: Array.from({ length: 300_000 }, (_, at) => at) }), hop({ id: 'b', mtls: 'cleartext' })];
  const findings = [
    finding(),
    finding({ kind: 'cleartext-http', certificate: 'ab', suppressed: { reason: 'x', expires: null } }),
  ];

  it('gives back hops and findings, and nothing of flows', async () => {
    const text = printed(reportFormats.json, {
      flows,
      captures: [capture()],
      certificates: [certificate()],
      hops,
      findings,
    });
    const report = await readSavedReport(saved(text));
    expect(report.hops).toEqual(hops.map(({ id, mtls, why }) => ({ id, mtls, why })));
    expect(report.findings[0]).toEqual({
      kind: 'missing-client-cert-request',
      severity: 'high',
      title: finding().title,
      hop: finding().hop,
      client: '10.0.0.5',
      server: '10.0.0.9:8443',
      certificate: null,
      suppressed: false,
    });
    expect(report.findings[1]).toMatchObject({ certificate: 'ab', suppressed: true });
    expect((await readSavedReport(saved(gzipSync(text), 'report.json.gz'))).hops).toHaveLength(2);
    expect((await readSavedReport(saved(JSON.stringify(JSON.parse(text), null, 2)))).findings).toHaveLength(2);
  });

  it('is read in any order of its members, and from before findings named certificates', async () => {
    const { certificate: _none, ...old } = finding();
    const text = JSON.stringify({
      findings: [old],
      other: [[{ hops: 1 }]],
      hops: [hop()],
      version: '1.7',
      format: 'barewire-report',
    });
    const report = await readSavedReport(saved(`\ufeff${text}\n`));
    expect(report.findings[0]!.certificate).toBeNull();
    expect(report.hops).toHaveLength(1);
  });

  it('keeps hostile text as it was', async () => {
    const results = hostileResults();
    const report = await readSavedReport(saved(printed(reportFormats.json, results)));
    expect(report.hops.map(({ id }) => id)).toEqual(results.hops!.map(({ id }) => id));
  });

  it('is the same wherever its octets are cut', () => {
    const text = `${head},"summary":{"flows":{"total":1},"a":"}\\"é"},"flows":[{"a":"\\\\","b":[{"hops":[]}]}],"hops":[{"id":"é\\"","flows":[1,[2],{"x":"]"}],"z":[]},{"id":"2"}],"findings":[{}]}`;
    const whole = scan(text, 0);
    expect(whole).toContain('hops {"id":"é\\"","flows":null,"z":[]}');
    for (let cut = 1; cut <= new TextEncoder().encode(text).length; cut++) expect(scan(text, cut)).toEqual(whole);
  });

  it.each([
    ['', /empty/],
    ['[]', /not a JSON object/],
    ['hello', /not a JSON object/],
    ['{}', /not a report/],
    ['{"format":"barewire-report","version":"2.0"}', /a report of version 2\.0/],
    [`${head},"hops":[{"id":"a","mtls":"odd"}]}`, /lacks what it must have/],
    [`${head},"hops":[{"id":7,"mtls":"cleartext"}]}`, /lacks/],
    [`${head},"findings":[{"kind":"a","severity":"dire"}]}`, /lacks/],
    [`${head},"findings":[{"kind"}]}`, /not JSON/],
    [`${head},"findings":[{"kind":"${'a'.repeat(2_000_000)}"}]}`, /too long/],
    [`${head},"summary":{"baseline":{"path":"x"}}}`, /made with --baseline/],
    [`${head},"flows":${'['.repeat(1000)}`, /nested too deeply/],
    [`${head},"flows":[`, /ends in the middle/],
    [`${head}}}`, /not a JSON object/],
  ])('refuses %j in words', async (text, complaint) => {
    await expect(readSavedReport(saved(text))).rejects.toThrow(complaint);
  });

  it('never fails but in words, whatever the octets', async () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"hops"',
      '"findings"',
      '"flows"',
      '1',
      ' ',
      head,
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const bytes = new TextEncoder().encode(parts.join(''));
        try {
          const scanner = new ReportScanner(() => {});
          scanner.push(bytes, bytes.length);
          scanner.end();
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ReportScanError);
        }
      }),
    );
    await expect(readSavedReport(join(folder, 'missing.json'))).rejects.toThrow(/no such file/);
  });

  it('is told from a capture by its beginning', async () => {
    expect(await looksLikeReport(saved(` \n${head}}`))).toBe(true);
    expect(await looksLikeReport('captures/historic.pcap')).toBe(false);
    expect(await looksLikeReport(join(folder, 'missing.json'))).toBe(false);
  });
});
