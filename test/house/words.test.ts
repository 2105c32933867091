import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../sidecar/errors/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { readMigrations } from '../../sidecar/store/index.ts';
import { sourcesOf } from './sources.ts';

const SOURCES = sourcesOf('sidecar').filter(({ file }) => file !== 'sidecar/errors/codes.ts');

describe('error codes', () => {
  test('that the sources use are all in the table', () => {
    const used = SOURCES.flatMap(({ file, text }) =>
      [...text.matchAll(/new HoldfastError\(\s*'([^']+)'/g)].map(([, code = '']) => ({ file, code })),
    );
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter(({ code }) => !Object.hasOwn(CODES, code))).toEqual([]);
  });

  test('of the table are all used', () => {
    const unused = Object.keys(CODES).filter(
      (code) => !SOURCES.some(({ text }) => text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the README', () => {
  const file = join(PACKAGE_ROOT, 'README.md');

  test('mentions every verb of the command line', (scope) => {
    scope.skip(!existsSync(file), 'README.md is not written yet');
    const readme = readFileSync(file, 'utf8');
    const main = readFileSync(join(PACKAGE_ROOT, 'sidecar', 'cli', 'main.ts'), 'utf8');
    // Each on the program, or on the verb that it belongs to.
    const verbs = [...main.matchAll(/(\w+)\s*\.command\('([a-z]+)/g)].map(([, of, verb]) =>
      of === 'holdfast' ? `${verb}` : `${of} ${verb}`,
    );
    expect(verbs.length).toBeGreaterThan(5);
    expect(
      verbs.filter((verb) => !new RegExp(`(?:holdfast |^\\| \`|, \`)${verb}\\b`, 'm').test(readme)),
    ).toEqual([]);
  });
});

describe('the package', () => {
  const description = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));

  test('declares every dependency that the sources import, and imports every one that it declares', () => {
    const imported = new Set(
      SOURCES.flatMap(({ text }) =>
        [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)'((?:@[^/']+\/)?[^./'][^/']*)/g)].map(
          ([, name = '']) => name,
        ),
      ).filter((name) => !name.startsWith('node:')),
    );
    const declared = Object.keys(description.dependencies);
    expect([...imported].filter((name) => !declared.includes(name))).toEqual([]);
    // zod: through @hono/zod-openapi, which leaves its version to us. compromise: decided for the claims, whose
    // grammar was measured to be better without it.
    const known = ['zod', 'compromise'];
    expect(declared.filter((name) => !imported.has(name) && !known.includes(name))).toEqual([]);
  });

  test('ships everything that it reads of itself', () => {
    for (const name of ['hooks', 'migrations', 'templates', 'sidecar/board/assets', 'dist/sidecar'])
      expect(description.files).toContain(name);
    expect(readMigrations().length).toBeGreaterThan(0);
  });
});
