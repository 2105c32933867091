import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HomePaths } from '../home/index.ts';
import {
  encodeBefore,
  type InstallRecord,
  isAsWritten,
  readInstalls,
  sha256,
  textBefore,
} from './installs.ts';
import { isOurStatusLine } from './our-hooks.ts';
import { planRegistration } from './plan-registration.ts';
import { readSettings } from './settings-file.ts';
import { canonicalPath, MANAGED_SETTINGS, type Scope, settingsPath } from './settings-path.ts';
import { parseSettings, splitByteOrderMark } from './settings-text.ts';
import { withoutUs } from './without-us.ts';

export type InitPlan = {
  file: string;
  text: string | null;
  planned: string;
  changed: boolean;
  /** Null where the record that is there stays right. */
  record: InstallRecord | null;
  /** Who has the status line: a settings file, ours or somebody's; null where it was not asked for. */
  statusLine: { file: string; ours: boolean } | null;
};

export type PlanInitOptions = {
  home: HomePaths;
  project: string;
  /** Default `project`, which teammates share through the repository. */
  scope?: Scope;
  /** Ours in the status line too, where no settings file has another. */
  statusLine?: boolean;
  env?: NodeJS.ProcessEnv;
  clock?: () => Date;
};

/** Reads, and writes nothing. */
export function planInit(options: PlanInitOptions): InitPlan {
  const { home, project, scope = 'project', env } = options;
  const file = canonicalPath(settingsPath({ scope, project, env }));
  const text = readSettings(file);
  const other = options.statusLine ? otherStatusLine(options) : null;
  const { text: planned, changed } = planRegistration(text, {
    ...{ file, homeRoot: home.root },
    statusLine: options.statusLine === true && other === null,
  });
  const statusLine = options.statusLine ? { file: other ?? file, ours: other === null } : null;
  const record = planRecord({ file, text, planned, changed }, options);
  return { file, text, planned, changed, record, statusLine };
}

/**
 * `before` is what the file would be without us now, and never a copy from an earlier time, unless nobody
 * but us touched the file since then: what the person edited between two inits is not lost by `uninstall`.
 * Where nothing is to be written, a record that is there stays: a foreign edit shows in the file's hash.
 */
function planRecord(
  { file, text, planned, changed }: Omit<InitPlan, 'record' | 'statusLine'>,
  options: PlanInitOptions,
): InstallRecord | null {
  const { home, project, scope = 'project', clock = () => new Date() } = options;
  const installs = readInstalls(home);
  const known = installs.find((record) => record.file === file);
  if (known && !changed) return null;
  const isOurs = known !== undefined && isAsWritten(known, text);
  const before = isOurs ? textBefore(known) : withoutUs(text, known, { file, homeRoot: home.root });
  return {
    file,
    project,
    scope,
    before: encodeBefore(before),
    afterSha256: sha256(planned),
    replacedSha256: isOurs && text !== null ? sha256(text) : null,
    // Two of our files can share a folder: the last one out takes it along.
    createdFolder:
      !existsSync(dirname(file)) ||
      installs.some((record) => record.createdFolder && dirname(record.file) === dirname(file)),
    installedAt: clock().toISOString(),
  };
}

/**
 * The settings file that has a status line which is not ours: the stronger of two is shown, so ours in a project
 * would hide the user's own.
 */
function otherStatusLine({ home, project, env }: PlanInitOptions): string | null {
  const scopes: Scope[] = ['local', 'project', 'user'];
  const files = scopes.map((scope) => settingsPath({ scope, project, env }));
  const found = [...MANAGED_SETTINGS, ...files].find((file) => {
    const { body } = splitByteOrderMark(readSettings(file) ?? '');
    if (body.trim() === '') return false;
    const { statusLine } = parseSettings(body, file).value;
    return statusLine !== undefined && !isOurStatusLine(statusLine, home.root);
  });
  return found ?? null;
}
