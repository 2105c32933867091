import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../errors/index.ts';
import { CONFIG_KEYS, type ConfigKey, type HomePaths, readConfig } from '../home/index.ts';
import type { Step } from './steps.ts';

/**
 * What is off until a person asks for Holdfast is switched on by `init`: written into config.json where the
 * person has set nothing, so that every value that is in force can be read there.
 */
export function writeConfigDefaults(
  home: HomePaths,
  dryRun: boolean,
  /** An upgrade sets what is new in it alone: what the person took out since `init` stays out. */
  { onlyNew = false }: { onlyNew?: boolean } = {},
): Step {
  const { config: file } = home;
  const offered = onlyNew ? (readSwitches(home) ?? FIRST_SWITCHES) : [];
  readConfig(file); // A file that start would refuse is refused here too, before anything is written.
  const before = readText(file);
  const written: unknown = JSON.parse(before);
  const missing = CONFIG_KEYS.filter(
    (entry: ConfigKey) => 'afterInit' in entry && !has(written, entry.key) && !offered.includes(entry.key),
  );
  if (missing.length === 0) {
    if (!dryRun) rememberSwitches(home);
    return { what: 'config', file, outcome: 'unchanged', says: `The switches are set in ${file}.` };
  }
  let text = before;
  for (const { key, afterInit } of missing as ConfigKey[]) {
    const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
    text = applyEdits(text, modify(text, key.split('.'), afterInit, { formattingOptions }));
  }
  if (!dryRun) writeFileAtomic.sync(file, text.endsWith('\n') ? text : `${text}\n`, { mode: modeOf(file) });
  if (!dryRun) rememberSwitches(home);
  const names = missing.map(({ key }) => key.replace('messaging.', '').replace('.enabled', '')).join(', ');
  const says = `${dryRun ? 'Would switch' : 'Switched'} on in ${file}: ${names}.`;
  return { what: 'config', file, outcome: 'changed', says };
}

/** What every `init` set before there was a list of it. */
const FIRST_SWITCHES = ['messaging.actionClaim.enabled', 'messaging.completionClaim.enabled'];

export function readSwitches(home: HomePaths): string[] | null {
  try {
    const list: unknown = JSON.parse(readFileSync(home.switches, 'utf8'));
    return Array.isArray(list) ? list.filter((key): key is string => typeof key === 'string') : null;
  } catch {
    return null; // None yet, or a damaged one: then the first ones count as set.
  }
}

/** After the config itself: a kill in between sets them once more, where they are set already. */
function rememberSwitches(home: HomePaths): void {
  const keys = CONFIG_KEYS.filter((entry) => 'afterInit' in entry).map(({ key }) => key);
  const all = [...new Set([...(readSwitches(home) ?? FIRST_SWITCHES), ...keys])];
  const text = `${JSON.stringify(all)}\n`;
  if (readSwitches(home)?.join() === all.join()) return;
  mkdirSync(dirname(home.switches), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(home.switches, text, { mode: 0o600 });
}

function readText(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    return text.trim() === '' ? '{}' : text;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return '{}';
    throw cause;
  }
}

function has(written: unknown, key: string): boolean {
  let node = written;
  for (const name of key.split('.')) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return false;
    node = (node as Record<string, unknown>)[name];
  }
  return true;
}

function modeOf(file: string): number {
  return (statSync(file, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777;
}
