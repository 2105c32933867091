import type { Database } from 'better-sqlite3';
import { type OpenOptions, openDatabase } from './open.ts';
import { storageError } from './sqlite-errors.ts';

/** The open ledger. Rooms prepare their statements on `db`, and write inside `write` only. */
export type Store = {
  db: Database;
  /** One transaction, durable when it returns. Inside another `write` it is a savepoint of that one. */
  write: <T>(work: () => T) => T;
  /** Called after each commit that changed a watched row. Returns how to stop listening. */
  onChange: (listener: () => void) => () => void;
  lastChange: () => number;
  /** A random id, made with the ledger. */
  installation: () => string;
  close: () => void;
};

export function openStore(options: OpenOptions): Store {
  const db = openDatabase(options);
  try {
    return storeOn(db);
  } catch (cause) {
    db.close();
    throw storageError(cause) ?? cause;
  }
}

function storeOn(db: Database): Store {
  const listeners = new Set<() => void>();
  // From the sequence table and not from max(seq): pruning may empty the log, the numbers go on.
  const last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").pluck();
  const lastChange = () => last.get() ?? 0;
  const installation = db.prepare<[], string>('SELECT id FROM machine').pluck();
  const run = db.transaction((work: () => unknown) => work());
  let told = lastChange();

  function write<T>(work: () => T): T {
    try {
      // IMMEDIATE: the write lock is taken before anything is read, so no check can go stale.
      const result = (db.inTransaction ? run(work) : run.immediate(work)) as T;
      if (!db.inTransaction) tell();
      return result;
    } catch (cause) {
      throw storageError(cause) ?? cause;
    }
  }

  function tell(): void {
    const now = lastChange();
    if (now === told) return;
    told = now;
    for (const listener of listeners) listener();
  }

  return {
    db,
    write,
    lastChange,
    installation: () => installation.get() ?? '',
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => db.close(),
  };
}
