import { daysBefore, type Store } from '../store/index.ts';
import type { AttentionItem, AttentionKind, AttentionStatus, Notice } from './attention.ts';

export type ItemRow = {
  seq: number;
  id: string;
  guard: string;
  kind: AttentionKind;
  status: AttentionStatus;
  title: string;
  why: string;
  hint: string;
  count: number;
  source: string | null;
  opened_at: string;
  acknowledged_at: string | null;
  closed_at: string | null;
  told_at: string | null;
  notified_at: string | null;
};

type Kept = Omit<ItemRow, 'seq' | 'id' | 'guard' | 'kind' | 'source' | 'opened_at'>;

/** Null: whoever raised it closes it. */
type Opening = Notice & { id: string; source: string | null; at: string };

const PRUNE_STEP = 1_000;

export type AttentionStore = ReturnType<typeof attentionStore>;

export function attentionStore(store: Store) {
  const { db } = store;
  const one = db.prepare<[string], ItemRow>('SELECT * FROM attention_items WHERE id = ?');
  // Its condition is the unique index's, word for word, so that it is used.
  const current = db.prepare<[string, string], ItemRow>(
    `SELECT * FROM attention_items WHERE guard = ? AND kind = ? AND status <> 'closed'`,
  );
  const live = db.prepare<[], ItemRow>(
    `SELECT * FROM attention_items WHERE status <> 'closed' ORDER BY status DESC, seq DESC`,
  );
  const closed = db.prepare<[number], ItemRow>(
    `SELECT * FROM attention_items WHERE status = 'closed' ORDER BY closed_at DESC, seq DESC LIMIT ?`,
  );
  // A retry of an insert that was stored, though its answer was lost, meets its own row.
  const insert = db.prepare<Opening>(
    `INSERT INTO attention_items (id, guard, kind, status, title, why, hint, source, opened_at)
     VALUES (:id, :guard, :kind, 'open', :title, :why, :hint, :source, :at) ON CONFLICT (id) DO NOTHING`,
  );
  const update = db.prepare<Kept & { id: string }>(
    `UPDATE attention_items SET status = :status, title = :title, why = :why, hint = :hint, count = :count,
       acknowledged_at = :acknowledged_at, closed_at = :closed_at, told_at = :told_at,
       notified_at = :notified_at
     WHERE id = :id`,
  );
  const old = db.prepare<[string, number]>(
    `DELETE FROM attention_items WHERE id IN
       (SELECT id FROM attention_items WHERE status = 'closed' AND closed_at < ? LIMIT ?)`,
  );
  const posture = db.prepare<[], { guard: string; enabled: 0 | 1 }>('SELECT * FROM guard_posture');
  const savePosture = db.prepare<[string, 0 | 1, string]>(
    `INSERT INTO guard_posture (guard, enabled, at) VALUES (?, ?, ?)
     ON CONFLICT (guard) DO UPDATE SET enabled = excluded.enabled, at = excluded.at
     WHERE enabled <> excluded.enabled`,
  );

  return {
    one: (id: string): ItemRow | undefined => one.get(id),
    /** The one that is open or acknowledged: there is at most one. */
    current: (guard: string, kind: AttentionKind): ItemRow | undefined => current.get(guard, kind),
    /** Open ones first, the newest first. */
    live: (): ItemRow[] => live.all(),
    closed: (limit: number): ItemRow[] => closed.all(limit),
    insert: (item: Opening): void => {
      insert.run(item);
    },
    change: (row: ItemRow, fields: Partial<Kept>): void => {
      update.run({ ...row, ...fields });
    },
    /** One short transaction. Returns whether there may be more to do. */
    prune: (now: Date, keepDays: number): boolean =>
      store.write(() => old.run(daysBefore(now, keepDays), PRUNE_STEP).changes === PRUNE_STEP),
    posture: (): Map<string, boolean> =>
      new Map(posture.all().map(({ guard, enabled }) => [guard, enabled === 1])),
    savePosture: (guard: string, enabled: boolean, at: string): void => {
      savePosture.run(guard, enabled ? 1 : 0, at);
    },
  };
}

export function itemOf(row: ItemRow): AttentionItem {
  const { id, guard, kind, status, count, title, why, hint } = row;
  return {
    ...{ id, guard, kind, status, openedAt: row.opened_at },
    ...(row.closed_at !== null && { closedAt: row.closed_at }),
    ...{ count, title, why, hint },
  };
}
