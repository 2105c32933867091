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
import { planRegistration, registeredEvents } from './plan-registration.ts';
import { readSettings } from './settings-file.ts';
import { canonicalPath, MANAGED_SETTINGS, type Scope, settingsPath } from './settings-path.ts';
import { parseSettings, splitByteOrderMark } from './settings-text.ts';
import { withoutUs } from './without-us.ts';

export type InitPlan = {
  file: string;
  text: string | null;
  planned: string;
  changed: boolean;
  /** Nothing of ours was in it: `init` begins anew there, whatever was removed before. */
  isFresh: boolean;
  /** Events that the person took out, and that stay out. */
  removed: readonly string[];
  /** Another settings file, which holds for this project too, has all that is missing here. */
  elsewhere: string | null;
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
  /** Default: where the scope has it. */
  file?: string;
  /** An upgrade begins nothing anew: a file that has lost all of our entries keeps none. */
  isUpgrade?: boolean;
};

/** What was registered before there was a list of it in each record. */
const FIRST_EVENTS =
  'SessionStart UserPromptSubmit PreToolUse PostToolUse PostToolUseFailure Stop StopFailure SessionEnd ConfigChange'.split(
    ' ',
  );

/** Reads, and writes nothing. */
export function planInit(options: PlanInitOptions): InitPlan {
  const { home, project, scope = 'project', env, isUpgrade = false } = options;
  const file = options.file ?? canonicalPath(settingsPath({ scope, project, env }));
  const text = readSettings(file);
  const known = readInstalls(home).find((record) => record.file === file);
  const present = registeredEvents(text, home.root);
  const isFresh = present.size === 0 && !isUpgrade;
  const recorded = known && !isFresh ? (known.events ?? FIRST_EVENTS) : [];
  const removed = recorded.filter((event) => !present.has(event));
  const wider = registeredWider({ scope, project, env }, file, home);
  const skip = new Set([...removed, ...wider.events]);
  const other = options.statusLine ? otherStatusLine(options) : null;
  const { text: planned, changed } = planRegistration(text, {
    ...{ file, homeRoot: home.root, skip },
    statusLine: options.statusLine === true && other === null,
  });
  const nothingHere = !changed && present.size === 0;
  const plan = { file, text, planned, changed, isFresh, removed };
  return {
    ...plan,
    elsewhere: nothingHere && removed.length === 0 ? wider.file : null,
    record: nothingHere ? null : planRecord(plan, known, options),
    statusLine: options.statusLine ? { file: other ?? file, ours: other === null } : null,
  };
}

/** The client runs a command once that two of its files have, as long as they have the very same. */
function registeredWider(
  { scope, project, env }: { scope: Scope; project: string; env?: NodeJS.ProcessEnv },
  file: string,
  home: HomePaths,
): { file: string | null; events: ReadonlySet<string> } {
  const wider: Scope[] = scope === 'user' ? [] : scope === 'project' ? ['user'] : ['user', 'project'];
  const events = new Set<string>();
  let first: string | null = null;
  for (const other of wider) {
    try {
      const place = canonicalPath(settingsPath({ scope: other, project, env }));
      const found = place === file ? [] : registeredEvents(readSettings(place), home.root);
      for (const event of found) events.add(event);
      if (events.size > 0) first ??= place;
    } catch {
      // There is no such place, or none that we could read: then nothing is registered there.
    }
  }
  return { file: first, events };
}

/**
 * `before` is what the file would be without us now, and never a copy from an earlier time, unless nobody
 * but us touched the file since then: what the person edited between two inits is not lost by `uninstall`.
 * Where nothing is to be written, a record that is there stays: a foreign edit shows in the file's hash.
 */
function planRecord(
  { file, text, planned, changed, removed }: Omit<InitPlan, 'record' | 'elsewhere' | 'statusLine'>,
  known: InstallRecord | undefined,
  { home, project, scope = 'project', clock = () => new Date() }: PlanInitOptions,
): InstallRecord | null {
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
      readInstalls(home).some((record) => record.createdFolder && dirname(record.file) === dirname(file)),
    installedAt: clock().toISOString(),
    events: [...new Set([...registeredEvents(planned, home.root), ...removed])],
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
