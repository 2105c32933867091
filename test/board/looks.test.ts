import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { realBrowser } from './browser.ts';
import { ASSETS, keepPicture, updatePicture } from './pictures.ts';
import { ATTENTION, GUARDS, NOON, playScene, QUEUE } from './scene.ts';
import { servedBoard } from './served-board.ts';

const { open } = realBrowser();

test.each([
  ['360', 360, 'light', null],
  ['1280', 1280, 'light', 'board'],
  ['360-dark', 360, 'dark', null],
  ['1280-dark', 1280, 'dark', 'board-dark'],
] as const)(
  'a picture of the board at %s is kept, and nothing sticks out of it',
  async (name, width, colorScheme, picture) => {
    const board = await servedBoard({ now: NOON, queue: QUEUE, guards: GUARDS, attention: ATTENTION });
    playScene(board);
    const viewport = { width, height: 900 };
    const page = await open('about:blank', { viewport, colorScheme, reducedMotion: 'reduce' });
    await page.clock.setFixedTime(NOON);
    await page.goto(board.link());
    await page.getByText('live', { exact: true }).waitFor();
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(width);
    await keepPicture(page, `board-${name}`);
    if (picture) await updatePicture(page, picture, { width: 1280, height: 1085 });
  },
);

test('the pictures that the README shows are there', () => {
  const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');
  for (const name of ['board', 'board-dark', 'try', 'audit']) {
    expect(readme).toContain(`.github/assets/${name}.png`);
    expect(existsSync(join(ASSETS, `${name}.png`)), name).toBe(true);
  }
});
