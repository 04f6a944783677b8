import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import type { Finding } from '../../../src/model/finding.js';
import type { Hop } from '../../../src/model/hop.js';
import type { CaptureInfo, Summary } from '../../../src/model/report.js';
import { harmless } from '../../../src/report/harmless.js';
import { HtmlReport } from '../../../src/report/html/html.js';
import { maxPageFlows } from '../../../src/report/html/page-data.js';
import {
  capture,
  certificate,
  cleartext,
  connection,
  finding,
  hop,
  summaryOf,
  tlsSession,
} from '../../build/records.js';
import { TextCollector } from '../text-collector.js';
import { hasChromium, PageBrowser, violations } from './browser.js';
import { hostileNames } from './hostile.js';

interface Parts {
  flows: ConnectionRecord[];
  hops: Hop[];
  findings: Finding[];
  captures: CaptureInfo[];
  summary: Partial<Summary>;
}

function pageOf(parts: Partial<Parts> = {}): string {
  const { flows, hops, findings, captures, summary }: Parts = { ...sample(), ...parts };
  const out = new TextCollector();
  const sink = new HtmlReport(out, '9.9.9', maxPageFlows);
  for (const flow of flows) sink.flow(flow);
  for (const info of captures) sink.capture(info);
  sink.certificate(certificate({ sha256: 'aa'.repeat(32) }));
  sink.certificate(certificate({ sha256: 'bb'.repeat(32), subject: 'CN=client-7', usedAs: ['client'] }));
  sink.certificate(
    certificate({
      sha256: 'cc'.repeat(32),
      subject: 'CN=Example CA',
      selfSigned: true,
      isCa: true,
      notAfter: '2026-11-01T00:00:00Z',
    }),
  );
  for (const one of hops) sink.hop(one);
  for (const one of findings) sink.finding(one);
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  sink.end({ ...summaryOf(flows, hops.length), findings: counts, grade: 'D', score: 42, ...summary });
  return out.text;
}

/** A client over a proxy to a backend: mutual TLS in front, cleartext behind. */
function sample(): Parts {
  const front = hop({ flows: [1, 3], identities: ['client-7'] });
  const back = hop({
    id: '10.77.13.20->10.77.13.30:8080',
    client: { ip: '10.77.13.20', name: null },
    server: { ip: '10.77.13.30', port: 8080, name: 'backend.example' },
    flows: [2],
    mtls: 'cleartext',
    kind: 'cleartext',
    versions: [],
    why: '1 of 1 connection in cleartext.',
    forwardedFrom: [{ hop: front.id, certainty: 'observed', basis: 'The same x-request-id crossed on both.' }],
  });
  return {
    flows: [
      connection({ id: 1 }),
      cleartext({ id: 2, client: { ip: '10.77.13.20', port: 40_000 } }),
      connection({
        id: 3,
        tls: tlsSession({
          alerts: [{ frame: 30, from: 'server', level: 'fatal', description: 'bad_certificate', encrypted: false }],
        }),
      }),
    ],
    hops: [front, back],
    findings: [
      finding({
        kind: 'cleartext-proxy-hop',
        severity: 'critical',
        hop: back.id,
        client: back.client.ip,
        server: '10.77.13.30:8080',
        flows: [2],
        title: 'Proxy forwards in cleartext',
        detail: 'What came over TLS goes on in cleartext.',
        remediation: 'Speak TLS to the backend.',
        references: { cwe: ['CWE-319'], standards: ['RFC 9325'] },
      }),
      ...[4, 5, 6, 7, 8].map((frame) =>
        finding({
          severity: 'low',
          kind: 'client-identity-exposed',
          title: 'Client certificate readable',
          detail: `Case of frame ${frame}.`,
          frames: [frame],
          hop: front.id,
          wiresharkFilter: `frame.number == ${frame}`,
        }),
      ),
    ],
    captures: [capture()],
    summary: {},
  };
}

describe.skipIf(!hasChromium)('the page in a browser', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    browser = await PageBrowser.start();
  }, 60_000);
  afterAll(() => browser?.stop());

  it('says the answer first, with grade and score, and loads nothing', async () => {
    const { page, complaints } = await browser.open(pageOf());
    expect(await page.locator('h1').textContent()).toMatch(
      /^Grade D\. Mutual TLS on 2 of 3 connections; 1 cleartext\.$/,
    );
    expect(await page.locator('.score').textContent()).toBe('42 of 100');
    expect(await page.title()).toBe('Barewire · grade D · span.pcapng');
    expect(await page.locator('main > section').first().getAttribute('id')).toBe('answer');
    expect(complaints).toEqual([]);
  });

  it('puts a poor capture before everything that was found', async () => {
    const order = async (page: Page): Promise<(string | null)[]> =>
      page
        .locator('main > section')
        .evaluateAll((sections) => sections.map((section) => (section as unknown as { id: string }).id));
    const poor = await browser.open(pageOf({ captures: [capture({ truncatedPackets: 400 })] }));
    expect((await order(poor.page)).slice(0, 3)).toEqual(['answer', 'capture', 'map']);
    const good = await browser.open(pageOf());
    expect((await order(good.page)).at(-1)).toBe('capture');
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`breaks no rule of axe in ${scheme}, with a flow, a hop or a certificate open`, async () => {
      for (const address of [
        '',
        '#flow-3',
        `#${encodeURIComponent('hop-10.77.13.20->10.77.13.30:8080')}`,
        `#cert-${'aa'.repeat(32)}`,
      ]) {
        const { page, complaints } = await browser.open(
          pageOf({ captures: [capture({ gapFlows: 2 })] }),
          address,
          scheme,
        );
        expect(await violations(page)).toEqual([]);
        expect(complaints).toEqual([]);
      }
    }, 60_000);
  }

  it('draws every hop as a link in the map, the legs joined, and lights the whole way', async () => {
    const { page } = await browser.open(pageOf());
    const edges = page.locator('.map a.edge');
    expect(await edges.count()).toBe(2);
    expect(await page.locator('.map .join').count()).toBe(1);
    const back = page.locator('.map a.edge.cleartext');
    expect(await back.getAttribute('aria-label')).toContain('cleartext');
    await back.focus();
    expect(await page.locator('.map a.edge.lit').count()).toBe(2);
    await page.keyboard.press('Enter');
    await page.getByText('The same x-request-id crossed on both.').waitFor();
  });

  it('shows the handshake of a flow as a ladder', async () => {
    const { page } = await browser.open(pageOf(), '#flow-3');
    const steps = page.locator('.ladder li');
    expect(await steps.first().textContent()).toContain('client_hello');
    expect(await page.locator('.ladder li.alert').textContent()).toContain('fatal: bad_certificate');
    expect(await page.locator('.panel').textContent()).toContain('CertificateRequest');
    expect(await page.locator('.ladder li').count()).toBe(tlsSession().messages.length + 1);
  });

  it('finds, filters and sorts', async () => {
    const { page } = await browser.open(pageOf());
    const hops = page.locator('#hops .rows .row');
    await page.keyboard.press('/');
    await page.keyboard.type('backend 8080');
    await expect.poll(() => hops.count()).toBe(1);
    expect(await page.locator('[role=status]').textContent()).toContain('1 hops');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => hops.count()).toBe(2);
    await page.locator('#answer').getByRole('button', { name: '1 critical' }).click();
    await expect.poll(() => page.locator('.cause').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.locator('#flows').getByRole('button', { name: 'cleartext' }).click();
    await expect.poll(() => page.locator('#flows .rows .row').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    const head = page.locator('#flows').getByRole('button', { name: 'Flow', exact: true });
    await head.click();
    await head.click();
    await expect.poll(() => page.locator('#flows .rows .row a').first().textContent()).toBe('3');
    expect(await page.locator('#flows [aria-sort=descending]').count()).toBe(1);
  });

  it('opens what a link names: a finding that was folded away, a flow, nothing', async () => {
    const { page } = await browser.open(pageOf(), '#finding-client-identity-exposed-5');
    const wanted = page.locator('#finding-client-identity-exposed-5');
    expect(await wanted.textContent()).toContain('Case of frame 8.');
    expect(
      await wanted.evaluate(
        (node) =>
          node === (node as unknown as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement,
      ),
    ).toBe(true);
    await expect.poll(async () => (await wanted.boundingBox())?.y ?? -1).toBeLessThan(900);
    await page.locator('input[type=search]').fill('nothing like it');
    await expect.poll(() => page.locator('.cause').count()).toBe(0);
    await page.evaluate("location.hash = '#finding-client-identity-exposed-4'");
    await page.locator('#finding-client-identity-exposed-4').waitFor();
    const missing = await browser.open(pageOf(), '#flow-99');
    expect(await missing.page.locator('.panel').textContent()).toContain('Nothing in this page');
  });

  it('is walked with the keyboard: arrows through rows, Enter opens, Escape closes and goes back', async () => {
    const { page } = await browser.open(pageOf());
    await page.locator('#flows .rows a').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('3');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Flow 3' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('panel-title');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.panel').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('3');
  });

  it('copies the display filter', async () => {
    const { page } = await browser.open(pageOf());
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.case').first().getByRole('button', { name: 'Copy the Wireshark filter' }).click();
    await page.locator('.case').first().getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('frame.number == 6');
  });

  it('switches its colours, whatever the system says', async () => {
    const { page } = await browser.open(pageOf());
    const paper = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await paper();
    await page.getByLabel('Colours').selectOption('dark');
    await expect.poll(paper).not.toBe(light);
    await page.getByLabel('Colours').selectOption('light');
    await expect.poll(paper).toBe(light);
  });

  it('shows hostile text as text, everywhere', async () => {
    for (const name of hostileNames) {
      const tls = tlsSession();
      const parts = sample();
      const html = pageOf({
        flows: [
          connection({
            id: 1,
            protocol: name,
            anomalies: [name],
            tls: { ...tls, clientHello: { ...tls.clientHello!, serverName: name } },
          }),
        ],
        hops: parts.hops.map((one) => ({
          ...one,
          client: { ...one.client, name },
          server: { ...one.server, name },
          why: name,
          identities: [name],
        })),
        findings: parts.findings.map((one) => ({
          ...one,
          title: name,
          detail: name,
          remediation: name,
          wiresharkFilter: name,
        })),
        captures: [capture({ endedEarly: name }, { path: name })],
        summary: { sentence: name },
      });
      const { page, complaints } = await browser.open(html, '#flow-1');
      await page.locator('.ladder').waitFor();
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.locator('#page img, #page script, #page iframe').count()).toBe(0);
      const shown = await page.evaluate<string>('document.body.innerText');
      for (const character of '\u202e\u2028\u2029\u001b\u0007\u0000') expect(shown).not.toContain(character);
      expect(await page.locator('h1').textContent()).toContain(harmless(name, 4_000).slice(0, 4_000));
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  }, 60_000);

  it('prints the lists in full, without what is for the screen', async () => {
    const flows = Array.from({ length: 120 }, (_none, at) => connection({ id: at + 1 }));
    const { page, complaints } = await browser.open(pageOf({ flows }));
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('#flows .rows .row').count()).toBe(120);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.bar').isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    await expect.poll(() => page.locator('#flows .rows .row').count()).toBeLessThan(60);
    expect(complaints).toEqual([]);
  }, 30_000);

  it('holds 50,000 flows without freezing', async () => {
    const flows: ConnectionRecord[] = [];
    for (let id = 1; id <= 50_000; id++) {
      flows.push(
        connection({
          id,
          client: { ip: `10.1.${(id >> 8) & 255}.${id & 255}`, port: 1024 + (id % 60_000) },
          firstFrame: id * 20,
        }),
      );
    }
    const hops = [hop({ flows: flows.map(({ id }) => id) })];
    const started = performance.now();
    const { page, complaints } = await browser.open(pageOf({ flows, hops }));
    const opened = performance.now() - started;
    expect(await page.locator('#flows .rows .row').count()).toBeLessThan(60);
    const times = await page.evaluate<{ end: number; search: number }>(`(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const scroller = document.querySelector('#flows .scroller');
      const times = {};
      let start = performance.now();
      scroller.scrollTop = scroller.scrollHeight;
      await frame(); await frame();
      times.end = performance.now() - start;
      const field = document.querySelector('input[type=search]');
      start = performance.now();
      field.value = '10.1.7.9 443';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await frame(); await frame();
      times.search = performance.now() - start;
      return times;
    })()`);
    expect(times.end).toBeLessThan(500);
    expect(times.search).toBeLessThan(2_000);
    expect(opened).toBeLessThan(30_000);
    await page.locator('#flows .rows a').first().click();
    await page.locator('.ladder').waitFor();
    expect(complaints).toEqual([]);
  }, 90_000);
});
