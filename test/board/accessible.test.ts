import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { realBrowser } from './browser.ts';
import { ATTENTION, GUARDS, NOON, playScene, QUEUE } from './scene.ts';
import { servedBoard } from './served-board.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { open } = realBrowser();

type Found = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] };

test.each([
  ['a full board, light', '/', 'light', 1280],
  ['a full board, dark', '/', 'dark', 1280],
  ['a full board on a phone', '/', 'light', 360],
  ['one list', '/?list=kept', 'light', 1280],
  ['an empty board', null, 'dark', 1280],
] as const)('axe finds nothing that keeps people out of %s', async (_what, path, colorScheme, width) => {
  const board = await servedBoard({ now: NOON, queue: QUEUE, guards: GUARDS, attention: ATTENTION });
  if (path !== null) playScene(board);
  const page = await open(board.link(), { colorScheme, viewport: { width, height: 900 } });
  await page.goto(`${board.origin}${path ?? '/'}`);
  await page.getByText('live', { exact: true }).waitFor();
  await page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Found[] }>('axe.run()');
  const found = violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
  );
  expect(found).toEqual([]);
});
