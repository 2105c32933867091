import { onTestFinished } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import { temporaryHome } from './temporary-home.ts';

export type OpenedStore = { store: Store; home: HomePaths; folder: string };

/** A fresh ledger in a home of its own, both gone with the test. */
export function openedStore(): OpenedStore {
  const { home, folder, remove } = temporaryHome();
  const store = openStore({ home });
  onTestFinished(() => {
    store.close();
    remove();
  });
  return { store, home, folder };
}

/** Rows of `sessions` with the ids that are given: the shortest way to something that is watched. */
export function insertSessions(store: Store, ids: readonly string[], reason: string | null = null): void {
  const insert = store.db.prepare<[string, string | null]>(
    `INSERT INTO sessions (id, state, reason, started_at) VALUES (?, 'booting', ?, '2026-01-01T00:00:00.000Z')`,
  );
  store.write(() => {
    for (const id of ids) insert.run(id, reason);
  });
}

/** `numbered('s', 3)` → `['s1', 's2', 's3']`. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
