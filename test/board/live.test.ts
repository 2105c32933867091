import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { pidExists } from '../../sidecar/machine/index.ts';
import { lockText } from '../../sidecar/resume/lock-text.ts';
import { holdfast } from '../kit/holdfast.ts';
import { until } from '../kit/until.ts';
import { realRuns } from '../runs/real-runs.ts';
import { realBrowser } from './browser.ts';

const { open } = realBrowser();

/** The board of a real sidecar, by the link that the command line prints. */
async function openBoard(home: HomePaths): Promise<Page> {
  const { code, stdout } = await holdfast(home, ['open', '--print']);
  expect(code).toBe(0);
  const page = await open(stdout.trim());
  // Nothing but a load anew takes this away.
  await page.evaluate('window.loadedOnce = true');
  await page.getByText('live', { exact: true }).waitFor();
  return page;
}

const wasNotReloaded = (page: Page) => page.evaluate<boolean>('window.loadedOnce === true');

/** A port that nobody has: the page finds the next sidecar where the last one was. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the board of a real sidecar', () => {
  test('shows what happens as it happens', async () => {
    const { home, start, post } = realRuns(['result'], { messaging: { actionClaim: { enabled: true } } });
    await start();
    const page = await openBoard(home);
    expect(await page.locator('#now .empty').isVisible()).toBe(true);

    const base = { session_id: 's1', cwd: '/code/app', transcript_path: '/nowhere' };
    await post('/hook/SessionStart', { ...base, source: 'startup' });
    await page.locator('#now').getByText('starting').waitFor();
    await post('/hook/UserPromptSubmit', { ...base, prompt: 'go on' });
    await page.locator('#now').getByText('in a turn', { exact: true }).waitFor();
    await post('/hook/PreToolUse', { ...base, tool_name: 'Bash', tool_use_id: 't1', tool_input: {} });
    await page.locator('#now code').getByText('Bash').waitFor();
    await post('/hook/Stop', { ...base, last_assistant_message: 'I’ll push the fix to origin now.' });
    await page.locator('#now').getByText('between turns').waitFor();
    await page.locator('#word').getByText('“I’ll push the fix to origin now.”').waitFor();
    await page.locator('#views').getByText('1 open').waitFor();
    expect(await wasNotReloaded(page)).toBe(true);
  });

  test('says when it is stale, and goes on with the next sidecar without a reload', async () => {
    const port = await freePort();
    const { home, start, post } = realRuns(['result'], { server: { port } });
    const first = await start();
    const page = await openBoard(home);
    await first.kill();
    await page.getByText(/^stale since .*trying again$/).waitFor();

    await start();
    await page.getByText('live', { exact: true }).waitFor({ timeout: 20_000 });
    await post('/hook/SessionStart', { session_id: 's2', cwd: '/code/later', source: 'startup' });
    await page.locator('#now').getByText('later').waitFor();
    expect(await wasNotReloaded(page)).toBe(true);
  });

  test('kills a run by a click, and every process of it', async () => {
    const { home, start, post, get, project } = realRuns(['events 1; hang']);
    await start();
    const { body } = await post('/runs', { objective: 'Never ends', project });
    const page = await openBoard(home);
    const card = page.locator('.run', { hasText: 'Never ends' });
    await card.getByText('running', { exact: true }).waitFor();
    const { turns } = await get<{ turns: { pid: number | null }[] }>(`/runs/${body.id}/turns`);
    const pid = turns[0]?.pid ?? 0;
    expect(pidExists(pid)).toBe(true);
    await card.getByRole('button', { name: 'Kill the run: Never ends' }).click();
    await card.getByText('killed', { exact: true }).waitFor();
    expect(await get(`/runs/${body.id}`)).toMatchObject({ state: 'killed' });
    await until('the client to be gone', () => !pidExists(pid));
    expect(await card.getByRole('button', { name: /^Kill/ }).count()).toBe(0);
  });

  test('says something to a run; what is written stays while the page goes on', async () => {
    const { home, start, post, get, project } = realRuns(['events 1; hang']);
    await start();
    const { body } = await post('/runs', { objective: 'Hears', project });
    const page = await openBoard(home);
    const input = page.getByRole('textbox', { name: 'Say to the run: Hears' });
    await input.fill('Mind the t');
    await input.press('End');
    await post('/hook/SessionStart', { session_id: 's3', cwd: '/code/noise', source: 'startup' });
    await page.locator('#now').getByText('noise').waitFor();
    await page.keyboard.type('ests.');
    expect(await input.inputValue()).toBe('Mind the tests.');
    await page.keyboard.press('Enter');
    const told = await until('the run to be told', async () => {
      const run = await get<{ waitingTexts: number }>(`/runs/${body.id}`);
      return run.waitingTexts === 1 && run;
    });
    expect(told.waitingTexts).toBe(1);
    await until('the field to be empty', async () => (await input.inputValue()) === '');
  });

  test('leaves the one who goes by keys where they are', async () => {
    const { home, start, post } = realRuns(['result']);
    await start();
    const page = await openBoard(home);
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("href")');
    await page.locator('#views a[href="#word"]').focus();
    await post('/hook/SessionStart', { session_id: 's4', cwd: '/code/keys', source: 'startup' });
    await page.locator('#views').getByText('1 live').waitFor();
    expect(await focused()).toBe('#word');
  });

  test('shows what needs a person, who acknowledges it by a click', async () => {
    const { home, start, get } = realRuns(['result'], { attention: { lookSeconds: 1 } });
    const elsewhere = { pid: 1, processStart: null, bootId: null, hostname: 'elsewhere', owner: null };
    writeFileSync(home.hostLock, lockText({ ...elsewhere, machineId: 'another-machine' }));
    await start();
    const page = await openBoard(home);
    await page.locator('#queue').getByText('disabled', { exact: true }).waitFor();
    await page.locator('#notices .notice').waitFor({ timeout: 20_000 });
    await page
      .locator('#guards')
      .getByRole('button', { name: /^Acknowledge/ })
      .click();
    await page.locator('#guards').getByText('acknowledged', { exact: true }).waitFor();
    const { items } = await get<{ items: { status: string }[] }>('/attention');
    expect(items.map(({ status }) => status)).toEqual(['acknowledged']);
    expect(await page.locator('#notices .notice').count()).toBe(0);
  });

  test('tells in words what was refused', async () => {
    const { home, start, post, get, project } = realRuns(['events 1; hang']);
    await start();
    const { body } = await post('/runs', { objective: 'Goes away', project });
    const page = await openBoard(home);
    const button = page.getByRole('button', { name: 'Kill the run: Goes away' });
    await button.waitFor();
    // The page knows nothing of it: as when somebody else is faster.
    await page.route('**/*', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    await post(`/runs/${body.id}/kill`);
    expect(await get(`/runs/${body.id}`)).toMatchObject({ state: 'killed' });
    await button.click();
    await page
      .getByRole('alert')
      .getByText(body.id as string)
      .waitFor();
  });

  test('says that it is logged out', async () => {
    const { home, start } = realRuns(['result']);
    await start();
    const page = await openBoard(home);
    await page.context().clearCookies();
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByText('logged out: run holdfast open').waitFor();
  });
});
