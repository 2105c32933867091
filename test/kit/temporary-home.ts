import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHome, type HomePaths, homePaths } from '../../sidecar/home/index.ts';

export type TemporaryHome = { home: HomePaths; folder: string; remove: () => void };

/** A home of its own in a folder of its own. The caller removes it. */
export function temporaryHome({ made = true }: { made?: boolean } = {}): TemporaryHome {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const home = homePaths(join(folder, 'home'));
  if (made) ensureHome(home);
  return { home, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
