import { existsSync } from 'node:fs';
import type { HomePaths } from '../../home/index.ts';
import { hookFiles, manifestPath } from '../hook-files.ts';
import { lineDiff } from '../line-diff.ts';
import { judge } from '../owned/judge.ts';
import { readRecord } from '../owned/record.ts';
import { bad, type Check, good } from './check.ts';

/** The deployed scripts against those of this version. One that the person edited is theirs, and is shown. */
export function checkScripts(home: HomePaths): Check[] {
  if (!existsSync(manifestPath(home))) return [];
  const record = readRecord(manifestPath(home));
  return hookFiles(home).flatMap((owned): Check[] => {
    const { name, file, content } = owned;
    const judged = judge(owned, record);
    if (judged.state === 'unreadable')
      return [bad(`scripts.${name}`, judged.error.message, judged.error.hint)];
    if (judged.state === 'ours') {
      return [bad(`scripts.${name}`, `${file} is of another version`, 'Run `holdfast migrate`.')];
    }
    if (judged.state !== 'edited') return [];
    const present = judged.present?.toString('utf8') ?? null;
    const diff = lineDiff(file, content.toString('utf8'), present);
    return [{ ...good(`scripts.${name}`, `${file} ${judged.why}; it is yours, and is left`), diff }];
  });
}
