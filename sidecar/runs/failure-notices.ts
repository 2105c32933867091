import type { RunRooms } from './rooms.ts';

export type FailureNotice = { guard: string; kind: 'run'; title: string; why: string; hint: string };

/** A weekend. What failed before is history, and stands in the list of runs. */
const NEWS_MS = 3 * 86_400_000;

/** The runs that failed lately and that nobody has restored since. */
export function failureNotices({ runs, now }: Pick<RunRooms, 'runs' | 'now'>): FailureNotice[] {
  const since = new Date(now().getTime() - NEWS_MS).toISOString();
  return runs
    .endedSince(since)
    .filter(({ state }) => state === 'failed')
    .map(({ id, reason, detail, objective }) => ({
      guard: `run.${id}`,
      kind: 'run',
      title: `A run failed: ${reason}`,
      why: `${detail ?? 'It says no more.'} It was to: ${objective.replace(/\s+/g, ' ').slice(0, 200)}`,
      hint: `\`holdfast runs ${id}\` shows it; \`holdfast restore ${id}\` goes on.`,
    }));
}
