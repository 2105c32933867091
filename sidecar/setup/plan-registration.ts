import { findNodeAtLocation, type Node } from 'jsonc-parser';
import {
  commandHook,
  HOOK_ENTRIES,
  type HookEntry,
  hookGroup,
  statusLineSetting,
} from '../registration/index.ts';
import { layoutOf } from './json-layout.ts';
import { appendElement, appendProperty, replaceValue } from './json-splice.ts';
import { type OurHook, ourHooks } from './our-hooks.ts';
import { requireSame } from './require-same.ts';
import {
  isObject,
  type JsonObject,
  kindOf,
  parseSettings,
  refusal,
  type Settings,
  splitByteOrderMark,
} from './settings-text.ts';

export type PlanOptions = {
  /** Named in a refusal. */
  file?: string;
  /** A home by absolute path is recognised in a command, besides any that is called `.holdfast`. */
  homeRoot?: string;
  /** Events that get no entry of ours: the person took it out, or another file has it. */
  skip?: ReadonlySet<string>;
};

export type RegistrationOptions = PlanOptions & {
  /** Our status line too, where the file has none. */
  statusLine?: boolean;
};

/**
 * The text with our entries in it: appended where an event has none, brought up to date in place where it
 * has one of an earlier form, and the very same text where everything stands. Throws SETTINGS_UNREADABLE.
 */
export function planRegistration(
  text: string | null,
  { file = 'The settings file', homeRoot, skip = new Set(), statusLine = false }: RegistrationOptions = {},
): { text: string; changed: boolean } {
  const { mark, body } = splitByteOrderMark(text ?? '');
  const start = body.trim() === '' ? '{}\n' : body;
  const { value } = parseSettings(start, file);
  requireHooks(value, file);

  let planned = start;
  const isWanted = ({ event }: HookEntry) => !skip.has(event) || oursIn(value, event, homeRoot).length > 0;
  const wanted = HOOK_ENTRIES.filter(isWanted);
  for (const entry of wanted) planned = registerEvent(planned, entry, file, homeRoot);
  if (statusLine) planned = registerStatusLine(planned, file);
  if (planned === start) return { text: text ?? '', changed: false };
  const meant = intended(value, wanted, homeRoot);
  if (statusLine && meant.statusLine === undefined) meant.statusLine = statusLineSetting();
  requireSame(planned, meant, file);
  return { text: mark + planned, changed: true };
}

/** A `hooks` that Claude Code would not read is not ours to mend: the person must see it first. */
function requireHooks({ hooks }: JsonObject, file: string): void {
  if (hooks === undefined) return;
  if (!isObject(hooks)) throw refusal(file, `its "hooks" is ${kindOf(hooks)}, not an object`);
  for (const { event } of HOOK_ENTRIES) {
    const groups = hooks[event];
    if (groups === undefined || Array.isArray(groups)) continue;
    throw refusal(file, `its "hooks.${event}" is ${kindOf(groups)}, not a list`);
  }
}

function registerEvent(text: string, entry: HookEntry, file: string, homeRoot?: string): string {
  const settings = parseSettings(text, file);
  const layout = layoutOf(text, settings.root);
  const { event } = entry;
  const hooks = findNodeAtLocation(settings.root, ['hooks']);
  if (!hooks) return appendProperty(text, settings.root, 'hooks', { [event]: [hookGroup(entry)] }, layout);
  const groups = findNodeAtLocation(hooks, [event]);
  if (!groups) return appendProperty(text, hooks, event, [hookGroup(entry)], layout);
  const ours = oursIn(settings.value, event, homeRoot);
  if (ours.length === 0) return appendElement(text, groups, hookGroup(entry), layout);

  const wanted = commandHook(entry);
  return ours
    .filter(({ value }) => value.command !== wanted.command || value.timeout !== wanted.timeout)
    .reduce((updated, { group, handler }) => {
      const path = ['hooks', event, group, 'hooks', handler];
      return setProperty(
        setProperty(updated, path, 'command', wanted.command, file),
        path,
        'timeout',
        wanted.timeout,
        file,
      );
    }, text);
}

/** The events for which a settings file has an entry of ours; none where it cannot be read. */
export function registeredEvents(text: string | null, homeRoot?: string): ReadonlySet<string> {
  try {
    const value: unknown = JSON.parse(splitByteOrderMark(text ?? '{}').body);
    if (!isObject(value)) return new Set();
    const events = HOOK_ENTRIES.map(({ event }) => event);
    return new Set(events.filter((event) => oursIn(value, event, homeRoot).length > 0));
  } catch {
    return new Set(); // Whoever plans a change to it will say why.
  }
}

function registerStatusLine(text: string, file: string): string {
  const { value, root } = parseSettings(text, file);
  if (value.statusLine !== undefined) return text;
  return appendProperty(text, root, 'statusLine', statusLineSetting(), layoutOf(text, root));
}

function setProperty(
  text: string,
  path: (string | number)[],
  key: string,
  value: string | number,
  file: string,
): string {
  const { root } = parseSettings(text, file);
  const present = findNodeAtLocation(root, [...path, key]);
  if (present)
    return present.value === value ? text : replaceValue(text, present, value, layoutOf(text, root));
  const handler: Node | undefined = findNodeAtLocation(root, path);
  return handler ? appendProperty(text, handler, key, value, layoutOf(text, root)) : text;
}

/** The same change, made to the value: what the edited text must say. */
function intended(value: Settings['value'], wanted: readonly HookEntry[], homeRoot?: string): JsonObject {
  const hooks = isObject(value.hooks) ? value.hooks : {};
  value.hooks = hooks;
  for (const entry of wanted) {
    const ours = oursIn(value, entry.event, homeRoot);
    const { command, timeout } = commandHook(entry);
    for (const hook of ours) Object.assign(hook.value, { command, timeout });
    if (ours.length === 0) hooks[entry.event] = [...groupsOf(value, entry.event), hookGroup(entry)];
  }
  return value;
}

function oursIn(value: JsonObject, event: string, homeRoot?: string): OurHook[] {
  return ourHooks(groupsOf(value, event), event, homeRoot);
}

function groupsOf({ hooks }: JsonObject, event: string): unknown[] {
  const groups = isObject(hooks) ? hooks[event] : undefined;
  return Array.isArray(groups) ? groups : [];
}
