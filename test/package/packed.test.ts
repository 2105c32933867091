import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

type Packed = { filename: string; size: number; files: { path: string; mode: number }[] };

/** Without its scripts: they would build anew what other tests run at this moment. */
function pack(to: string): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', to];
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  // npm wants a home for its log.
  const env = { PATH: process.env.PATH, HOME: to };
  const printed = execFileSync('npm', args, { cwd: PACKAGE_ROOT, env, stdio, encoding: 'utf8' });
  const [packed] = JSON.parse(printed) as Packed[];
  if (!packed) throw new Error(`npm pack said ${printed}`);
  return packed;
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(PACKAGE_ROOT.length + 1));

/** What is needed where it is installed: one compiled file for each source, and what those read. */
const WANTED = [
  ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'],
  ...filesIn('sidecar').map((file) =>
    // The browser loads the board's files as they lie.
    file.startsWith('sidecar/board/assets/') ? file : `dist/${file.replace(/\.tsx?$/, '.js')}`,
  ),
  ...filesIn('hooks'),
  ...filesIn('templates'),
  ...filesIn('.claude-plugin'),
  ...filesIn('migrations').filter((file) => file !== 'migrations/schema.sql'),
];

describe('the packed file', () => {
  test('holds what is needed and nothing else, in less than 2 MB, and publint has no word to say', async () => {
    const folder = temporaryFolder();
    const { filename, size, files } = pack(folder);
    expect(files.map(({ path }) => path).sort()).toEqual(WANTED.sort());
    expect(size).toBeLessThan(2_000_000);
    const scripts = files.filter(({ path }) => path.endsWith('.sh'));
    expect(scripts.filter(({ mode }) => (mode & 0o111) !== 0o111)).toEqual([]);

    const tarball = readFileSync(join(folder, filename));
    const { messages, pkg } = await publint({
      level: 'suggestion',
      strict: true,
      pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
    });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  test('says whose it is and how it may be used, and runs no script where it is installed', () => {
    const description = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
    expect(description).toMatchObject({
      license: 'MIT',
      publishConfig: { provenance: true, access: 'public' },
    });
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(description.scripts).not.toHaveProperty(script);
    }
  });

  test('leaves its better-sqlite3 to the Node that it meets, and its lockfile to the oldest one', () => {
    const lock = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package-lock.json'), 'utf8'));
    expect(lock.packages[''].dependencies['better-sqlite3']).toBe('^12.11.0 || ^13.0.0');
    expect(lock.packages['node_modules/better-sqlite3'].version).toMatch(/^12\./);
  });
});
