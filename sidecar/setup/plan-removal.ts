import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { HOOK_ENTRIES, STATUS_LINE_SCRIPT } from '../registration/index.ts';
import { removeChild } from './json-splice.ts';
import { isOurStatusLine, type OurHook, ourHooks } from './our-hooks.ts';
import type { PlanOptions } from './plan-registration.ts';
import { requireSame } from './require-same.ts';
import { isObject, type JsonObject, parseSettings, splitByteOrderMark } from './settings-text.ts';

export type RemovalOptions = PlanOptions & {
  /** What stood there before us: an event list or a `hooks` that was empty then may be empty again. */
  before?: string | null;
};

/** The text without our entries, whoever wrote them. Throws SETTINGS_UNREADABLE. */
export function planRemoval(
  text: string,
  { file = 'The settings file', homeRoot, before = null }: RemovalOptions = {},
): { text: string; changed: boolean; removed: number } {
  const { mark, body } = splitByteOrderMark(text);
  if (!namesOurs(body, homeRoot)) return { text, changed: false, removed: 0 };
  const stoodEmpty = emptiesOf(before);

  let planned = body;
  let removed = 0;
  for (let next = firstOurs(planned, file, homeRoot); next; next = firstOurs(planned, file, homeRoot)) {
    planned = removeHook(planned, next, stoodEmpty, file);
    removed++;
  }
  const withoutLine = removeStatusLine(planned, file, homeRoot);
  if (withoutLine !== planned) removed++;
  planned = withoutLine;
  if (removed === 0) return { text, changed: false, removed };
  requireSame(planned, intended(parseSettings(body, file).value, stoodEmpty, homeRoot), file);
  return { text: mark + planned, changed: true, removed };
}

/** Where neither a script nor a home is named, nothing is ours, and a file that does not parse is no trouble. */
function namesOurs(body: string, homeRoot?: string): boolean {
  const namesHome = /holdfast/i.test(body) || (homeRoot !== undefined && body.includes(homeRoot));
  return (
    namesHome &&
    [STATUS_LINE_SCRIPT, ...HOOK_ENTRIES.map(({ script }) => script)].some((name) => body.includes(name))
  );
}

function firstOurs(text: string, file: string, homeRoot?: string): OurHook | undefined {
  const { hooks } = parseSettings(text, file).value;
  return Object.entries(isObject(hooks) ? hooks : {})
    .flatMap(([event, groups]) => ourHooks(groups, event, homeRoot))
    .at(0);
}

function removeStatusLine(text: string, file: string, homeRoot?: string): string {
  const { value, root } = parseSettings(text, file);
  const property = findNodeAtLocation(root, ['statusLine'])?.parent;
  return property && isOurStatusLine(value.statusLine, homeRoot) ? removeChild(text, root, property) : text;
}

/** Takes out the handler, and with it each container that would be left empty by that. */
function removeHook(text: string, ours: OurHook, stoodEmpty: ReadonlySet<string>, file: string): string {
  const { root } = parseSettings(text, file);
  const path = ['hooks', ours.event, ours.group, 'hooks', ours.handler];
  let target = findNodeAtLocation(root, path);
  const isLastOf = (node: Node | undefined) => node?.children?.length === 1;
  if (isLastOf(target?.parent)) {
    target = findNodeAtLocation(root, path.slice(0, 3));
    const event = target?.parent;
    if (isLastOf(event) && !stoodEmpty.has(ours.event)) {
      target = event?.parent;
      const hooks = target?.parent;
      if (isLastOf(hooks) && !stoodEmpty.has('hooks')) target = hooks?.parent;
    }
  }
  if (!target?.parent) throw new Error(`hooks.${ours.event} was not found again`);
  return removeChild(text, target.parent, target);
}

/** The names of the events that held an empty list, and `hooks` where it was an empty object. */
function emptiesOf(before: string | null): ReadonlySet<string> {
  const empties = new Set<string>();
  try {
    const value: unknown = JSON.parse(splitByteOrderMark(before ?? '{}').body);
    const hooks = isObject(value) ? value.hooks : undefined;
    if (!isObject(hooks)) return empties;
    if (Object.keys(hooks).length === 0) empties.add('hooks');
    for (const [event, groups] of Object.entries(hooks)) {
      if (Array.isArray(groups) && groups.length === 0) empties.add(event);
    }
  } catch {
    // An empty file, say: then nothing stood there.
  }
  return empties;
}

/** The same change, made to the value: what the edited text must say. */
function intended(value: JsonObject, stoodEmpty: ReadonlySet<string>, homeRoot?: string): JsonObject {
  if (isOurStatusLine(value.statusLine, homeRoot)) delete value.statusLine;
  const hooks = value.hooks;
  if (!isObject(hooks)) return value;
  for (const [event, groups] of Object.entries(hooks)) {
    const ours = new Set(ourHooks(groups, event, homeRoot).map((hook) => hook.value));
    if (!Array.isArray(groups) || ours.size === 0) continue;
    const kept = groups.filter((group: unknown) => !isObject(group) || !leavesEmpty(group, ours));
    if (kept.length > 0 || stoodEmpty.has(event)) hooks[event] = kept;
    else delete hooks[event];
  }
  if (Object.keys(hooks).length === 0 && !stoodEmpty.has('hooks')) delete value.hooks;
  return value;
}

function leavesEmpty(group: JsonObject, ours: ReadonlySet<unknown>): boolean {
  if (!Array.isArray(group.hooks) || !group.hooks.some((handler) => ours.has(handler))) return false;
  group.hooks = group.hooks.filter((handler) => !ours.has(handler));
  return Array.isArray(group.hooks) && group.hooks.length === 0;
}
