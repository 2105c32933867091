import { lstatSync } from 'node:fs';
import { HoldfastError, messageOf } from '../../errors/index.ts';
import { readBytes } from '../settings-file.ts';

/** Null where there is no file; `odd` for what is none: a folder, a link to nowhere. Throws FILE_UNREADABLE. */
export function readClaudeMd(file: string): Buffer | 'odd' | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats && !stats.isFile() && !stats.isSymbolicLink()) return 'odd';
  try {
    return readBytes(file) ?? (stats ? 'odd' : null);
  } catch (cause) {
    throw new HoldfastError(
      'FILE_UNREADABLE',
      `${file} cannot be read: ${messageOf(cause)}.`,
      'Make it readable for you, and run `holdfast migrate`.',
      { cause, details: { file } },
    );
  }
}
