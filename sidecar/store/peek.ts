import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { HomePaths } from '../home/index.ts';

export type Peeked = { schema: number; version: string | null };

/**
 * The schema of a ledger that nobody serves, and the version that went through it last. Reads a copy: SQLite
 * would fold the log into the file itself, and looking changes nothing. Null where there is no ledger.
 */
export function peekLedger(home: HomePaths): Peeked | null {
  if (!existsSync(home.database)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-peek-'));
  try {
    const copy = join(folder, 'ledger.db');
    for (const suffix of ['', '-wal']) {
      if (existsSync(home.database + suffix)) copyFileSync(home.database + suffix, copy + suffix);
    }
    const db = new Sqlite(copy);
    try {
      const schema = db.prepare<[], number>('SELECT max(number) FROM migrations').pluck().get() ?? 0;
      const hasUpgrades = db
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'upgrades'")
        .get();
      const sql = hasUpgrades
        ? 'SELECT version FROM upgrades WHERE migrated_at IS NOT NULL ORDER BY migrated_at DESC LIMIT 1'
        : 'SELECT applied_by FROM migrations ORDER BY number DESC LIMIT 1';
      return { schema, version: db.prepare<[], string>(sql).pluck().get() ?? null };
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
