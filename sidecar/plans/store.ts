import type { Store } from '../store/index.ts';
import type { ItemStatus, Origin, PlanItem } from './plan.ts';
import type { ToldItem } from './read-call.ts';

export type PlanRow = { seq: number; session_id: string; started_at: string; list_at: string | null };

type Told = ToldItem & { sessionId: string; origin: Origin; at: string };
type ItemRow = { id: string; origin: Origin; subject: string | null; status: ItemStatus; status_at: string };

export function planStore({ db }: Store) {
  const begin = db.prepare<[string, string]>(
    'INSERT INTO plans (session_id, started_at) VALUES (?, ?) ON CONFLICT (session_id) DO NOTHING',
  );
  const takeList = db.prepare<{ sessionId: string; at: string }>(
    `UPDATE plans SET list_at = :at
     WHERE session_id = :sessionId AND (list_at IS NULL OR list_at <= :at)`,
  );
  // Each half of an item goes by its own time: two events that tell different halves lose nothing, in
  // whatever order they come.
  const tell = db.prepare<Told>(
    `INSERT INTO plan_items (session_id, origin, id, subject, subject_at, status, status_at)
     VALUES (:sessionId, :origin, :id, :subject, iif(:subject IS NULL, NULL, :at),
       coalesce(:status, 'pending'), iif(:status IS NULL, '', :at))
     ON CONFLICT (session_id, origin, id) DO UPDATE SET
       subject = iif(:subject IS NOT NULL AND (subject_at IS NULL OR subject_at <= :at), :subject, subject),
       subject_at = iif(:subject IS NOT NULL AND (subject_at IS NULL OR subject_at <= :at), :at, subject_at),
       status = iif(:status IS NOT NULL AND status_at <= :at, :status, status),
       status_at = iif(:status IS NOT NULL AND status_at <= :at, :at, status_at)
     WHERE (:subject IS NOT NULL AND (subject_at IS NULL OR subject_at <= :at))
        OR (:status IS NOT NULL AND status_at <= :at)`,
  );
  const dropBeyond = db.prepare<{ sessionId: string; count: number; at: string }>(
    `UPDATE plan_items SET status = 'deleted', status_at = :at
     WHERE session_id = :sessionId AND origin = 'todo' AND CAST(id AS INTEGER) > :count
       AND status <> 'deleted'`,
  );
  const items = db.prepare<[string], ItemRow>(
    `SELECT id, origin, subject, status, max(status_at, coalesce(subject_at, '')) AS status_at
     FROM plan_items WHERE session_id = ? AND status <> 'deleted'
     ORDER BY origin, CAST(id AS INTEGER), id`,
  );
  const one = db.prepare<[string], PlanRow>('SELECT * FROM plans WHERE session_id = ?');
  const page = db.prepare<[number, number], PlanRow>(
    'SELECT * FROM plans WHERE seq < ? ORDER BY seq DESC LIMIT ?',
  );
  const pageOfSession = db.prepare<[string, number, number], PlanRow>(
    'SELECT * FROM plans WHERE session_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  );

  return {
    begin: (sessionId: string, at: string) => begin.run(sessionId, at),
    /** False where a newer whole list is known. */
    takeList: (sessionId: string, at: string): boolean => takeList.run({ sessionId, at }).changes === 1,
    tell: (told: Told) => tell.run(told),
    /** What a shorter list has no place for. */
    dropBeyond: (sessionId: string, count: number, at: string) => dropBeyond.run({ sessionId, count, at }),
    items: (sessionId: string): PlanItem[] => items.all(sessionId).map(itemOf),
    one: (sessionId: string): PlanRow | undefined => one.get(sessionId),
    page: (sessionId: string | undefined, before: number, limit: number): PlanRow[] =>
      sessionId === undefined ? page.all(before, limit) : pageOfSession.all(sessionId, before, limit),
  };
}

export type PlanStore = ReturnType<typeof planStore>;

function itemOf({ id, origin, subject, status, status_at }: ItemRow): PlanItem {
  return { origin, id, subject, status: status as PlanItem['status'], changedAt: status_at };
}
