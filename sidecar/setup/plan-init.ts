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
import { planRegistration } from './plan-registration.ts';
import { readSettings } from './settings-file.ts';
import { canonicalPath, type Scope, settingsPath } from './settings-path.ts';
import { withoutUs } from './without-us.ts';

export type InitPlan = {
  file: string;
  text: string | null;
  planned: string;
  changed: boolean;
  /** Null where the record that is there stays right. */
  record: InstallRecord | null;
};

export type PlanInitOptions = {
  home: HomePaths;
  project: string;
  /** Default `project`, which teammates share through the repository. */
  scope?: Scope;
  env?: NodeJS.ProcessEnv;
  clock?: () => Date;
};

/** Reads, and writes nothing. */
export function planInit(options: PlanInitOptions): InitPlan {
  const { home, project, scope = 'project', env } = options;
  const file = canonicalPath(settingsPath({ scope, project, env }));
  const text = readSettings(file);
  const { text: planned, changed } = planRegistration(text, { file, homeRoot: home.root });
  return { file, text, planned, changed, record: planRecord({ file, text, planned, changed }, options) };
}

/**
 * `before` is what the file would be without us now, and never a copy from an earlier time, unless nobody
 * but us touched the file since then: what the person edited between two inits is not lost by `uninstall`.
 * Where nothing is to be written, a record that is there stays: a foreign edit shows in the file's hash.
 */
function planRecord(
  { file, text, planned, changed }: Omit<InitPlan, 'record'>,
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
