import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { HoldfastError, systemCode } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { PACKAGE_ROOT, VERSION } from '../machine/index.ts';
import { HOOK_ENTRIES } from '../registration/index.ts';
import { type HookManifest, isUnedited, readManifest, writeManifest } from './hook-manifest.ts';
import { sha256 } from './installs.ts';
import type { Step } from './steps.ts';

const SCRIPT_MODE = 0o755;

export type DeployOptions = {
  /** Where the scripts come from; default: the package's own. */
  source?: string;
  version?: string;
  dryRun?: boolean;
};

type Script = {
  name: string;
  file: string;
  content: Buffer;
  present: Buffer | null;
  state: 'current' | 'write' | 'mode' | 'edited';
};

/** Copies the package's scripts to where the registered commands look. An edited one is left, and named. */
export function deployHooks(
  home: HomePaths,
  { source = join(PACKAGE_ROOT, 'hooks'), version = VERSION, dryRun = false }: DeployOptions = {},
): Step[] {
  const manifest = readManifest(home);
  const scripts = readScripts(source).map((script) => compare(home, manifest, script));
  const edited = scripts.filter(({ state }) => state === 'edited').map(leftStep);
  const next = nextManifest(manifest, scripts, version);
  const changes = scripts.filter(({ state }) => state === 'write' || state === 'mode');
  if (changes.length === 0 && JSON.stringify(manifest) === JSON.stringify(next)) {
    return [step(home, 'unchanged', 'The hook scripts are in place.'), ...edited];
  }
  const count = `${changes.length} hook script${changes.length === 1 ? '' : 's'}`;
  if (dryRun) return [step(home, 'changed', `Would write ${count}.`), ...edited];

  mkdirSync(home.hooks, { recursive: true, mode: 0o700 });
  // First a manifest that knows the old bytes and the new ones: whenever a kill comes, a half-copied
  // folder is recognised as ours and finished by the next deploy, and never taken for a person's edit.
  const replaced = replacedBy(changes);
  const isUpgrade = Object.keys(replaced).length > 0;
  writeManifest(home, isUpgrade ? { ...next, replaced } : next);
  for (const { file, content, state } of changes) {
    if (state === 'write') writeFileAtomic.sync(file, content, { mode: SCRIPT_MODE });
    else chmodSync(file, SCRIPT_MODE);
  }
  if (isUpgrade) writeManifest(home, next);
  const says = changes.length > 0 ? `Wrote ${count}.` : 'Brought the list of the hook scripts up to date.';
  return [step(home, 'changed', says), ...edited];
}

function readScripts(source: string): { name: string; content: Buffer }[] {
  let names: string[] = [];
  try {
    names = readdirSync(source)
      .filter((name) => name.endsWith('.sh'))
      .sort();
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
  }
  const missing = HOOK_ENTRIES.filter(({ script }) => !names.includes(script)).map(({ script }) => script);
  if (missing.length > 0) {
    // Registered all the same, the hook would be silent, and off.
    throw new HoldfastError(
      'PACKAGE_INCOMPLETE',
      `This installation of Holdfast lacks ${missing.join(', ')} in ${source}.`,
      'Install the package again.',
      { details: { missing } },
    );
  }
  return names.map((name) => ({ name, content: readFileSync(join(source, name)) }));
}

function compare(
  home: HomePaths,
  manifest: HookManifest | null,
  { name, content }: { name: string; content: Buffer },
): Script {
  const file = join(home.hooks, name);
  const present = readIfThere(file);
  const script = { name, file, content, present };
  if (present === null) return { ...script, state: 'write' };
  if (present.equals(content)) {
    const runnable = (statSync(file).mode & 0o777) === SCRIPT_MODE;
    return { ...script, state: runnable ? 'current' : 'mode' };
  }
  return { ...script, state: isUnedited(manifest, name, present) ? 'write' : 'edited' };
}

/** An edited script keeps the entry that it was edited from; a script we no longer ship keeps its own. */
function nextManifest(manifest: HookManifest | null, scripts: Script[], version: string): HookManifest {
  const files = { ...manifest?.files };
  for (const { name, content, state } of scripts) if (state !== 'edited') files[name] = sha256(content);
  return { version, files };
}

function replacedBy(changes: Script[]): Record<string, string> {
  const replaced: Record<string, string> = {};
  for (const { name, present } of changes) if (present) replaced[name] = sha256(present);
  return replaced;
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null;
    throw cause;
  }
}

function step(home: HomePaths, outcome: 'changed' | 'unchanged', says: string): Step {
  return { what: 'scripts', file: home.hooks, outcome, says };
}

function leftStep({ file }: Script): Step {
  const says = `${file} was edited by hand and is left as it is; remove it to get ours.`;
  return { what: 'scripts', file, outcome: 'left', says };
}
