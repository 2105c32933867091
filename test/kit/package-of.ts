import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The package once more, under another version. Gives its command line. */
export function packageOf(version: string): string {
  const folder = temporaryFolder();
  for (const name of ['dist', 'hooks', 'migrations', 'templates', 'sidecar/board/assets'])
    cpSync(join(PACKAGE_ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(folder, 'node_modules'));
  const description = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...description, version }));
  return join(folder, 'dist', 'sidecar', 'cli', 'index.js');
}

/** As npm does it: the files of the package are replaced under whoever runs them. */
export function setVersion(cli: string, version: string): void {
  const file = join(cli, '..', '..', '..', '..', 'package.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }));
}
