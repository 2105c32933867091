import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';

export type PackageCopy = { root: string; cli: string; hooks: string; remove: () => void };

/**
 * The package as it is shipped, built beside and not in `dist/`: another test run may build that anew at
 * any moment, and a start in the middle of it would fail for no fault of the sidecar's.
 * `CHAOS_PACKAGE` names a ready one instead: one that was broken on purpose, to see that a rung notices.
 */
export function packageCopy(): PackageCopy {
  const ready = process.env.CHAOS_PACKAGE;
  if (ready) return describe(ready, () => {});
  const root = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
  for (const part of ['migrations', 'hooks', 'templates', 'sidecar/board/assets', 'package.json'])
    cpSync(join(PACKAGE_ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(root, 'node_modules'));
  const tsc = join(PACKAGE_ROOT, 'node_modules', '.bin', 'tsc');
  const config = join(PACKAGE_ROOT, 'tsconfig.json');
  execFileSync(tsc, ['-p', config, '--outDir', join(root, 'dist')], { stdio: 'inherit' });
  return describe(root, () => rmSync(root, { recursive: true, force: true }));
}

function describe(root: string, remove: () => void): PackageCopy {
  return { root, cli: join(root, 'dist', 'sidecar', 'cli', 'index.js'), hooks: join(root, 'hooks'), remove };
}
