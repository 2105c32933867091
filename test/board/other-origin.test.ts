import { once } from 'node:events';
import { createServer } from 'node:http';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { holdfast } from '../kit/holdfast.ts';
import { until } from '../kit/until.ts';
import { realRuns } from '../runs/real-runs.ts';
import { realBrowser } from './browser.ts';

const { context } = realBrowser();

/** Another server of this machine, as any tool of a developer has one; it keeps what browsers send it. */
async function otherServer() {
  const cookies: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers.cookie) cookies.push(request.headers.cookie);
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>other</title><p>another server</p>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, sameName: `http://localhost:${port}`, cookies };
}

/** Runs in a page, and gives what came of it as text. */
function attempt(page: Page, what: string): Promise<string> {
  return page.evaluate<string>(`(async () => { ${what} })().then(String, (error) => 'refused: ' + error)`);
}

async function pageOf(browser: BrowserContext, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

test('a page of another origin can neither read nor write, in the browser that is logged in', async () => {
  const { home, start, post, get, project } = realRuns(['events 1; hang']);
  await start();
  const { body: run } = await post('/runs', { objective: 'Goes on', project });
  await until('the run to run', async () => (await get(`/runs/${run.id}`)).state === 'running');
  const { stdout } = await holdfast(home, ['open', '--print']);
  const board = new URL(stdout.trim()).origin;
  const browser = await context();
  const own = await pageOf(browser, stdout.trim());
  await own.getByText('live', { exact: true }).waitFor();
  const other = await otherServer();

  for (const origin of [other.origin, other.sameName]) {
    const page = await pageOf(browser, `${origin}/`);
    for (const credentials of ['include', 'same-origin', 'omit']) {
      for (const mode of ['cors', 'no-cors']) {
        const asked = (path: string, more = '') =>
          attempt(
            page,
            `const answer = await fetch('${board}${path}', { credentials: '${credentials}', mode: '${mode}' ${more} });
             return answer.type + ' ' + answer.status + ' ' + (await answer.text())`,
          );
        for (const path of ['/', '/sessions', '/runs', '/changes', '/board.js'])
          expect(await asked(path), `${credentials} ${mode} ${path}`).toMatch(/^(refused|opaque 0 $)/);
        const write = ", method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' }";
        expect(await asked(`/runs/${run.id}/kill`, write)).toMatch(/^(refused|opaque 0 $)/);
        expect(await asked('/open', write)).toMatch(/^(refused|opaque 0 $)/);
      }
    }
    expect(
      await attempt(
        page,
        `const stream = new EventSource('${board}/changes/stream?after=0', { withCredentials: true });
         return await new Promise((resolve) => { stream.onopen = () => resolve('open'); stream.onerror = () => resolve('refused'); })`,
      ),
    ).toBe('refused');
    // As an image, a script and a frame: what a page may load from anywhere.
    expect(
      await attempt(
        page,
        `const script = document.createElement('script'); script.src = '${board}/board.js';
         const loaded = new Promise((resolve) => { script.onload = () => resolve('loaded'); script.onerror = () => resolve('refused'); });
         document.head.append(script); return await loaded`,
      ),
    ).toBe('refused');
    // A form needs nobody's leave to be sent: the door refuses it.
    await page.evaluate(
      `document.body.innerHTML = '<form method="post" enctype="text/plain" action="${board}/runs/${run.id}/kill"><input name="a" value="b"></form>'; document.forms[0].submit()`,
    );
    await page.waitForURL((url) => url.href.includes('/kill'));
    expect(await page.textContent('body')).toMatch(/FORBIDDEN_ORIGIN|UNAUTHORIZED/);
    await page.close();
  }

  expect(await get(`/runs/${run.id}`)).toMatchObject({ state: 'running' });
  // The own page still may; and what SECURITY.md says of cookies and ports is so.
  await own.reload();
  await own.getByText('live', { exact: true }).waitFor();
  expect(other.cookies.join()).toContain('holdfast_');
});

test('no page can frame the board', async () => {
  const { home, start } = realRuns(['result']);
  await start();
  const { stdout } = await holdfast(home, ['open', '--print']);
  const browser = await context();
  const own = await pageOf(browser, stdout.trim());
  await own.getByText('live', { exact: true }).waitFor();
  const other = await otherServer();
  const page = await pageOf(browser, `${other.origin}/`);
  await page.evaluate(
    `document.body.innerHTML = '<iframe src="${new URL(stdout.trim()).origin}/"></iframe>'`,
  );
  await until('the frame to be refused', () => page.frames().length > 1);
  const framed = page.frames()[1];
  await framed?.waitForLoadState();
  expect(await framed?.content()).not.toContain('id="now"');
});
