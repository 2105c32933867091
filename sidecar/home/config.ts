import { readFileSync } from 'node:fs';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import { CONFIG_KEYS, type Config, type ConfigKey, RENAMED_KEYS, type RenamedKey } from './config-keys.ts';

/** One key, and where its value comes from: nobody set it, or it stands in `config.json`. */
export type ConfigRow = { key: string; value: unknown; default: unknown; source: 'default' | 'file' };

/**
 * Reads `config.json`. Hand-checked by the table of keys and not by zod: this runs before the sidecar
 * listens, where loading zod would cost more than everything else together.
 */
export function readConfig(file: string): Config {
  return resolveConfig(parseConfigFile(file), file);
}

export function resolveConfig(
  written: Record<string, unknown>,
  file: string,
  renamed: readonly RenamedKey[] = RENAMED_KEYS,
): Config {
  const rows = explain(written, file, renamed);
  return Object.fromEntries(rows.map(({ key, value }) => [key, value])) as Config;
}

/** Every key with its value. A file that `start` would refuse is refused here too. */
export function explainConfig(file: string): ConfigRow[] {
  return explain(parseConfigFile(file), file, RENAMED_KEYS);
}

/** The known key, or a refusal that names the nearest one. */
export function requireConfigKey(key: string, renamed: readonly RenamedKey[] = RENAMED_KEYS): ConfigKey {
  const found = CONFIG_KEYS.find((known) => known.key === key);
  if (found) return found;
  const now = renamed.find(({ from }) => from === key)?.to;
  throw new HoldfastError(
    'BAD_INPUT',
    `${now === undefined ? notKnown(key) : `${key} is called ${now} now`}.`,
    '`holdfast config list` shows them all.',
    { details: { key } },
  );
}

function explain(
  written: Record<string, unknown>,
  file: string,
  renamed: readonly RenamedKey[],
): ConfigRow[] {
  const set = new Map<string, unknown>();
  for (const [name, value] of leaves(written, renamed)) {
    const key = renamed.find(({ from }) => from === name)?.to ?? name;
    const entry: ConfigKey | undefined = CONFIG_KEYS.find((known) => known.key === key);
    if (!entry) throw unknownKey(key, file);
    if (!entry.valid(value)) {
      throw invalidConfig(file, `${name} must be ${entry.expected}, and is ${JSON.stringify(value)}`, name);
    }
    // Where both names are set, the new one is what the person wrote last.
    if (name === key || !set.has(key)) set.set(key, value);
  }
  return CONFIG_KEYS.map((entry) => ({
    key: entry.key,
    value: set.has(entry.key) ? set.get(entry.key) : entry.default,
    default: entry.default,
    source: set.has(entry.key) ? 'file' : 'default',
  }));
}

/** What the file says, unjudged; a file that is missing or empty counts as `{}`. */
export function parseConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return {};
    throw invalidConfig(file, `it cannot be read (${messageOf(cause)})`);
  }
  if (text.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalidConfig(file, `it is not JSON (${messageOf(cause)})`);
  }
  if (!isObject(parsed)) throw invalidConfig(file, 'it holds no JSON object');
  return parsed;
}

/** `{server: {port: 1}}` → `['server.port', 1]`. A known key ends the descent, whatever it holds. */
function* leaves(
  node: Record<string, unknown>,
  renamed: readonly RenamedKey[],
  prefix = '',
): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(node)) {
    const key = prefix + name;
    const isGroup = [...CONFIG_KEYS.map((known) => known.key), ...renamed.map(({ from }) => from)].some(
      (known) => known.startsWith(`${key}.`),
    );
    if (isGroup && isObject(value)) yield* leaves(value, renamed, `${key}.`);
    else yield [key, value];
  }
}

function unknownKey(key: string, file: string): HoldfastError {
  return invalidConfig(file, notKnown(key), key);
}

function notKnown(key: string): string {
  const nearest = [...CONFIG_KEYS].sort((a, b) => distance(key, a.key) - distance(key, b.key))[0]?.key;
  return `${key} is not a known key; the nearest one is ${nearest}`;
}

function invalidConfig(file: string, what: string, key?: string): HoldfastError {
  return new HoldfastError(
    'CONFIG_INVALID',
    `${file}: ${what}.`,
    key === undefined
      ? 'Mend the file, or move it away to start with the defaults.'
      : `Mend or remove ${key}.`,
    key === undefined ? {} : { details: { key } },
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
