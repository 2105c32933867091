import { dirname } from 'node:path';
import type { HomePaths } from '../home/index.ts';
import { takeOutOfClaudeMd } from './claude-md/take-out.ts';
import { type InstalledPlugin, installedPlugins } from './find-plugin.ts';
import { type InstallRecord, isAsWritten, readInstalls, textBefore, writeInstall } from './installs.ts';
import { planRemoval } from './plan-removal.ts';
import { removeIfEmpty } from './remove-hooks.ts';
import { applyText, readSettings } from './settings-file.ts';
import { canonicalPath, claudeMdPath, type Scope, settingsPath } from './settings-path.ts';
import { attempt, reportOf, type Step, type StepsReport } from './steps.ts';
import { sweepTemporaries } from './sweep-temporaries.ts';
import { withoutUs } from './without-us.ts';

export type UninstallOptions = {
  home: HomePaths;
  project: string;
  env?: NodeJS.ProcessEnv;
  /** The user's settings too, besides the project's own two files. */
  user?: boolean;
  /** A test looks at the disk as a kill at this point would leave it. */
  reached?: (point: 'restored') => void;
};

export type UninstallReport = StepsReport & {
  /** Settings files that still run the scripts: above 0, the scripts and the sidecar must stay. */
  othersUse: number;
  /** The plugin where it is on: it brings its own scripts, and the sidecar must stay. */
  plugins: InstalledPlugin[];
};

/**
 * Takes the registration out of a project: the bytes from before `init` where only we wrote the file, else
 * just our entries, and those too where there is no record (a teammate's clone). The settings file goes
 * first and its record last: after a kill in between, the next `uninstall` finds nothing of ours in the
 * file and drops the record.
 */
export function uninstall(options: UninstallOptions): UninstallReport {
  const { home, project, env, user = false } = options;
  const scopes: Scope[] = user ? ['project', 'local', 'user'] : ['project', 'local'];
  const done = new Set<string>();
  const each = (what: Step['what'], pathOf: typeof settingsPath, takeOutOf: (file: string) => Step) =>
    scopes.flatMap((scope) =>
      attempt({
        what,
        file: project,
        run: () => {
          const file = canonicalPath(pathOf({ scope, project, env }));
          // In the home directory the project's file is the user's.
          if (done.has(file)) return [];
          done.add(file);
          return attempt({ what, file, run: () => takeOutOf(file) });
        },
      }),
    );
  const steps = [
    ...each('settings', settingsPath, (file) => takeOut(file, options)),
    ...each('claude-md', claudeMdPath, (file) => takeOutOfClaudeMd(file, home)),
  ];
  return { ...reportOf(steps), othersUse: countUses(home, project, env), plugins: installedPlugins({ env }) };
}

function takeOut(file: string, { home, reached }: UninstallOptions): Step {
  const record = readInstalls(home).find((known) => known.file === file);
  const text = readSettings(file);
  const isOurs = record !== undefined && isAsWritten(record, text);
  const planned = isOurs ? textBefore(record) : withoutUs(text, record, { file, homeRoot: home.root });
  if (planned !== text) applyText(file, planned, text);
  if (record) {
    sweepTemporaries(file, record);
    if (record.createdFolder) removeIfEmpty(dirname(file));
    reached?.('restored');
    writeInstall(home, file, null);
  }
  if (planned === text) {
    return { what: 'settings', file, outcome: 'unchanged', says: `Nothing of ours is in ${file}.` };
  }
  const says = isOurs
    ? `${file} is as it was before init.`
    : `Took our hooks out of ${file}; the rest stays.`;
  return { what: 'settings', file, outcome: 'changed', says };
}

function countUses(home: HomePaths, project: string, env: NodeJS.ProcessEnv | undefined): number {
  const settings = recordsOrNone(home).filter(({ block }) => !block);
  const files = new Set(settings.map(({ file }) => file));
  try {
    // With or without a record, it serves every project.
    files.add(canonicalPath(settingsPath({ scope: 'user', project, env })));
  } catch {
    // There is no such place: nothing is registered there.
  }
  return [...files].filter((file) => runsScripts(file, home)).length;
}

function recordsOrNone(home: HomePaths): InstallRecord[] {
  try {
    return readInstalls(home);
  } catch {
    return []; // Each step above failed for this reason, and said so.
  }
}

function runsScripts(file: string, home: HomePaths): boolean {
  try {
    const text = readSettings(file);
    return text !== null && planRemoval(text, { file, homeRoot: home.root }).removed > 0;
  } catch {
    return true; // In doubt it does: scripts that stay harm nobody.
  }
}
