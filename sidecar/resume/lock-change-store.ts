import type { Store } from '../store/index.ts';
import type { LockState } from './keep-lock.ts';

/** The SQL of what the host lock said, each change once. */
export function lockChangeStore(store: Store) {
  const insert = store.db.prepare<[string, number, string, string, string | null]>(
    'INSERT INTO host_lock_changes (at, held, reason, detail, hint) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    add: (state: LockState, at: string): void => {
      const hint = state.held ? null : state.hint;
      const reason = state.held ? state.how : state.reason;
      store.write(() => insert.run(at, state.held ? 1 : 0, reason, state.detail, hint));
    },
  };
}
