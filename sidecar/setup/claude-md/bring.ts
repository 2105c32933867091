import { basename } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { writeInstall } from '../installs.ts';
import { lineDiff } from '../line-diff.ts';
import { applyBytes } from '../settings-file.ts';
import type { Step } from '../steps.ts';
import { areOurs, findBlock, render } from './block.ts';
import { type ClaudeMdOptions, type ClaudeMdPlan, planClaudeMd } from './plan.ts';
import { readClaudeMd } from './read.ts';

export type BringClaudeMd = ClaudeMdOptions & { dryRun?: boolean; reached?: (point: string) => void };

/** The block of this version in one CLAUDE.md. The record goes first, for the reason that `init` gives. */
export function bringClaudeMd({ dryRun = false, reached, ...options }: BringClaudeMd): Step {
  const plan = planClaudeMd(options);
  const { file, bytes, planned, record, offers } = plan;
  const isFree = offers && isFreeForOurs(`${file}.new`);
  const step: Step = { what: 'claude-md', file, outcome: plan.outcome, says: told(plan, isFree, dryRun) };
  if (plan.outcome === 'changed') step.diff = lineDiff(file, textOf(bytes), textOf(planned));
  if (dryRun) return step;
  if (isFree) {
    writeFileAtomic.sync(`${file}.new`, render(options.words));
    reached?.('offered');
  }
  if (record) {
    writeInstall(options.home, file, record);
    reached?.('recorded');
  }
  if (plan.outcome === 'changed') {
    applyBytes(file, planned, bytes);
    reached?.('wrote');
  }
  return step;
}

/** Free, or held by what we put there for an earlier version. */
export function isFreeForOurs(file: string): boolean {
  const bytes = readClaudeMd(file);
  if (bytes === null || bytes === 'odd') return bytes === null;
  const text = bytes.toString('latin1');
  const block = findBlock(text);
  return block !== null && block !== 'broken' && text === render(block.words) && areOurs(block.words);
}

const PLAIN: Record<ClaudeMdPlan['why'], [done: string, would: string]> = {
  added: ['Wrote our block into FILE.', 'Would write our block into FILE.'],
  replaced: ['Brought our block in FILE up to date.', 'Would bring our block in FILE up to date.'],
  current: ['Our block stands in FILE.', 'Our block stands in FILE.'],
  elsewhere: [
    'FILE needs no block: a wider CLAUDE.md has it.',
    'FILE needs no block: a wider CLAUDE.md has it.',
  ],
  deleted: [
    'Our block was deleted from FILE, and stays deleted.',
    'Our block was deleted from FILE, and stays deleted.',
  ],
  edited: [
    'Our block in FILE was edited by hand and is left as it is.',
    'Our block in FILE was edited by hand and is left as it is.',
  ],
  broken: [
    'FILE has markers of our block that make none; it is left as it is.',
    'FILE has markers of our block that make none; it is left as it is.',
  ],
  odd: [
    'FILE is no file that we could write a block into; it is left as it is.',
    'FILE is no file that we could write a block into; it is left as it is.',
  ],
};

function told({ file, why }: ClaudeMdPlan, offered: boolean, dryRun: boolean): string {
  const [done, would] = PLAIN[why];
  const says = (dryRun ? would : done).replace('FILE', file);
  if (!offered) return says;
  const beside = dryRun ? 'would be put beside it' : 'is beside it';
  return `${says} What this version ships ${beside} as ${basename(file)}.new.`;
}

function textOf(bytes: Buffer | null): string | null {
  return bytes?.toString('utf8') ?? null;
}
