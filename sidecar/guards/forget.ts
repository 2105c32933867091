import type { Store } from '../store/index.ts';

type Named = { id: string; guard: string; text: string };

/**
 * Removes the notices that `isMeant` knows by their guard or their words, inside the caller's transaction:
 * rows, and what the change log says of them but their `delete`. What still is so is told anew.
 */
export function forgetNotices({ db }: Store, isMeant: (notice: Omit<Named, 'id'>) => boolean): void {
  const all = db
    .prepare<[], Named>(
      `SELECT id, guard, title || char(10) || why || char(10) || hint AS text FROM attention_items`,
    )
    .all();
  const dropChanges = db.prepare<[string]>(
    "DELETE FROM changes WHERE op <> 'delete' AND table_name = 'attention_items' AND row_id = ?",
  );
  const drop = db.prepare<[string]>('DELETE FROM attention_items WHERE id = ?');
  for (const { id } of all.filter(isMeant)) {
    dropChanges.run(id);
    drop.run(id);
  }
}
