import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths, requireConfigKey, resolveConfig } from '../home/index.ts';
import { hasKey, readConfigText, valueAt, writeConfigText } from './config-file.ts';
import { setAtPath } from './json-path.ts';

export type ConfigSet = { value: unknown; changed: boolean };

/**
 * Writes one value into config.json and leaves every other byte of it. A value that is the default is
 * written like any other: who set it keeps it when a later version has another default.
 */
export function setConfig(home: HomePaths, key: string, typed: string): ConfigSet {
  const { config: file } = home;
  const value = typedValue(key, typed);
  const { text, value: written } = readConfigText(file);
  if (hasKey(written, key) && isDeepStrictEqual(valueAt(written, key), value)) {
    resolveConfig(written, file);
    return { value, changed: false };
  }
  requireObjectsAbove(written, key, file);
  const planned = setAtPath(text, key.split('.'), value);
  // Of the whole file: a sidecar that is restarted with a bad one does not come back.
  resolveConfig(JSON.parse(planned), file);
  ensureHome(home);
  writeConfigText(file, planned);
  return { value, changed: true };
}

/** As JSON where that is a valid value, else as the text itself: nobody wants to quote twice in a shell. */
function typedValue(key: string, typed: string): unknown {
  const { valid, expected } = requireConfigKey(key);
  const found = [...jsonIn(typed), typed].find(valid);
  if (found !== undefined) return found;
  throw new HoldfastError(
    'BAD_INPUT',
    `${key} must be ${expected}, and ${JSON.stringify(typed)} is not.`,
    `\`holdfast config get ${key}\` shows what it is now.`,
    { details: { key } },
  );
}

function jsonIn(typed: string): unknown[] {
  try {
    return [JSON.parse(typed)];
  } catch {
    return []; // Then it is a text.
  }
}

/** `{"server": 5}` has no place for `server.port`, and what stands there is not ours to throw away. */
function requireObjectsAbove(written: Record<string, unknown>, key: string, file: string): void {
  const names = key.split('.');
  for (let depth = 1; depth < names.length; depth++) {
    const above = names.slice(0, depth).join('.');
    const node = valueAt(written, above);
    if (node === undefined || (typeof node === 'object' && node !== null && !Array.isArray(node))) continue;
    throw new HoldfastError(
      'CONFIG_INVALID',
      `${file}: ${above} is ${JSON.stringify(node)}, and no object that could hold ${key}.`,
      `Mend or remove ${above}.`,
      { details: { key: above } },
    );
  }
}
