import type { HomePaths } from '../../home/index.ts';
import { areOurs, findBlock, shippedWords } from '../claude-md/block.ts';
import { decode } from '../claude-md/encoding.ts';
import { readClaudeMd } from '../claude-md/read.ts';
import { readInstalls } from '../installs.ts';
import { lineDiff } from '../line-diff.ts';
import { canonicalPath, claudeMdPath, type Scope } from '../settings-path.ts';
import { bad, type Check, good } from './check.ts';

const SCOPES: readonly Scope[] = ['user', 'project', 'local'];

/** The blocks that an agent reads here, against those of this version. One that the person edited is shown. */
export function checkBlocks(home: HomePaths, project: string, env: NodeJS.ProcessEnv): Check[] {
  const records = readInstalls(home);
  const words = shippedWords();
  const files = new Set(SCOPES.map((scope) => canonicalPath(claudeMdPath({ scope, project, env }))));
  return [...files].flatMap((file): Check[] => {
    const bytes = readClaudeMd(file);
    const decoded = bytes === null || bytes === 'odd' ? null : decode(bytes);
    const block = decoded && findBlock(decoded.text);
    if (!block || block === 'broken' || block.words === words) return [];
    const known = records.find((record) => record.file === file)?.block;
    if (areOurs(block.words, known)) {
      return [bad('claudeMd', `our block in ${file} is of another version`, 'Run `holdfast migrate`.')];
    }
    const diff = lineDiff(file, words, block.words);
    return [
      { ...good('claudeMd', `our block in ${file} was edited by hand; it is yours, and is left`), diff },
    ];
  });
}
