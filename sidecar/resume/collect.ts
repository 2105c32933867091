import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors/index.ts';
import type { Unfinished } from '../sessions/index.ts';
import { type Death, deathNow, deathsSince } from './deaths.ts';
import { giveUp, invalidate } from './end-entry.ts';
import type { Entry } from './entry.ts';
import { openEntryOf, type Refused, refusedAfterwards, refusedBeforehand } from './judge-death.ts';
import { PASSING } from './refusal-store.ts';
import type { ResumeRooms } from './rooms.ts';
import { step } from './step.ts';

const HOUR_MS = 3_600_000;
/** A client's last hooks may still be on their way when it is gone. */
const CERTAIN_AFTER_MS = 1_000;
/** A spool that does not empty holds the queue up no longer than this. */
const PATIENCE_MS = 60_000;

export type Collected = { collected: number; refused: number; waiting: number };

type Found = { unfinished: Unfinished; branch: string | null; mark: string | null };

/**
 * Returns the look for deaths without an answer: each gets one entry, or a refusal with its name. It goes by
 * what the ledger says and by no message, so what died while no sidecar ran is found like any other.
 */
export function newCollector(rooms: ResumeRooms): () => Promise<Collected> {
  const { store, refusals, entries, limits, clock, eventsWait } = rooms;
  const seen = new Map<string, number>();
  let waitingSince: number | null = null;

  return async () => {
    const after = new Date(clock.now().getTime() - limits.entryTtlHours * HOUR_MS).toISOString();
    const deaths = deathsSince(rooms, after).filter(isUnanswered);
    for (const key of seen.keys()) if (!deaths.some((death) => death.key === key)) seen.delete(key);
    const certain = deaths.filter(isCertain);
    const result = { collected: 0, refused: 0, waiting: deaths.length - certain.length };
    if (!mayJudge()) return { ...result, waiting: deaths.length };
    for (const death of certain) {
      const answer = await answerTo(death).catch((error: unknown) => {
        // One that cannot be looked at keeps no other waiting; it is looked at again.
        rooms.warn('what died could not be judged; it is tried again', {
          death: death.key,
          why: messageOf(error),
        });
        return 'again';
      });
      if (answer === 'collected') result.collected++;
      if (answer === 'refused') result.refused++;
    }
    return result;
  };

  /** What may pass is judged again and again; whatever else was said about a death is the last word. */
  function isUnanswered({ key }: Death): boolean {
    return entries.ofDeath(key) === undefined && refusals.reasons(key).every((one) => PASSING.includes(one));
  }

  function isCertain({ key }: Death): boolean {
    const since = seen.get(key) ?? clock.steady();
    seen.set(key, since);
    return clock.steady() - since >= CERTAIN_AFTER_MS;
  }

  function mayJudge(): boolean {
    if (!eventsWait()) waitingSince = null;
    else waitingSince ??= clock.steady();
    return waitingSince === null || clock.steady() - waitingSince > PATIENCE_MS;
  }

  async function answerTo(death: Death): Promise<'collected' | 'refused' | 'again'> {
    if (isBeingRevived(death)) return 'again';
    const before = refusedBeforehand(rooms, death);
    if (before) return record(death, before);
    const heard = rooms.lastEvents.newest(death.sessionId);
    const found = await look(death);
    return store.write(() => {
      // Whatever was heard meanwhile wins; it is judged anew.
      if (deathNow(rooms, death)?.key !== death.key || !isUnanswered(death)) return 'again';
      if (isBeingRevived(death)) return 'again';
      if (rooms.lastEvents.newest(death.sessionId) !== heard) return 'again';
      const refused = refusedBeforehand(rooms, death) ?? refusedAfterwards(rooms, death, found.unfinished);
      if (refused) return record(death, refused);
      const older = openEntryOf(rooms, death);
      if (older) invalidate(rooms, older, 'running', 'Somebody else went on with it, and it died again.');
      if (!makeRoom(rooms)) {
        return record(death, { reason: 'over-capacity', detail: `${limits.maxQueueSize} entries are open.` });
      }
      add(death, found);
      return 'collected';
    });
  }

  /** Whether it died in the attempt, or in a life after it, is known as soon as the attempt is decided. */
  function isBeingRevived(death: Death): boolean {
    return openEntryOf(rooms, death)?.state === 'starting';
  }

  async function look({ sessionId, runId }: Death): Promise<Found> {
    const directory = directoryOf(rooms, { sessionId, runId });
    const transcript = rooms.sessions.one(sessionId)?.transcript_path ?? null;
    const [unfinished, branch, mark] = await Promise.all([
      rooms.unfinishedOf(sessionId),
      directory === null || !rooms.world.isFolder(directory) ? null : rooms.world.branchOf(directory),
      transcript === null ? null : rooms.world.markOf(transcript),
    ]);
    return { unfinished, branch, mark };
  }

  function record(death: Death, { reason, detail }: Refused): 'refused' | 'again' {
    const { key, sessionId, runId } = death;
    if (refusals.reasons(key).includes(reason)) return 'again';
    const at = clock.now().toISOString();
    store.write(() => refusals.add({ death: key, sessionId, runId, at, reason, detail }));
    return 'refused';
  }

  function add(death: Death, { unfinished, branch, mark }: Found): void {
    const now = clock.now();
    const at = now.toISOString();
    const id = randomUUID();
    entries.add({
      id,
      death: death.key,
      sessionId: death.sessionId,
      runId: death.runId,
      state: 'queued',
      reason: null,
      diedAt: death.at,
      why: death.why,
      unfinished,
      directory: directoryOf(rooms, death) ?? '',
      branch,
      transcript: rooms.sessions.one(death.sessionId)?.transcript_path ?? null,
      transcriptMark: mark,
      attempts: 0,
      nextAttemptAt: null,
      turnId: null,
      wouldResumeAt: null,
      queuedAt: at,
      expiresAt: new Date(now.getTime() + limits.entryTtlHours * HOUR_MS).toISOString(),
      endedAt: null,
      version: 1,
    });
    entries.tell(id, at, 'queued', death.why);
    step('queued', id);
  }
}

/** A session is resumed from where its client was started, wherever its shell went since. */
function directoryOf(
  rooms: ResumeRooms,
  { sessionId, runId }: Pick<Death, 'sessionId' | 'runId'>,
): string | null {
  if (runId !== null) return rooms.runs.one(runId)?.directory ?? null;
  const started = rooms.lastEvents.started(sessionId)?.body.cwd;
  return typeof started === 'string' ? started : (rooms.sessions.one(sessionId)?.cwd ?? null);
}

/** A full queue gives up its oldest run's entry, and never one that a person marked. */
function makeRoom(rooms: ResumeRooms): boolean {
  const open: Entry[] = rooms.entries.open();
  if (open.length < rooms.limits.maxQueueSize) return true;
  const oldest = open.find(({ state, runId }) => state === 'queued' && runId !== null);
  if (!oldest) return false;
  giveUp(rooms, oldest, 'evicted', 'The queue was full, and a newer one came.');
  return true;
}
