import type { Step } from './judge.ts';
import { seenKeys } from './seen.ts';
import type { Transcript } from './transcript.ts';

export type OrderCounts = {
  /** Steps that a resumed or forked session brought along from another transcript. */
  copies: number;
};

type Reading = { rank: number; steps: Iterator<Step, void>; next: Step; at: string };

/**
 * The steps of several transcripts as they happened. A file is opened when its time has come and closed when it
 * ends, so that only the sessions of one moment are held open. What stands in two files is told once, by the
 * one that began first: the other has copied it.
 */
export function* inOrder(
  transcripts: readonly Transcript[],
  open: (transcript: Transcript) => Iterator<Step, void>,
  counts: OrderCounts,
): Generator<Step> {
  const waiting = [...transcripts].sort(byBeginning);
  const readings: Reading[] = [];
  const seen = seenKeys();
  let rank = 0;
  try {
    for (;;) {
      let first = earliest(readings);
      while (rank < waiting.length && (first === undefined || startOf(rank) <= first.at)) {
        begin(rank++);
        first = earliest(readings);
      }
      if (first === undefined) return;
      const { next } = first;
      advance(first);
      if (isCopy(next)) counts.copies += 1;
      else yield next;
    }
  } finally {
    for (const { steps } of readings) steps.return?.();
  }

  function startOf(index: number): string {
    return waiting[index]?.startsAt ?? '';
  }

  function begin(index: number): void {
    const transcript = waiting[index];
    if (transcript === undefined) return;
    const steps = open(transcript);
    const { done, value } = steps.next();
    if (done !== true) readings.push({ rank: index, steps, next: value, at: value.at });
  }

  function advance(reading: Reading): void {
    const { done, value } = reading.steps.next();
    if (done === true) readings.splice(readings.indexOf(reading), 1);
    // A clock that was set back, or a fork's copied rows: a file keeps its own order.
    else Object.assign(reading, { next: value, at: value.at > reading.at ? value.at : reading.at });
  }

  function isCopy(step: Step): boolean {
    const key = step.kind === 'call' ? step.toolUseId : step.uuid;
    return key !== null && !seen.add(key);
  }
}

function earliest(readings: readonly Reading[]): Reading | undefined {
  let first: Reading | undefined;
  for (const reading of readings) {
    if (
      first === undefined ||
      reading.at < first.at ||
      (reading.at === first.at && reading.rank < first.rank)
    )
      first = reading;
  }
  return first;
}

/** The one that was left alone first is the original. */
function byBeginning(a: Transcript, b: Transcript): number {
  if (a.startsAt !== b.startsAt) return a.startsAt < b.startsAt ? -1 : 1;
  return a.modified - b.modified || (a.path < b.path ? -1 : 1);
}
