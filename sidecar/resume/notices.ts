import { deathNow } from './deaths.ts';
import { shownState } from './entry.ts';
import { DAY_MS } from './judge-death.ts';
import type { ResumeRooms } from './rooms.ts';

/** What a person should know of, for as long as it is so. */
export type Notice = { guard: string; kind: 'run' | 'held-back'; title: string; why: string; hint: string };

const HELD_MS = 20 * 60_000;

export function noticesOf(
  rooms: Pick<
    ResumeRooms,
    'entries' | 'refusals' | 'limits' | 'clock' | 'sessions' | 'lastEvents' | 'runs' | 'turns'
  >,
  heldFor: { gate: string; ms: number } | null,
): Notice[] {
  const { entries, limits } = rooms;
  const ended = entries.ended().filter(({ state }) => state === 'gave-up' || state === 'invalidated');
  const open = limits.dryRun ? entries.open().filter(({ wouldResumeAt }) => wouldResumeAt !== null) : [];
  const ofEntries = [
    ...open,
    ...ended.filter(({ id, sessionId }) => entries.lastOf(sessionId)?.id === id),
  ].map((entry): Notice => {
    const { id, runId, sessionId, why } = entry;
    const of = runId === null ? `session ${sessionId}` : `run ${runId}`;
    const common = { guard: `run.${runId ?? sessionId}`, kind: 'run' as const, why };
    return entry.state === 'queued'
      ? {
          ...common,
          title: `The ${of} died, and would have been revived.`,
          hint: `The queue is a dry run: \`holdfast config set monitoring.resumeQueue.dryRun false\` makes it act. See \`holdfast queue\`.`,
        }
      : {
          ...common,
          title: `The ${of} died, and is not revived (${shownState(entry)}).`,
          hint: `\`holdfast queue requeue ${id}\` tries again; \`holdfast queue\` says what was tried.`,
        };
  });
  const all = [...ofEntries, ...ofRefused(rooms)];
  return heldFor !== null && heldFor.ms >= HELD_MS ? [...all, heldBack(heldFor)] : all;
}

/** A session that a person marked, and that gets no entry: no run tells of it. */
function ofRefused(rooms: Parameters<typeof noticesOf>[0]): Notice[] {
  const { refusals, entries, clock } = rooms;
  const since = new Date(clock.now().getTime() - DAY_MS).toISOString();
  return refusals
    .unheeded(since)
    .filter((one) => deathNow(rooms, one)?.key === one.death && entries.ofDeath(one.death) === undefined)
    .map(({ sessionId, reason, detail }) => ({
      guard: `run.${sessionId}`,
      kind: 'run',
      title: `The session ${sessionId} died, and is not revived (${reason}).`,
      why: detail,
      hint: `\`claude --resume ${sessionId}\` in its directory goes on by hand; \`holdfast queue\` says more.`,
    }));
}

function heldBack({ gate, ms }: { gate: string; ms: number }): Notice {
  return {
    guard: 'resumeQueue',
    kind: 'held-back',
    title: `The resume queue has been held back for ${Math.floor(ms / 60_000)} minutes.`,
    why: `The gate \`${gate}\` is closed.`,
    hint: '`holdfast queue` says why, and what waits.',
  };
}
