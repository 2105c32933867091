import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../errors/index.ts';
import { compareVersions, PACKAGE_ROOT } from '../../machine/index.ts';

export type UpgradeNote = { version: string; text: string };

/** `migrations/notes/VERSION.md` of each version after `from`, up to `to`. Nothing is new to a fresh home. */
export function notesBetween(
  from: string | null,
  to: string,
  folder: string = join(PACKAGE_ROOT, 'migrations', 'notes'),
): UpgradeNote[] {
  if (from === null) return [];
  return versionsIn(folder)
    .filter((version) => compareVersions(version, from) > 0 && compareVersions(version, to) <= 0)
    .sort(compareVersions)
    .map((version) => ({ version, text: readFileSync(join(folder, `${version}.md`), 'utf8').trim() }));
}

function versionsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+\.\d+\.\d+\.md$/.test(name))
      .map((name) => name.slice(0, -'.md'.length));
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw cause;
  }
}
