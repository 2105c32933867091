import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE_ROOT, VERSION } from '../../../sidecar/machine/index.ts';
import { notesBetween } from '../../../sidecar/setup/index.ts';
import { temporaryFolder } from '../../kit/temporary-folder.ts';

test('this version has its notes: what changed, what to tell, and the evidence', () => {
  const file = join(PACKAGE_ROOT, 'migrations', 'notes', `${VERSION}.md`);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(new RegExp(`^# ${VERSION.replaceAll('.', '\\.')}\\b`));
  for (const part of ['What changed', 'What to tell your user', 'Evidence']) {
    expect(text, `${file} says nothing on: ${part}`).toMatch(new RegExp(`\\*\\*${part}\\*\\*\\n\\n- \\S`));
  }
});

test('the notes between two versions, oldest first, without the one that was there', () => {
  const folder = temporaryFolder();
  for (const version of ['0.9.0', '0.10.0', '1.0.0', '1.2.0', '2.0.0']) {
    writeFileSync(join(folder, `${version}.md`), `# ${version}\n`);
  }
  writeFileSync(join(folder, 'README.md'), 'not a version\n');
  const versions = (from: string | null, to: string) =>
    notesBetween(from, to, folder).map(({ text }) => text);
  expect(versions('0.9.0', '1.2.0')).toEqual(['# 0.10.0', '# 1.0.0', '# 1.2.0']);
  expect(versions('1.2.0', '1.2.0')).toEqual([]);
  expect(versions(null, '2.0.0')).toEqual([]);
  expect(notesBetween('0.1.0', '1.0.0', join(folder, 'gone'))).toEqual([]);
});
