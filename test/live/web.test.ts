import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeWorld } from '../cli/fake-world.js';
import { whyNotHere } from '../peers/segment.js';
import { hasChromium, PageBrowser, violations } from '../report/html/browser.js';
import { until, VethSegment } from './veth.js';

const missing = hasChromium ? whyNotHere() : 'there is no chromium';
if (missing !== null) console.warn(`\`analyze live --web\` IS NOT TESTED HERE: ${missing}`);

function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host }, agent: false }, (response) => {
      response.destroy();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('where the live page is asked for', () => {
  it.each([
    ['--web here', /^analyze: --web here: not HOST:PORT, and no port from 0 to 65535\n$/],
    ['--web 203.0.113.7:80', /^analyze: --web: cannot listen on 203\.0\.113\.7:80: address not available\n$/],
  ])('%s is refused in one line', async (options, message) => {
    const world = new FakeWorld();
    expect(await main(['live', '-i', 'lo', ...options.split(' ')], world)).toBe(2);
    expect(world.err).toMatch(message);
  });
});

describe.skipIf(missing !== null)('analyze live --web', { timeout: 60_000 }, () => {
  let segment: VethSegment;
  let browser: PageBrowser;
  beforeAll(async () => {
    segment = new VethSegment();
    browser = await PageBrowser.start();
    await segment.serveHttp(8080);
    await segment.serveTls(8443);
  }, 60_000);
  afterAll(async () => {
    await browser?.stop();
    await segment?.close();
  }, 30_000);

  it('shows in a browser what passes on the wire, until the end', async () => {
    const world = new FakeWorld();
    const status = main(['live', '-i', segment.name, '--web', '127.0.0.1:0'], world);
    await Promise.race([until(() => world.err.includes('live page at '), 'page'), status]);
    const url = /live page at (http:\/\/127\.0\.0\.1:\d+\/)\n/.exec(world.err)![1]!;
    const { page, complaints } = await browser.visit(url);
    await page.locator('.connection.live').waitFor();
    expect(await page.locator('#map .none').textContent()).toBe('No hop was seen.');
    await sleep(300);

    await segment.requestHttp(8080, 'nobodys-business');
    await segment.requestTls(8443);
    await page.locator('.map a.edge.cleartext').waitFor();
    await page.locator('.map a.edge.server-only').waitFor();
    const finding = page.locator('.told .cause.critical');
    await finding.waitFor();
    expect(await finding.locator('.kind').textContent()).toBe('cleartext-credentials');
    await expect.poll(() => page.locator('h1').textContent(), { timeout: 5000 }).toMatch(/1 cleartext, 1 one-way TLS/);
    await expect.poll(() => page.locator('.rate .total').first().textContent()).toMatch(/^[1-9]\d* in all$/);
    expect(await page.content()).not.toContain('business');

    // From the finding to its hop and back, by keys.
    await finding.locator('a.place').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `${segment.clientIp} to ${segment.serverIp}:8080` }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.panel').count()).toBe(0);

    expect(await statusFor(url, 'rebound.example')).toBe(403);
    expect(await statusFor(`${url}events`, 'rebound.example')).toBe(403);
    expect(await statusFor(url, 'localhost')).toBe(200);

    // The page doesn't keep the program, and hears of its end.
    const asked = performance.now();
    world.interrupt();
    expect(await status).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
    await page.locator('.connection.ended').waitFor();
    expect(await page.locator('.map a.edge').count()).toBe(2);
    expect(complaints).toEqual([]);
  });
});
