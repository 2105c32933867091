import type { CompletedClaims } from '../evidence/index.ts';
import type { Store } from '../store/index.ts';
import type { Commitment } from './commitment.ts';
import { describeContradiction, describePromise, fitting } from './describe.ts';
import type { CommitmentStore } from './store.ts';

export type FollowUp = 'off' | 'context' | 'nudge';

/** At most so many promises come back with a prompt, oldest first. */
const SHOWN = 5;
const NUDGES_A_SESSION = 2;

export type FollowUpRooms = {
  commitments: CommitmentStore;
  completed: CompletedClaims;
  tellings: Tellings;
  /** What is switched off is not told of either. */
  tells: { promises: boolean; contradictions: boolean };
  /** Whether a process of this session lives, as far as the hooks told. */
  isLive: (sessionId: string) => boolean;
};

export type Place = { sessionId: string; topicId: string | null; at: string };

/** The facts that come with a prompt; null where there are none. Runs inside the intake transaction. */
export function promptContext(rooms: FollowUpRooms, { sessionId, topicId, at }: Place): string | null {
  const { commitments, completed, tellings, tells, isLive } = rooms;
  const open = (tells.promises ? commitments.openFor({ topicId, sessionId }) : [])
    .filter((one) => one.expiresAt > at)
    .filter((one) => isOf(one, sessionId) || ![one.sessionId, one.lastSessionId].some(isAlive))
    .slice(0, SHOWN)
    .map((one) => ({ id: one.id, line: describePromise(one, { at, elsewhere: !isOf(one, sessionId) }) }));
  const said = (tells.contradictions ? completed.untold(sessionId) : [])
    .reverse()
    .map((one) => ({ id: one.id, line: describeContradiction(one) }));
  if (open.length + said.length === 0) return null;
  const { text, shown } = fitting({ open, said });
  for (const { id } of said)
    if (shown.has(id)) tellings.tell({ what: 'contradiction', about: id, sessionId, at });
  return text;

  function isAlive(id: string | null): boolean {
    return id !== null && isLive(id);
  }
}

export type TurnEnd = Place & { stopHookActive: boolean; somethingRuns: boolean };

/** At Stop, where the person asked for it: that promises are still open. Each once, and few a session. */
export function nudge(rooms: FollowUpRooms, { sessionId, topicId, at, ...turn }: TurnEnd): string | null {
  const { commitments, tellings } = rooms;
  if (turn.stopHookActive || turn.somethingRuns || tellings.nudgesOf(sessionId) >= NUDGES_A_SESSION)
    return null;
  const due = commitments
    .openFor({ topicId, sessionId })
    .filter((one) => isOf(one, sessionId) && one.kind !== 'deferred' && one.expiresAt > at)
    .filter(({ id }) => !tellings.wasTold('nudge', id))
    .slice(0, SHOWN);
  if (due.length === 0) return null;
  const open = due.map((one) => ({ id: one.id, line: describePromise(one, { at, elsewhere: false }) }));
  const { text, shown } = fitting({ open, said: [] });
  for (const id of shown) tellings.tell({ what: 'nudge', about: id, sessionId, at });
  return text;
}

function isOf({ sessionId, lastSessionId }: Commitment, session: string): boolean {
  return sessionId === session || lastSessionId === session;
}

type Telling = { what: 'nudge' | 'contradiction'; about: string; sessionId: string; at: string };

/** What the agent was told already: the primary key holds that nothing is told twice. */
export function tellingStore({ db }: Store) {
  const insert = db.prepare<Telling>(
    'INSERT INTO tellings (what, about, session_id, at) VALUES (:what, :about, :sessionId, :at)',
  );
  const known = db
    .prepare<[string, string], number>('SELECT 1 FROM tellings WHERE what = ? AND about = ?')
    .pluck();
  // Promises that were named together are one nudge.
  const nudges = db
    .prepare<[string], number>(
      "SELECT count(DISTINCT at) FROM tellings WHERE session_id = ? AND what = 'nudge'",
    )
    .pluck();
  return {
    tell: (telling: Telling) => insert.run(telling),
    wasTold: (what: Telling['what'], about: string): boolean => known.get(what, about) !== undefined,
    nudgesOf: (sessionId: string): number => nudges.get(sessionId) ?? 0,
  };
}

export type Tellings = ReturnType<typeof tellingStore>;
