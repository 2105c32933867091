import { readFileSync, statSync } from 'node:fs';
import { applyEdits, modify } from 'jsonc-parser';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../errors/index.ts';
import { CONFIG_KEYS, type ConfigKey, type HomePaths, readConfig } from '../home/index.ts';
import type { Step } from './steps.ts';
import { offeredSwitches, rememberSwitches } from './switches.ts';

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
  const offered = onlyNew ? offeredSwitches(home) : [];
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
