import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHarmful } from '../../../src/report/harmless.js';
import { HtmlReport } from '../../../src/report/html/html.js';
import { blocks, type FlowRow, flowsInPiece, maxPageFlows } from '../../../src/report/html/page-data.js';
import { pageHead, pageTail } from '../../../src/report/html/template.js';
import {
  capture,
  certificate,
  cleartext,
  connection,
  connectionArbitrary,
  finding,
  hop,
  summaryOf,
  tlsSession,
} from '../../build/records.js';
import { TextCollector } from '../text-collector.js';
import { hostileNames } from './hostile.js';

/** The blocks of a page by their names, parsed; throws where the page has more or other elements than it should. */
function blocksOf(html: string): Map<string, unknown[]> {
  expect(html.startsWith(pageHead)).toBe(true);
  expect(html.endsWith(pageTail)).toBe(true);
  const found = new Map<string, unknown[]>();
  const data = html.slice(pageHead.length, html.length - pageTail.length);
  const rest = data.replace(
    /<script type="application\/json" data-block="([a-z]+)">([^<]*)<\/script>\n/g,
    (_all, name: string, json: string) => {
      found.set(name, [...(found.get(name) ?? []), ...(JSON.parse(json) as unknown[])]);
      return '';
    },
  );
  expect(rest).toBe('');
  return found;
}

function reportOf(write: (sink: HtmlReport) => void, maxFlows = maxPageFlows): string {
  const out = new TextCollector();
  write(new HtmlReport(out, '9.9.9', maxFlows));
  return out.text;
}

describe('the page of --format html', () => {
  it('weighs less than 400 kB without data and loads nothing', () => {
    expect(pageHead.length + pageTail.length).toBeLessThan(400_000);
    // Browsers look for the encoding in the first 1024 octets only.
    expect(pageHead.slice(0, 1024)).toContain('<meta charset="utf-8">');
    expect(pageHead).not.toMatch(/<(?:link|img|iframe|base)\b|@import|url\(/);
  });

  it('allows only the script and the styles that it holds', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(pageHead)?.[1];
    const script = /<script>([\s\S]*)<\/script>/.exec(pageTail)?.[1] ?? '';
    const styles = /<style>([\s\S]*?)<\/style>/.exec(pageHead)?.[1] ?? '';
    const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toBe(
      `default-src 'none'; script-src ${digest(script)}; style-src ${digest(styles)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
    expect(pageHead + pageTail.replace(script, '')).not.toMatch(/\son[a-z]+=|\sstyle=/);
  });

  it('carries the licences of what it is made of', () => {
    for (const name of ['preact', '@dagrejs/dagre', '@tanstack/virtual-core', 'd3-scale'])
      expect(pageTail).toContain(`${name} `);
  });

  it('holds what was found, in blocks', () => {
    const flows = [connection({ id: 1 }), cleartext({ id: 2 })];
    const found = blocksOf(
      reportOf((sink) => {
        for (const flow of flows) sink.flow(flow);
        sink.capture(capture());
        sink.certificate(certificate());
        sink.hop(hop({ flows: [1] }));
        sink.finding(finding());
        sink.end(summaryOf(flows, 1));
      }),
    );
    expect([...found.keys()].sort()).toEqual(Object.values(blocks).sort());
    expect(found.get('rows')).toHaveLength(2);
    expect(found.get('details')).toHaveLength(2);
    expect(found.get('hops')).toMatchObject([{ id: hop().id, flows: [1] }]);
    expect(found.get('certificates')).toMatchObject([{ subject: 'CN=api.example,O=Example', problems: [] }]);
    expect(found.get('summary')).toMatchObject([{ toolVersion: '9.9.9', flowsLeftOut: 0 }]);
  });

  it('names the problems of a certificate beside it', () => {
    const sha256 = 'aa'.repeat(32);
    const verdict = {
      path: [sha256],
      trust: 'untrusted' as const,
      trustFrom: 'bundle' as const,
      clockDistrusted: null,
      problems: [{ code: 'expired' as const, certificate: sha256, detail: 'It ended before.' }],
      notes: [],
    };
    const flow = connection({ tls: tlsSession({ serverVerification: verdict }) });
    const found = blocksOf(
      reportOf((sink) => {
        sink.flow(flow);
        sink.capture(capture());
        sink.certificate(certificate({ sha256 }));
        sink.end(summaryOf([flow]));
      }),
    );
    expect(found.get('certificates')).toMatchObject([{ sha256, problems: ['expired'] }]);
  });

  it('leaves out flows beyond its bound, and says how many', () => {
    const found = blocksOf(
      reportOf((sink) => {
        for (let id = 1; id <= 700; id++) sink.flow(cleartext({ id }));
        sink.capture(capture());
        sink.hop(hop({ flows: [1, 599, 600, 601, 700] }));
        sink.end(summaryOf([cleartext()]));
      }, 600),
    );
    expect(found.get('rows')).toHaveLength(600);
    expect(found.get('details')).toHaveLength(600);
    expect((found.get('rows') as FlowRow[]).at(-1)?.[0]).toBe(600);
    expect(found.get('hops')).toMatchObject([{ flows: [1, 599, 600] }]);
    expect(found.get('summary')).toMatchObject([{ flowsLeftOut: 100 }]);
  });

  it('writes flows as they come: no more than a piece is held', () => {
    const out = new TextCollector();
    const sink = new HtmlReport(out, '9.9.9', maxPageFlows);
    for (let id = 1; id < flowsInPiece; id++) sink.flow(cleartext({ id }));
    expect(out.text).not.toContain('data-block');
    sink.flow(cleartext({ id: flowsInPiece }));
    expect(out.text).toContain('data-block="rows"');
    expect(out.text).toContain('data-block="details"');
  });

  it('makes hostile text harmless wherever it stands', () => {
    for (const name of hostileNames) {
      const tls = tlsSession();
      const flow = connection({
        protocol: name,
        layers: [name],
        anomalies: [name],
        tls: { ...tls, clientHello: { ...tls.clientHello!, serverName: name, alpn: [name] } },
      });
      const html = reportOf((sink) => {
        sink.flow(flow);
        sink.capture(capture({ endedEarly: name, damage: [name] }, { path: name }));
        sink.certificate(certificate({ subject: name, issuer: name, subjectAltNames: [name], oddities: [name] }));
        sink.hop(hop({ client: { ip: '10.0.0.1', name }, why: name, identities: [name], protocols: [name] }));
        sink.finding(finding({ title: name, detail: name, wiresharkFilter: name }));
        sink.end({ ...summaryOf([flow]), sentence: name, limits: { [name]: 1 } });
      });
      blocksOf(html);
      expect(html).not.toContain('<img');
      expectHarmless(html);
    }
  });

  it('holds any record as blocks that parse, without a character that harms', () => {
    fc.assert(
      fc.property(fc.array(connectionArbitrary, { maxLength: 3 }), (flows) => {
        const html = reportOf((sink) => {
          for (const flow of flows) sink.flow(flow);
          sink.capture(capture());
          sink.end(summaryOf(flows));
        });
        expect(blocksOf(html).get('rows') ?? []).toHaveLength(flows.length);
        expectHarmless(html);
      }),
      { numRuns: 60 },
    );
  });
});

// Of the data: the page's own scripts are ours.
function expectHarmless(html: string): void {
  for (const character of html.slice(pageHead.length, html.length - pageTail.length)) {
    if (character !== '\n' && isHarmful(character.codePointAt(0)!)) expect.fail(`U+${character.codePointAt(0)}`);
  }
}
