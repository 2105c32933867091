import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

/**
 * The real processes of the tests run what is shipped. Built before the first test, beside its place and
 * only where the sources are others than last time: another test run may be starting programs from it.
 */
export default function buildOnce(): void {
  const wanted = fingerprint();
  if (stampOf(DIST) === wanted) return;
  const made = join(ROOT, 'test', '.results', `dist-${process.pid}`);
  const old = `${made}-old`;
  try {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.json', '--outDir', made], { cwd: ROOT, stdio: 'inherit' });
    writeFileSync(join(made, '.built-from'), wanted);
    if (stampOf(DIST) !== wanted) {
      moveAway(DIST, old);
      renameSync(made, DIST);
    }
  } catch (error) {
    if (stampOf(DIST) !== wanted) throw error; // Else another run was as fast with the very same.
  } finally {
    for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Of everything that the build reads. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(join(ROOT, 'sidecar'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join('sidecar', name));
  for (const name of ['package-lock.json', 'tsconfig.json', ...sources.sort()]) {
    hash.update(`${name}\n`).update(readFileSync(join(ROOT, name)));
  }
  return hash.digest('hex');
}

function stampOf(folder: string): string | null {
  try {
    return readFileSync(join(folder, '.built-from'), 'utf8');
  } catch {
    return null; // None, or built by hand: then it is built anew.
  }
}

function moveAway(folder: string, to: string): void {
  try {
    renameSync(folder, to);
  } catch {
    // Nothing was there, or another run has just moved it.
  }
}
