import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';

/** What every test run renders, to be looked at; git knows nothing of it. */
const KEPT = join(PACKAGE_ROOT, 'test', '.results', 'board');
/** What the README shows: written by `npm run pictures` alone, so that no test run changes a tracked file. */
export const ASSETS = join(PACKAGE_ROOT, '.github', 'assets');

export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(KEPT, { recursive: true });
  await page.screenshot({ path: join(KEPT, `${name}.png`), fullPage: true });
}

export async function updatePicture(
  page: Page,
  name: string,
  clip?: { width: number; height: number },
): Promise<void> {
  if (!process.env.UPDATE_PICTURES) return;
  mkdirSync(ASSETS, { recursive: true });
  const part = clip ? { clip: { x: 0, y: 0, ...clip } } : {};
  await page.screenshot({ path: join(ASSETS, `${name}.png`), fullPage: true, ...part });
}
