import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePaths } from '../home/index.ts';
import { openStore, type Store } from '../store/index.ts';

/**
 * A ledger with the same migrations as the real one, no durability, and nobody who watches its changes. The files
 * lose their names at once: whatever ends this process, nothing is left of them.
 */
export function throwawayStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
  try {
    const store = openStore({ home: homePaths(folder), networkFilesystem: () => null });
    const { db } = store;
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = MEMORY'); // A file beside it could not be found again without its name.
    db.pragma('synchronous = OFF');
    for (const trigger of changeTriggers(store)) db.exec(`DROP TRIGGER "${trigger}"`);
    return store;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** They write a third of all bytes, for a change log that nobody asks. */
function changeTriggers({ db }: Store): string[] {
  return db
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%INSERT INTO changes%'",
    )
    .pluck()
    .all();
}
