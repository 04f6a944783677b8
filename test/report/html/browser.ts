// Debian's chromium for tests of pages.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether pages can be tried here. */
export const hasChromium: boolean = existsSync(executablePath);
if (!hasChromium) console.warn('SKIPPED: no chromium here (apt-get install chromium), so no page was opened');

/** A browser with the pages of a test file. */
export class PageBrowser {
  readonly #browser: Browser;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'barewire-page-'));

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<PageBrowser> {
    return new PageBrowser(await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] }));
  }

  /** Opens `html` as a file; every complaint of the page (errors, breaches of its policy, requests) goes to `complaints`. */
  async open(html: string, address = '', colorScheme: 'light' | 'dark' = 'light'): Promise<OpenPage> {
    const path = join(this.#folder, 'report.html');
    writeFileSync(path, html);
    return await this.visit(`file://${path}`, address, { colorScheme });
  }

  /** Opens the page at `url`; a request for anything that isn't below it is a complaint. */
  async visit(url: string, address = '', look: Look = {}): Promise<OpenPage> {
    const { colorScheme = 'light', viewport = { width: 1400, height: 900 } } = look;
    const context = await this.#browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) complaints.push(`request: ${request.url()}`);
    });
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    await page.goto(`${url}${address}`);
    await page.locator('#answer').waitFor();
    return { page, complaints };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** A page, and what it complained of. */
export interface OpenPage {
  page: Page;
  complaints: string[];
}

interface Look {
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
}

/** What axe holds against the page, in a line each. */
export async function violations(page: Page): Promise<string[]> {
  // The page's policy forbids scripts but its own; the debugger's door is not under it.
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
       violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
  );
}
