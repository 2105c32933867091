import { statSync } from 'node:fs';
import { type HookLife, openHookLife } from '../guards/index.ts';
import type { HomePaths } from '../home/index.ts';
import { ignoredProjects } from '../intake/index.ts';
import { projectOf } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';

export type ProveHooksOptions = {
  store: Store;
  home: HomePaths;
  eventsWait: () => boolean;
  ignoreProjects: readonly string[];
  isTombstoned: (script: string) => boolean;
};

/** Hands the guards of the hooks what other rooms know. Those that a start can do without come with the first look. */
export function proveHooks(options: ProveHooksOptions): HookLife {
  const { store, home, eventsWait, isTombstoned } = options;
  const isIgnored = ignoredProjects(options.ignoreProjects);
  return openHookLife({
    ...{ store, home, eventsWait, projectOf, isTombstoned },
    isIgnored: (cwd) => isIgnored({ cwd }),
    droppedAt: () => statSync(home.overflow, { throwIfNoEntry: false })?.mtime ?? null,
    sources: async () => {
      const [setup, audit] = await Promise.all([import('../setup/index.ts'), import('../audit/index.ts')]);
      return {
        readRow: audit.readRow,
        folder: folderOrNone(audit.transcriptFolder),
        registered: () => setup.registeredHooks({ home }),
        switchedOff: (directory) => setup.switchedOff(directory, { home }),
      };
    },
  });
}

function folderOrNone(find: () => string): string | null {
  try {
    return find();
  } catch {
    return null; // Neither HOME nor CLAUDE_CONFIG_DIR: there are no transcripts to find.
  }
}
