import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { HomePaths } from '../home/index.ts';
import { sha256 } from './installs.ts';
import { isObject } from './settings-text.ts';

/** What we put into the hooks folder: the one way to tell our script from one that the person edited. */
export type HookManifest = {
  version: string;
  /** sha256 by file name. */
  files: Record<string, string>;
  /** While an upgrade copies: what each file held before. A kill in between leaves either of the two. */
  replaced?: Record<string, string>;
};

export function manifestPath(home: HomePaths): string {
  return join(home.hooks, 'manifest.json');
}

/** Null where there is none, or a damaged one: then no script counts as ours and none is overwritten. */
export function readManifest(home: HomePaths): HookManifest | null {
  try {
    const value: unknown = JSON.parse(readFileSync(manifestPath(home), 'utf8'));
    if (!isObject(value) || !isObject(value.files)) return null;
    return {
      version: String(value.version),
      files: hashesOf(value.files),
      ...(isObject(value.replaced) ? { replaced: hashesOf(value.replaced) } : {}),
    };
  } catch {
    return null;
  }
}

export function writeManifest(home: HomePaths, manifest: HookManifest): void {
  writeFileAtomic.sync(manifestPath(home), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
}

export function removeManifest(home: HomePaths): void {
  rmSync(manifestPath(home), { force: true });
}

export function isUnedited(manifest: HookManifest | null, name: string, content: Buffer): boolean {
  const hash = sha256(content);
  return manifest?.files[name] === hash || manifest?.replaced?.[name] === hash;
}

function hashesOf(value: Record<string, unknown>): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const [name, hash] of Object.entries(value)) if (typeof hash === 'string') hashes[name] = hash;
  return hashes;
}
