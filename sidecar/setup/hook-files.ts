import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError, systemCode } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { PACKAGE_ROOT } from '../machine/index.ts';
import { HOOK_ENTRIES } from '../registration/index.ts';
import type { OwnedFile } from './owned/judge.ts';
import { readRecord } from './owned/record.ts';

const SCRIPT_MODE = 0o755;

/** The record of the deployed scripts. Its being there also tells a script that it lies in a home. */
export function manifestPath(home: HomePaths): string {
  return join(home.hooks, 'manifest.json');
}

/** What the package has for the home's folder. Throws PACKAGE_INCOMPLETE. */
export function hookFiles(home: HomePaths, source: string = join(PACKAGE_ROOT, 'hooks')): OwnedFile[] {
  let names: string[] = [];
  try {
    names = readdirSync(source)
      .filter((name) => name.endsWith('.sh'))
      .sort();
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
  }
  const missing = HOOK_ENTRIES.filter(({ script }) => !names.includes(script)).map(({ script }) => script);
  if (missing.length > 0) {
    // Registered all the same, the hook would be silent, and off.
    throw new HoldfastError(
      'PACKAGE_INCOMPLETE',
      `This installation of Holdfast lacks ${missing.join(', ')} in ${source}.`,
      'Install the package again.',
      { details: { missing } },
    );
  }
  return names.map((name) => hookFile(home, name, readFileSync(join(source, name))));
}

export function hookFile(home: HomePaths, name: string, content: Buffer): OwnedFile {
  const file = join(home.hooks, name);
  const back = `cp ${quoted(join(PACKAGE_ROOT, 'hooks', name))} ${quoted(home.hooks)}/`;
  return { name, file, content, mode: SCRIPT_MODE, shippedAs: `hooks/${name}`, back };
}

/** Whether the person deleted this script and an upgrade or `migrate` has taken that for their wish. */
export function isTombstoned(home: HomePaths, script: string): boolean {
  return readRecord(manifestPath(home))?.deleted?.[script] !== undefined;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
