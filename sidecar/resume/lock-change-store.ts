import type { Store } from '../store/index.ts';
import type { LockState } from './keep-lock.ts';

/** The SQL of what the host lock said. A lock that was free and is ours is no news, unless it was not before. */
export function lockChangeStore(store: Store) {
  const last = store.db
    .prepare<[], number>('SELECT held FROM host_lock_changes ORDER BY seq DESC LIMIT 1')
    .pluck();
  const insert = store.db.prepare<[string, number, string, string, string | null]>(
    'INSERT INTO host_lock_changes (at, held, reason, detail, hint) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    add: (state: LockState, at: string): void => {
      if (state.held && state.how === 'created' && last.get() !== 0) return;
      const reason = state.held ? state.how : state.reason;
      const hint = state.held ? null : state.hint;
      store.write(() => insert.run(at, state.held ? 1 : 0, reason, state.detail, hint));
    },
  };
}
