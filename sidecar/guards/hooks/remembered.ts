import { readFileSync } from 'node:fs';
import { writeWhole } from '../../home/index.ts';

/** That a hook was silent where it had to tell. It stands until the hook is heard again. */
export type Silence = {
  event: string;
  /** `session`: nothing at all was heard of it. `hook`: this one was silent, others were not. */
  what: 'session' | 'hook';
  sessionId: string;
  project: string;
  at: string;
  /** The newest event when it was found. */
  seq: number;
  reason: string;
  hint: string;
};

export type Remembered = {
  /** What happened up to then was judged. It is not judged again: a person may have it forgotten since. */
  judgedUpTo: string;
  silences: Silence[];
};

/** Null where there is none, or one that is damaged: then judging begins now. */
export function readRemembered(file: string): Remembered | null {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Remembered> | null;
    if (Number.isNaN(Date.parse(value?.judgedUpTo ?? '')) || !value?.silences?.every(isSilence)) return null;
    return value as Remembered;
  } catch {
    return null;
  }
}

export function writeRemembered(file: string, remembered: Remembered): void {
  writeWhole(file, `${JSON.stringify(remembered)}\n`);
}

function isSilence(value: Partial<Silence> | null): boolean {
  const texts = [value?.event, value?.sessionId, value?.project, value?.at, value?.reason, value?.hint];
  return texts.every((text) => typeof text === 'string') && typeof value?.seq === 'number';
}
