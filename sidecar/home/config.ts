import { readFileSync } from 'node:fs';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import { CONFIG_KEYS, type Config, type ConfigKey } from './config-keys.ts';

/**
 * Reads `config.json`. Hand-checked by the table of keys and not by zod: this runs before the sidecar
 * listens, where loading zod would cost more than everything else together.
 */
export function readConfig(file: string): Config {
  return resolveConfig(parseConfigFile(file), file);
}

export function resolveConfig(written: Record<string, unknown>, file: string): Config {
  const values = new Map<string, unknown>(CONFIG_KEYS.map((entry) => [entry.key, entry.default]));
  for (const [key, value] of leaves(written)) {
    const entry: ConfigKey | undefined = CONFIG_KEYS.find((known) => known.key === key);
    if (!entry) throw unknownKey(key, file);
    if (!entry.valid(value)) {
      throw invalidConfig(file, `${key} must be ${entry.expected}, and is ${JSON.stringify(value)}`, key);
    }
    values.set(key, value);
  }
  return Object.fromEntries(values) as Config;
}

function parseConfigFile(file: string): Record<string, unknown> {
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
function* leaves(node: Record<string, unknown>, prefix = ''): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(node)) {
    const key = prefix + name;
    const isGroup = CONFIG_KEYS.some((known) => known.key.startsWith(`${key}.`));
    if (isGroup && isObject(value)) yield* leaves(value, `${key}.`);
    else yield [key, value];
  }
}

function unknownKey(key: string, file: string): HoldfastError {
  const nearest = [...CONFIG_KEYS].sort((a, b) => distance(key, a.key) - distance(key, b.key))[0]?.key;
  return invalidConfig(file, `${key} is not a known key; the nearest one is ${nearest}`, key);
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
