import type { Report } from './audit.ts';
import { dayOf } from './over-time.ts';
import type { Worst } from './tally.ts';

/** What is wrong with one of the worst, as a person would say it. */
export function judgement({ state, verb }: Pick<Worst, 'state' | 'verb'>): string {
  if (state === 'contradicted') return `said to be done, but the last ${verb} failed`;
  if (state === 'unbacked') return `said to be done, and nothing shows the ${verb}`;
  return state === 'attempted' ? `promised to ${verb}, tried, never done` : `promised to ${verb}, never done`;
}

export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
}

/** `214 sessions with 1,802 turns, since 2026-01-31`. */
export function spanInWords({ sessions, turns, since }: Report): string {
  const span = `${counted(sessions, 'session')} with ${counted(turns, 'turn')}`;
  return since === null ? span : `${span}, since ${dayOf(since)}`;
}

/** `12 files, 200 MB in 9 s, 22 MB/s`. */
export function speedInWords({ read: { files, bytes, seconds, megabytesPerSecond } }: Report): string {
  return `${counted(files, 'file')}, ${megabytes(bytes)} in ${seconds} s, ${megabytesPerSecond} MB/s`;
}

/** What could not be judged, and why; nothing where everything could. */
export function skippedInWords({ skipped, met, subagents, unreadable }: Report): string[] {
  const sentences: [number, string, string][] = [
    [skipped.unreadableFiles, 'file could not be read', 'files could not be read'],
    [skipped.tornLines, 'line is torn and was skipped', 'lines are torn and were skipped'],
    [skipped.longLines, 'line is too long and was skipped', 'lines are too long and were skipped'],
    [skipped.unknownRows, 'row is of an unknown kind', 'rows are of an unknown kind'],
    [met.missingResults, 'call has no result', 'calls have no result'],
    [met.interruptedTurns, 'turn was interrupted', 'turns were interrupted'],
    [met.copies, 'copy in a resumed session counts once', 'copies in resumed sessions count once'],
    [subagents.files, 'subagent was not judged by itself', 'subagents were not judged by themselves'],
  ];
  const named = unreadable.slice(0, 3).map(({ path, why }) => `${path}: ${why}`);
  return [
    ...sentences.filter(([count]) => count > 0).map(([count, one, more]) => counted(count, one, more)),
    ...named,
  ];
}

export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return size >= 1000 ? `${(size / 1000).toFixed(1)} GB` : `${size.toFixed(size < 10 ? 1 : 0)} MB`;
}

export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : more}`;
}
