import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { findChromium } from '../board/find-chromium.mjs';
import { seed } from '../board/seed.ts';
import { startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { atMost, byTurns, type Figure, median } from './measure.ts';

const FEW = 10;
const MANY = 10_000;
const ROUNDS = 11;

/** In the page: when it first showed something, counted from the click on the link. */
const PAINTED = `new Promise((resolve) =>
  new PerformanceObserver((list) => {
    const [paint] = list.getEntriesByName('first-contentful-paint');
    if (paint) resolve(paint.startTime);
  }).observe({ type: 'paint', buffered: true }))`;

/** The board's first paint with ten thousand commitments, against the same with ten. */
export async function boardPaint(): Promise<Figure[]> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('there is no Chromium: npm run setup:browser');
  const { home: folder, remove } = temporaryHome();
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = { PATH: process.env.PATH ?? '', HOME: folder.root };
  const browser = await chromium.launch({ executablePath, args, env });
  const [small, large] = [await boardOf(FEW), await boardOf(MANY)];
  try {
    const paint = (link: () => Promise<string>) => async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(await link());
      const ms = await page.evaluate<number>(PAINTED);
      await context.close();
      return ms;
    };
    const contestants = [paint(small.link), paint(large.link)];
    for (const contestant of contestants) await contestant(); // Each once before it counts.
    const [few = [], many = []] = await byTurns(ROUNDS, contestants);
    const [ms, most] = [median(few), median(many)];
    const detail = `${ms.toFixed(0)} ms, ${most.toFixed(0)} ms`;
    return [atMost('the board’s first paint: 10,000 commitments / 10', most / ms, 3, detail)];
  } finally {
    await browser.close();
    await small.end();
    await large.end();
    remove();
  }
}

/** A real sidecar over so many commitments, most of them closed, over ninety days. */
async function boardOf(rows: number) {
  const { home, remove } = temporaryHome();
  writeFileSync(home.config, JSON.stringify({ server: { port: 0 } }));
  const store = openStore({ home });
  const put = seed(store, new Date());
  const statuses = ['kept', 'kept', 'expired', 'withdrawn', 'kept'] as const;
  store.write(() => {
    for (let row = 0; row < rows; row++) {
      const status = row % 50 === 0 ? ('open' as const) : (statuses[row % statuses.length] ?? 'kept');
      const minutes = ((rows - row) / rows) * 90 * 24 * 60;
      put.promise({ status, minutes: status === 'open' ? 30 : minutes, topic: `/code/project-${row % 7}` });
    }
  });
  store.close();
  const sidecar = await startRealSidecar(home);
  return {
    link: async () => {
      const { body } = await sidecar.api<{ path: string }>('/open', { method: 'POST' });
      return `http://127.0.0.1:${readEndpoint(home)?.port}${body.path}`;
    },
    end: async () => {
      await sidecar.stop();
      remove();
    },
  };
}
