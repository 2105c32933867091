import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HomePaths } from '../../home/index.ts';
import { bytesBefore, type InstallRecord, isAsWritten, readInstalls, writeInstall } from '../installs.ts';
import { removeIfEmpty } from '../remove-hooks.ts';
import { applyBytes } from '../settings-file.ts';
import type { Step } from '../steps.ts';
import { sweepTemporaries } from '../sweep-temporaries.ts';
import { areOurs, findBlock, probableLead, removeBlock } from './block.ts';
import { isFreeForOurs } from './bring.ts';
import { decode } from './encoding.ts';
import { readClaudeMd } from './read.ts';

/** The bytes from before `init` where nobody else wrote the file since, else the text without our block. */
export function takeOutOfClaudeMd(file: string, home: HomePaths, reached?: () => void): Step {
  const record = readInstalls(home).find((known) => known.file === file);
  const bytes = readClaudeMd(file);
  const step = (outcome: Step['outcome'], says: string): Step => ({ what: 'claude-md', file, outcome, says });
  const rest = bytes === 'odd' ? 'left' : withoutUs(bytes, record);
  if (isFreeForOurs(`${file}.new`)) rmSync(`${file}.new`, { force: true });
  const planned = rest === 'left' || bytes === 'odd' ? bytes : rest;
  const changes = bytes !== 'odd' && planned !== 'odd' && planned !== bytes;
  if (changes) applyBytes(file, planned, bytes);
  if (record) {
    sweepTemporaries(file, record);
    if (record.createdFolder) removeIfEmpty(dirname(file));
    reached?.();
    writeInstall(home, file, null);
  }
  if (changes) return step('changed', `Took our block out of ${file}.`);
  if (rest === 'left' && bytes !== 'odd') {
    return step('left', `Our block in ${file} was edited by hand and is left.`);
  }
  return step('unchanged', `No block of ours is in ${file}.`);
}

/** `left`: what stands between the markers is the person's. The very same buffer: there is nothing of ours. */
function withoutUs(bytes: Buffer | null, record: InstallRecord | undefined): Buffer | 'left' | null {
  if (bytes === null) return null;
  if (record && isAsWritten(record, bytes)) return bytesBefore(record);
  const decoded = decode(bytes);
  const block = decoded && findBlock(decoded.text);
  if (!decoded || block === null) return bytes;
  if (block === 'broken' || !areOurs(block.words, record?.block)) return 'left';
  const text = removeBlock(decoded.text, block, record?.block?.lead ?? probableLead(decoded.text, block));
  const madeByUs = record !== undefined && record.before === null;
  return madeByUs && text.trim() === '' ? null : decoded.encode(text);
}
