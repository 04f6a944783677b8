import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LiveWeb } from '../../../src/cli/live-web.js';
import type { Finding } from '../../../src/model/finding.js';
import type { Hop, HopState } from '../../../src/model/hop.js';
import type { LiveStatus } from '../../../src/model/live.js';
import type { Summary } from '../../../src/model/report.js';
import type { ReportSink } from '../../../src/model/report-sink.js';
import { LivePage } from '../../../src/report/live/page.js';
import { finding, hop, summaryOf } from '../../build/records.js';
import { hasChromium, type OpenPage, PageBrowser, violations } from './browser.js';
import { hostileNames } from './hostile.js';

/** An analyzer that says what a test has it say. */
class Analyzer {
  readonly page: LivePage = new LivePage(`run ${Math.random()}`, '9.9.9');
  web: LiveWeb | null = null;
  counts: Partial<LiveStatus> = {};
  summary: Partial<Summary> = {};
  #asked = 0;

  async serve(port = 0): Promise<string> {
    this.web = await LiveWeb.open({ host: '127.0.0.1', port }, this.page, this);
    return this.web.url;
  }

  status(): LiveStatus {
    this.#asked++;
    return {
      ...{ seconds: performance.now() / 1000, packets: this.#asked * 100, bytes: this.#asked * 9000 },
      ...{ packetsPerSecond: 100, dropped: 0, openFlows: 1, hops: {}, memory: 1e8, lagSeconds: 0.2, limits: {} },
      flows: { total: this.#asked, tls: 0, cleartext: 0, starttls: 0, opaque: 0, unknown: 0, empty: 0 },
      findings: { critical: 1, high: 1, medium: 0, low: 0, info: 0 },
      interfaces: [{ name: 'eth0', sniffing: true }],
      written: null,
      ...this.counts,
    };
  }

  report(sink: ReportSink): Summary {
    const summary: Summary = { ...summaryOf([]), sentence: 'Mutual TLS on 2 of 3 connections.', ...this.summary };
    sink.end(summary);
    return summary;
  }

  hop(one: Hop, before: HopState | null = null): void {
    this.page.event({ event: 'hop', time: '2026-11-22T03:04:05.6Z', before, hop: one }, performance.now());
  }

  finding(changes: Partial<Finding>, why: 'new' | 'raised' = 'new'): void {
    const event = { event: 'finding', time: '2026-11-22T03:04:06.7Z', why, finding: finding(changes) } as const;
    this.page.event(event, performance.now());
  }

  notice(text: string): void {
    this.page.event({ event: 'notice', time: '2026-11-22T03:04:07.8Z', text }, performance.now());
  }
}

function hopOf(client: string, server: string, port: number, changes: Partial<Hop> = {}): Hop {
  const id = `${client}->${server}:${port}`;
  return hop({ id, client: { ip: client, name: null }, server: { ip: server, port, name: null }, ...changes });
}

const front = hopOf('10.0.0.1', '10.0.0.2', 443);
const back = hopOf('10.0.0.2', '10.0.0.3', 8080, {
  mtls: 'cleartext',
  why: '1 of 1 connection in cleartext.',
  forwardedFrom: [{ hop: front.id, certainty: 'observed', basis: 'The same x-request-id crossed on both.' }],
});

/** A wire between the page and the analyzer that can be cut. */
class Wire {
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #target = 0;

  private constructor() {
    this.#server = createServer((near) => {
      const far = dial(this.#target, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  static async lay(target: string): Promise<{ wire: Wire; url: string }> {
    const wire = new Wire();
    wire.to(target);
    await new Promise<void>((done) => wire.#server.listen(0, '127.0.0.1', done));
    return { wire, url: `http://127.0.0.1:${(wire.#server.address() as { port: number }).port}/` };
  }

  to(target: string | null): void {
    this.#target = target === null ? 1 : Number(new URL(target).port);
    for (const socket of this.#sockets) socket.destroy();
  }

  cut(): void {
    this.#server.close();
    this.to(null);
  }
}

describe.skipIf(!hasChromium)('the live page in a browser', { timeout: 60_000 }, () => {
  let browser: PageBrowser;
  const analyzers: Analyzer[] = [];
  beforeAll(async () => {
    browser = await PageBrowser.start();
  }, 60_000);
  afterEach(async () => {
    for (const { web } of analyzers.splice(0)) await web?.close();
  });
  afterAll(() => browser?.stop());

  async function opened(
    ...args: [address?: string, look?: Parameters<PageBrowser['visit']>[2]]
  ): Promise<OpenPage & { analyzer: Analyzer }> {
    const analyzer = new Analyzer();
    analyzers.push(analyzer);
    const open = await browser.visit(await analyzer.serve(), ...args);
    await open.page.locator('.connection.live').waitFor();
    return { ...open, analyzer };
  }

  const told = (page: Page): Promise<(string | null)[]> => page.locator('.told h3').allTextContents();

  it('shows hops, findings, events and rates as they come, and loads nothing else', async () => {
    const { page, complaints, analyzer } = await opened();
    expect(await page.locator('#map .none').textContent()).toBe('No hop was seen.');
    expect(await page.locator('#findings .none').textContent()).toBe('Nothing was found so far.');
    analyzer.hop(front);
    analyzer.hop(back);
    await expect.poll(() => page.locator('.map a.edge').count(), { timeout: 5000 }).toBe(2);
    expect(await page.locator('.map .join').count()).toBe(1);
    expect(await page.locator('#hops .rows .row').count()).toBe(2);
    analyzer.finding({ title: 'First' });
    analyzer.finding({ title: 'Second', severity: 'critical', hop: back.id });
    await expect.poll(() => told(page), { timeout: 3000 }).toEqual(['Second', 'First']);
    await expect
      .poll(() => page.locator('#findings > [aria-live]').textContent(), { timeout: 8000 })
      .toMatch(/^2 new findings: critical, Second, 10\.0\.0\.2->10\.0\.0\.3:8080$/);
    analyzer.hop({ ...front, mtls: 'server-only' }, 'presented');
    analyzer.notice('eth0: sniffing broke off');
    await expect.poll(() => page.locator('.happenings li').count(), { timeout: 3000 }).toBe(2);
    expect(await page.locator('.happenings li').last().textContent()).toMatch(/mTLS presented.*became.*one-way TLS/);
    await expect.poll(() => page.locator('.map a.edge.server-only').count(), { timeout: 8000 }).toBe(1);
    expect(await page.locator('h1').textContent()).toBe('Mutual TLS on 2 of 3 connections.');
    await expect.poll(() => page.locator('.rate .now').first().textContent()).toMatch(/^\d+$/);
    expect(await page.title()).toBe('(2) Barewire live · eth0');
    expect(complaints).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`breaks no rule of axe in ${colorScheme}, empty and full, wide and narrow, with a hop open`, async () => {
      for (const viewport of [
        { width: 1400, height: 900 },
        { width: 420, height: 800 },
      ]) {
        const { page, complaints, analyzer } = await opened('', { colorScheme, viewport });
        expect(await violations(page)).toEqual([]);
        analyzer.counts = { dropped: 3, interfaces: [{ name: 'eth0', sniffing: false }] };
        for (const one of [front, back]) analyzer.hop(one);
        analyzer.hop({ ...back, mtls: 'server-only' }, 'cleartext');
        for (const severity of ['critical', 'high', 'medium', 'low', 'info'] as const) {
          analyzer.finding({ severity, hop: back.id }, severity === 'low' ? 'raised' : 'new');
        }
        await expect.poll(() => page.locator('.map a.edge').count(), { timeout: 5000 }).toBe(2);
        await page.evaluate(`location.hash = '#hop-' + encodeURIComponent(${JSON.stringify(back.id)})`);
        await page.locator('.panel').waitFor();
        await page.getByText('What to do').first().click({ force: true });
        expect(await violations(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.context().close();
      }
    });
  }

  it('is walked with the keyboard, and keeps the focus while it changes', async () => {
    const { page, analyzer } = await opened();
    for (let number = 1; number <= 30; number++) analyzer.hop(hopOf('10.0.0.1', `10.0.1.${number}`, 443));
    await expect.poll(() => page.locator('.map a.edge').count(), { timeout: 5000 }).toBe(30);
    await page.locator('#hops .rows a').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate('document.activeElement.href')).toMatch(/10\.0\.1\.3(?::|%3A)443$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '10.0.0.1 to 10.0.1.3:443' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('panel-title');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.panel').count()).toBe(0);
    const edge = page.locator('.map a.edge').nth(4);
    const name = await edge.getAttribute('aria-label');
    await edge.focus();
    analyzer.hop(hopOf('10.0.0.9', '10.0.2.1', 80, { mtls: 'cleartext' }));
    analyzer.hop(hopOf('10.0.0.1', '10.0.1.20', 443, { mtls: 'optional' }), 'presented');
    await expect.poll(() => page.locator('.map a.edge.optional').count(), { timeout: 3000 }).toBe(1);
    const focused = 'document.activeElement.getAttribute("aria-label")';
    expect(await page.evaluate(focused)).toBe(name);
    // The new one is drawn when nobody has been walking there for a while; the focus stays where it is.
    expect(await page.locator('.map a.edge').count()).toBe(30);
    await expect.poll(() => page.locator('.map a.edge').count(), { timeout: 10_000 }).toBe(31);
    expect(await page.evaluate(focused)).toBe(name);
    await page.keyboard.press('/');
    await page.keyboard.type('10.0.1.7:');
    await expect.poll(() => page.locator('#hops .rows .row').count()).toBe(1);
    await expect.poll(() => page.locator('.map a.edge').count()).toBe(1);
  });

  it('stands still while it is paused, and then shows what it missed', async () => {
    const { page, analyzer } = await opened();
    analyzer.finding({ title: 'Before' });
    await expect.poll(() => told(page), { timeout: 3000 }).toEqual(['Before']);
    await page.getByRole('button', { name: 'Pause' }).click();
    analyzer.finding({ title: 'Meanwhile' });
    await page.getByText('1 new finding since').waitFor();
    expect(await told(page)).toEqual(['Before']);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => told(page)).toEqual(['Meanwhile', 'Before']);
  });

  it('says that the connection is lost, comes back where it was, and says that the analyzer ended', async () => {
    const analyzer = new Analyzer();
    analyzers.push(analyzer);
    const { wire, url } = await Wire.lay(await analyzer.serve());
    const { page } = await browser.visit(url);
    analyzer.hop(front);
    analyzer.finding({ title: 'Before' });
    await expect.poll(() => told(page), { timeout: 5000 }).toEqual(['Before']);
    wire.to(null);
    await page.getByText(/Connection to the analyzer lost at \d\d:\d\d:\d\d, trying again/).waitFor();
    analyzer.finding({ title: 'Unseen' });
    expect(await told(page)).toEqual(['Before']);
    wire.to(analyzer.web!.url);
    await expect.poll(() => told(page), { timeout: 20_000 }).toEqual(['Unseen', 'Before']);
    expect(await page.locator('.connection').textContent()).toBe('Live');
    // Another run on the same address: nothing of the old one stays.
    const second = new Analyzer();
    analyzers.push(second);
    second.finding({ title: 'Another run' });
    wire.to(await second.serve());
    await expect.poll(() => told(page), { timeout: 20_000 }).toEqual(['Another run']);
    expect(await page.locator('#hops .rows .row').count()).toBe(0);
    second.hop(back);
    await second.web?.close();
    await page.getByText(/The analyzer ended at \d\d:\d\d:\d\d\. This is what it knew last\./).waitFor();
    await expect.poll(() => page.locator('#hops .rows .row').count()).toBe(1);
    await page.getByRole('button', { name: 'Connect again' }).click();
    await page.locator('.connection.lost').waitFor();
    wire.to(analyzer.web!.url);
    await page.locator('.connection.live').waitFor();
    await expect.poll(() => told(page)).toEqual(['Unseen', 'Before']);
    wire.cut();
  });

  it('shows hostile text as text, everywhere', async () => {
    for (const name of hostileNames) {
      const { page, complaints, analyzer } = await opened();
      analyzer.counts = { interfaces: [{ name, sniffing: false }] };
      analyzer.summary = { sentence: name };
      analyzer.hop({
        ...hop({ id: 'a->b:1', client: { ip: '10.0.0.1', name }, server: { ip: '10.0.0.2', port: 1, name } }),
        ...{ why: name, identities: [name], protocols: [name], versions: [name] },
      });
      analyzer.finding({ ...{ kind: name, title: name, detail: name, remediation: name }, hop: name });
      analyzer.notice(name);
      await expect.poll(() => page.locator('.map a.edge').count(), { timeout: 5000 }).toBe(1);
      await page.locator('#hops .rows a').first().click();
      await page.locator('.panel').waitFor();
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.locator('#page img, #page script, #page iframe').count()).toBe(0);
      const shown = await page.evaluate<string>('document.body.innerText + document.title');
      for (const character of '\u202e\u2028\u2029\u001b\u0007\u0000') expect(shown).not.toContain(character);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('holds 50,000 hops and hundreds of findings without freezing, and not more of them than can be seen', async () => {
    const analyzer = new Analyzer();
    analyzers.push(analyzer);
    const tell = (mtls: HopState): void => {
      for (let number = 0; number < 50_000; number++) {
        analyzer.hop(hopOf(`10.1.${number >> 8}.${number & 255}`, `10.2.0.${number % 200}`, 443, { mtls }));
      }
    };
    tell('presented');
    for (let number = 0; number < 700; number++) analyzer.finding({ title: `Finding ${number}` });
    const { page, complaints } = await browser.visit(await analyzer.serve());
    await page.getByText('50,000: each client').waitFor({ timeout: 20_000 });
    await expect.poll(() => page.locator('.map a.edge').count(), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(await page.locator('#hops .rows .row').count()).toBeLessThan(60);
    expect(await page.locator('.told > li').count()).toBe(10);
    expect(await page.locator('*').count()).toBeLessThan(4_000);
    // Everything changes at once, and again; a frame is never long in coming.
    await page.evaluate(`(() => {
      window.longest = 0;
      let last = performance.now();
      setInterval(() => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
      }, 10);
    })()`);
    tell('cleartext');
    await expect
      .poll(() => page.locator('#hops .rows .row .tag.cleartext').count(), { timeout: 20_000 })
      .toBeGreaterThan(5);
    await new Promise((done) => setTimeout(done, 3000));
    expect(await page.evaluate<number>('window.longest')).toBeLessThan(2_000);
    await page.locator('input[type=search]').fill('10.1.7.9->');
    await expect.poll(() => page.locator('#hops .rows .row').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});
