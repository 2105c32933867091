import { HOOK_ENTRIES } from '../registration/index.ts';
import { isObject } from './settings-text.ts';

/** Where one of our handlers stands: `hooks.<event>[group].hooks[handler]`. */
export type OurHook = { event: string; group: number; handler: number; value: Record<string, unknown> };

export function ourHooks(groups: unknown, event: string, homeRoot?: string): OurHook[] {
  if (!Array.isArray(groups)) return [];
  const found: OurHook[] = [];
  groups.forEach((group: unknown, groupIndex) => {
    if (!isObject(group) || !Array.isArray(group.hooks)) return;
    group.hooks.forEach((value: unknown, handler) => {
      if (isObject(value) && isOurCommand(value.command, homeRoot)) {
        found.push({ event, group: groupIndex, handler, value });
      }
    });
  });
  return found;
}

const SCRIPT = String.raw`\/hooks\/(?:${HOOK_ENTRIES.map(({ script }) => script.replace('.', '\\.')).join('|')})`;

/** `HOME/hooks/NAME.sh` alone, quoted in one of the usual ways, with or without our silent ending. */
const RUNS_OUR_SCRIPT = new RegExp(
  String.raw`^(?:"(?<home>[^"'\\]+)"${SCRIPT}|"(?<whole>[^"'\\]+)${SCRIPT}"` +
    String.raw`|'(?<single>[^"'\\]+)${SCRIPT}'|'(?<singleHome>[^"'\\]+)'${SCRIPT}` +
    String.raw`|(?<bare>[^\s"'\\;&|<>()]+)${SCRIPT})(?: 2>\/dev\/null)?(?: \|\| (?::|true))?$`,
);

const HOMES_BY_NAME = [
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: shell, not a template
  '${HOLDFAST_HOME:-$HOME/.holdfast}',
  '${HOLDFAST_HOME}',
  '$HOLDFAST_HOME',
  '${HOME}/.holdfast',
  '$HOME/.holdfast',
  '~/.holdfast',
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: shell, not a template
];

/**
 * Ours is a command that does nothing else than run one of our scripts out of a Holdfast home. One that
 * merely names such a script, or that the person wrapped in something, is the person's.
 */
export function isOurCommand(command: unknown, homeRoot?: string): boolean {
  const home = homeOfCommand(command);
  if (home === null) return false;
  return HOMES_BY_NAME.includes(home) || home === homeRoot || /^\/(?:.*\/)?\.holdfast$/.test(home);
}

/** The home out of which a command runs one of our scripts, as it is written there; null: it does something else. */
export function homeOfCommand(command: unknown): string | null {
  if (typeof command !== 'string') return null;
  const groups = RUNS_OUR_SCRIPT.exec(command.trim())?.groups;
  if (!groups) return null;
  return groups.home ?? groups.whole ?? groups.single ?? groups.singleHome ?? groups.bare ?? '';
}
