import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';

export type Source = {
  /** `sidecar/store/open.ts` */
  file: string;
  room: string;
  lines: number;
  text: string;
  /** Files of this package that it imports, types too, `import()` too. */
  imports: string[];
};

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g;

export function sourcesOf(folder: string): Source[] {
  return readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(PACKAGE_ROOT, file), 'utf8');
      return {
        file,
        room: name.split('/')[0] ?? '',
        lines: text.trimEnd().split('\n').length,
        text,
        imports: [...text.matchAll(IMPORT)].map(([, path = '']) => normalize(join(dirname(file), path))),
      };
    });
}

export const roomOf = (file: string): string => file.split('/')[1] ?? '';
