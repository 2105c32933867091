import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { realBrowser } from './browser.ts';
import { ATTENTION, GUARDS, NOON, playScene, QUEUE } from './scene.ts';
import { servedBoard } from './served-board.ts';

const KEPT = join(PACKAGE_ROOT, 'test', '.results', 'board');
const ASSETS = join(PACKAGE_ROOT, '.github', 'assets');
const { open } = realBrowser();

test.each([
  ['360', { width: 360, height: 800 }, 'light'],
  ['1280', { width: 1280, height: 900 }, 'light'],
  ['360-dark', { width: 360, height: 800 }, 'dark'],
  ['1280-dark', { width: 1280, height: 900 }, 'dark'],
] as const)(
  'a picture of the board at %s is kept, and nothing sticks out of it',
  async (name, viewport, colorScheme) => {
    const board = await servedBoard({ now: NOON, queue: QUEUE, guards: GUARDS, attention: ATTENTION });
    playScene(board);
    const page = await open('about:blank', { viewport, colorScheme, reducedMotion: 'reduce' });
    await page.clock.setFixedTime(NOON);
    await page.goto(board.link());
    await page.getByText('live', { exact: true }).waitFor();
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(viewport.width);
    mkdirSync(KEPT, { recursive: true });
    const file = join(KEPT, `board-${name}.png`);
    await page.screenshot({ path: file, fullPage: true });
    if (process.env.UPDATE_PICTURES && name.startsWith('1280')) {
      const picture = join(KEPT, `readme-${name}.png`);
      await page.screenshot({ path: picture });
      copyFileSync(picture, join(ASSETS, `board${colorScheme === 'dark' ? '-dark' : ''}.png`));
    }
    expect(existsSync(file)).toBe(true);
  },
);
