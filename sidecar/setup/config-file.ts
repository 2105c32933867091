import { readFileSync, statSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { HoldfastError, systemCode } from '../errors/index.ts';
import { parseConfigFile } from '../home/index.ts';
import { isObject, parseSettings } from './settings-text.ts';

export type ConfigText = { text: string; value: Record<string, unknown> };

/** `config.json` as text and as what it says; a file that is missing or empty counts as `{}`. */
export function readConfigText(file: string): ConfigText {
  parseConfigFile(file); // Refuses what is no JSON object, in the words of `start`.
  const text = textOf(file);
  try {
    return { text, value: parseSettings(text, file).value };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new HoldfastError('CONFIG_INVALID', error.message, error.hint, { cause: error });
  }
}

/** A link's target is written, and the mode of the file stays. */
export function writeConfigText(file: string, text: string): void {
  writeFileAtomic.sync(file, text, { mode: modeOf(file) });
}

export function hasKey(written: unknown, key: string): boolean {
  let node = written;
  for (const name of key.split('.')) {
    if (!isObject(node) || !Object.hasOwn(node, name)) return false;
    node = node[name];
  }
  return true;
}

export function valueAt(written: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((node, name) => (isObject(node) ? node[name] : undefined), written);
}

function textOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    return text.trim() === '' ? '{}\n' : text;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return '{}\n';
    throw cause;
  }
}

function modeOf(file: string): number {
  return (statSync(file, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777;
}
