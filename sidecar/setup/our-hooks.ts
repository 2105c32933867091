import { HOOK_ENTRIES, STATUS_LINE_SCRIPT } from '../registration/index.ts';
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

/** `HOME/hooks/NAME.sh` alone, quoted in one of the usual ways, with or without our silent ending. */
function runsOneOf(scripts: readonly string[]): RegExp {
  const script = String.raw`\/hooks\/(?:${scripts.map((name) => name.replace('.', '\\.')).join('|')})`;
  return new RegExp(
    String.raw`^(?:"(?<home>[^"'\\]+)"${script}|"(?<whole>[^"'\\]+)${script}"` +
      String.raw`|'(?<single>[^"'\\]+)${script}'|'(?<singleHome>[^"'\\]+)'${script}` +
      String.raw`|(?<bare>[^\s"'\\;&|<>()]+)${script})(?: 2>\/dev\/null)?(?: \|\| (?::|true))?$`,
  );
}

const RUNS_A_HOOK = runsOneOf(HOOK_ENTRIES.map(({ script }) => script));
const RUNS_THE_STATUS_LINE = runsOneOf([STATUS_LINE_SCRIPT]);

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
  return isHoldfastHome(homeOfCommand(command), homeRoot);
}

export function isOurStatusLine(setting: unknown, homeRoot?: string): boolean {
  return isObject(setting) && isHoldfastHome(homeIn(setting.command, RUNS_THE_STATUS_LINE), homeRoot);
}

/** The home out of which a command runs one of our hooks, as it is written there; null: it does something else. */
export function homeOfCommand(command: unknown): string | null {
  return homeIn(command, RUNS_A_HOOK);
}

function homeIn(command: unknown, runs: RegExp): string | null {
  if (typeof command !== 'string') return null;
  const groups = runs.exec(command.trim())?.groups;
  if (!groups) return null;
  return groups.home ?? groups.whole ?? groups.single ?? groups.singleHome ?? groups.bare ?? '';
}

function isHoldfastHome(home: string | null, homeRoot?: string): boolean {
  if (home === null) return false;
  return HOMES_BY_NAME.includes(home) || home === homeRoot || /^\/(?:.*\/)?\.holdfast$/.test(home);
}
