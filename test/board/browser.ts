import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { findChromium } from './find-chromium.mjs';

export type OpenPage = (url: string, options?: BrowserContextOptions) => Promise<Page>;

/** One real browser for a test file; each page in a profile of its own. Its errors fail the test. */
export function realBrowser(): { open: OpenPage; context: Browser['newContext'] } {
  const file = findChromium();
  let home: string | undefined;
  let browser: Browser | undefined;

  beforeEach((scope) => {
    scope.skip(file === null && !process.env.CI, 'not run: there is no Chromium on this machine');
  });
  beforeAll(async () => {
    if (file === null) return;
    home = mkdtempSync(join(tmpdir(), 'holdfast-browser-'));
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({
      executablePath: file,
      args,
      env: { PATH: process.env.PATH ?? '', HOME: home },
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    if (home) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  async function context(options: BrowserContextOptions = {}) {
    if (!browser) throw new Error('there is no Chromium');
    const opened = await browser.newContext({ locale: 'en', timezoneId: 'UTC', ...options });
    onTestFinished(() => opened.close());
    return opened;
  }

  return {
    context,
    open: async (url, options) => {
      const page = await (await context(options)).newPage();
      const thrown: string[] = [];
      page.on('pageerror', (error) => thrown.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !isOfNetwork(message.text())) thrown.push(message.text());
      });
      onTestFinished(() => {
        if (thrown.length > 0) throw new Error(`the page failed: ${thrown.join('; ')}`);
      });
      await page.goto(url);
      return page;
    },
  };
}

/** A sidecar that is away, and what it refuses, the browser calls an error too. */
function isOfNetwork(text: string): boolean {
  return /^Failed to load resource|net::ERR_/.test(text);
}
