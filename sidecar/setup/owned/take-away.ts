import { rmSync } from 'node:fs';
import type { Step } from '../steps.ts';
import { isOurs, judge, type OwnedFile } from './judge.ts';
import type { OwnedRecord } from './record.ts';

/** Removes a file of ours that is as we wrote it, and what we put beside it. `left` is what stays, and why. */
export function takeAway(
  owned: OwnedFile,
  record: OwnedRecord | null,
  what: Step['what'],
): { removed: boolean; left: Step[] } {
  const beside = takeOne({ ...owned, file: `${owned.file}.new` }, record, what);
  const itself = takeOne(owned, record, what);
  return { removed: itself.removed, left: [...itself.left, ...beside.left] };
}

function takeOne(owned: OwnedFile, record: OwnedRecord | null, what: Step['what']) {
  const { file } = owned;
  const judged = judge(owned, record);
  const leave = (says: string): { removed: boolean; left: Step[] } => ({
    removed: false,
    left: [{ what, file, outcome: 'left', says }],
  });
  if (judged.state === 'absent') return { removed: false, left: [] };
  if (judged.state === 'unreadable') return leave(`${judged.error.message} It is left.`);
  if (judged.state === 'edited') return leave(`${file} ${judged.why} and is left.`);
  if (!judged.present || !isOurs(owned, record, judged.present)) {
    return leave(`${file} was edited by hand and is left.`);
  }
  rmSync(file);
  return { removed: true, left: [] };
}
