import { describe, expect, test } from 'vitest';
import { realBrowser } from './browser.ts';
import { servedBoard } from './served-board.ts';

const { open } = realBrowser();

type Board = Awaited<ReturnType<typeof servedBoard>>;

const many = <T>(rows: number, one: (index: number) => T): T[] =>
  Array.from({ length: rows }, (_, index) => one(index));

const given = (rows: number) => ({
  queue: () => ({
    ...{ enabled: true, disabledReason: null, dryRun: false, paused: false },
    lock: { held: true, detail: '', found: null },
    entries: many(rows, (index) => ({
      ...{ id: `q${index}`, runId: null, sessionId: `session-${index}`, state: 'queued', gate: 'calm' },
      ...{ why: null, attempts: 0, nextAttemptAt: null, wouldResumeAt: null },
    })),
  }),
  guards: () => ({
    guards: many(rows, (index) => ({
      key: `guard.${index}`,
      effective: 'errored' as const,
      description: 'Guards.',
    })),
  }),
  attention: () => ({ items: [] }),
});

/** How a view is filled, what of it stands on the board at most, and where its rows are. */
const VIEWS: [
  view: string,
  row: string,
  most: number,
  list: string,
  fill: (board: Board, n: number) => void,
][] = [
  [
    'now',
    '#now .rows > li',
    12,
    'sessions',
    ({ seed }, n) => many(n, () => seed.session({ tools: ['Bash'] })),
  ],
  ['word', '#word h4 + .rows > li', 20, 'open', ({ seed }, n) => many(n, () => seed.promise({}))],
  ['runs', '#runs .run', 8, 'runs', ({ seed }, n) => many(n, () => seed.run({ turns: [['running', 5, 0]] }))],
  ['queue', '#queue .rows:last-of-type > li', 8, 'queue', () => {}],
  ['guards', '#guards .rows > li', 30, 'guards', () => {}],
];

describe.each(VIEWS)('the view %s', (view, row, most, list, fill) => {
  test('with nothing in it tells what to do', async () => {
    const board = await servedBoard(given(0));
    const page = await open(board.link());
    expect(await page.locator(`#${view} .empty code, #${view} .empty`).first().isVisible()).toBe(true);
    expect(await page.locator(`#${view} .empty`).textContent()).toMatch(/holdfast/);
    expect(
      await page
        .locator(row)
        .filter({ has: page.locator('.state') })
        .count(),
    ).toBe(0);
  });

  test('with one row shows it, with a word beside its colour', async () => {
    const board = await servedBoard(given(1));
    board.store.write(() => fill(board, 1));
    const page = await open(board.link());
    expect(await page.locator(row).count()).toBe(1);
    expect(await page.locator(row).locator('.state').first().textContent()).toMatch(/\w/);
    expect(await page.locator(`#${view} .empty`).count()).toBe(0);
    expect(await page.locator(`#${view} .more`).count()).toBe(0);
  });

  test('with 500 shows some, and all of them a page at a time', async () => {
    const board = await servedBoard(given(500));
    board.store.write(() => fill(board, 500));
    const page = await open(board.link());
    expect(await page.locator(row).count()).toBe(most);
    await page.locator(`#${view} a[href="/?list=${list}"]`).click();
    await page.getByText('Older').waitFor();
    expect(await page.locator('main section').count()).toBe(1);
    expect(await page.locator(row).count()).toBe(100);
    for (let turned = 1; turned < 5; turned++) {
      const before = page.url();
      await page.getByText('Older').click();
      await page.waitForURL((url) => url.href !== before);
    }
    expect(await page.locator(row).count()).toBe(100);
    expect(await page.getByText('Older').count()).toBe(0);
    await page.getByText('Back to the board').click();
    await page.locator('#runs').waitFor();
  });
});

test('the keys alone reach every view, every control and every fold', async () => {
  const board = await servedBoard(given(1));
  board.seed.run({ turns: [['running', 5, 0]] });
  board.seed.promise({});
  const page = await open(board.link());
  await page.getByText('live', { exact: true }).waitFor();
  const reached = new Set<string>();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const what = await page.evaluate<string>(
      'const a = document.activeElement; a.id || a.getAttribute("href") || a.parentElement.id || a.tagName',
    );
    reached.add(what.replace(/-[0-9a-f]{8}$/, ''));
  }
  for (const what of ['#now', '#word', '#runs', '#queue', '#guards', 'say', 'kill', 'chart-figures', 'turns'])
    expect([...reached]).toContain(what);
});
