import { basename } from 'node:path';
import type { HomePaths } from '../../home/index.ts';
import { HOOK_ENTRIES } from '../../registration/index.ts';
import { isTombstoned } from '../hook-files.ts';
import type { Step } from '../steps.ts';

type Kind = 'deleted-by-person' | 'held-back';

/** Where a person is told. */
export type Notices = {
  raise: (notice: { guard: string; kind: Kind; title: string; why: string; hint: string }) => void;
  close: (guard: string, kind: Kind) => void;
};

/** One notice for each script that stays deleted, and for each edited one that an upgrade went past. */
export function tellOfScripts(home: HomePaths, steps: readonly Step[], notices: Notices): void {
  for (const { event, script } of HOOK_ENTRIES) {
    const guard = `hook.${event}`;
    const told = steps.find(({ file, outcome }) => outcome === 'left' && basename(file) === script);
    if (isTombstoned(home, script)) {
      notices.raise({
        guard,
        kind: 'deleted-by-person',
        title: `${script} was deleted, and stays deleted`,
        why: `Its guard is off: ${event} is not seen any more.`,
        hint: told?.says ?? 'Uninstall and init to have it back.',
      });
    } else notices.close(guard, 'deleted-by-person');
    if (told?.says.includes('.new')) {
      notices.raise({
        guard,
        kind: 'held-back',
        title: `${script} was edited, and this version ships another one`,
        why: told.says,
        hint: '`holdfast doctor` shows the difference. Remove the script and run `holdfast init` to get ours.',
      });
    } else if (!told) notices.close(guard, 'held-back');
  }
}

/** One notice for all blocks that were edited and that an upgrade went past. */
export function tellOfBlocks(steps: readonly Step[], notices: Notices): void {
  const edited = steps.filter(({ outcome, says }) => outcome === 'left' && says.includes('edited by hand'));
  const told = edited.filter(({ says }) => says.includes('.new'));
  if (told.length > 0) {
    const [many, was] =
      told.length === 1 ? ['Our block in CLAUDE.md', 'was'] : ['Our blocks in CLAUDE.md', 'were'];
    notices.raise({
      guard: 'migrator',
      kind: 'held-back',
      title: `${many} ${was} edited, and this version ships another one`,
      why: told.map(({ says }) => says).join(' '),
      hint: '`holdfast doctor` in the project shows the difference.',
    });
  } else if (edited.length === 0) notices.close('migrator', 'held-back');
}
