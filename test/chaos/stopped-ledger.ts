import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { changeLogFaults } from './replay-changes.ts';

/**
 * Reads the ledger of a sidecar that does not run, in a copy: whatever SQLite mends when it opens a
 * database is left for the next sidecar to mend. Null where there is none yet.
 */
export function readStoppedLedger<T>(home: HomePaths, read: (db: Database) => T): T | null {
  if (!existsSync(home.database)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'));
  try {
    const copy = join(folder, 'holdfast.db');
    for (const suffix of ['', '-wal'])
      if (existsSync(home.database + suffix)) copyFileSync(home.database + suffix, copy + suffix);
    const db = new Sqlite(copy);
    try {
      return read(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What every ledger must be, whatever happened to it. A sentence for each fault. */
export function ledgerFaults(db: Database, options: { forgetful?: boolean } = {}): string[] {
  const verdict = db.pragma('integrity_check', { simple: true });
  const faults = verdict === 'ok' ? [] : [`integrity_check: ${String(verdict)}`];
  const halves = db
    .prepare<[], string>(
      `SELECT id FROM events WHERE outcome = 'applied' AND session_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.id = events.session_id)`,
    )
    .pluck()
    .all();
  return [
    ...faults,
    ...halves.map((id) => `event ${id} was applied, and its session is not there`),
    ...changeLogFaults(db, options),
  ];
}

/** How often each marker is there. */
export function countMarkers(db: Database): Map<string, number> {
  const rows = db
    .prepare<[], { marker: string; times: number }>(
      "SELECT json_extract(body, '$.marker') AS marker, count(*) AS times FROM events GROUP BY 1",
    )
    .all();
  return new Map(rows.map(({ marker, times }) => [marker, times]));
}

export type Spooled = { name: string; text: string };

/** The whole files of the spool by name; those that are being written begin with a dot. */
export function spooledNames(home: HomePaths): string[] {
  return readdirSync(home.spool).filter(
    (name) => !['rejected', 'overflow'].includes(name) && !name.startsWith('.'),
  );
}

/** With their contents: only while no sidecar takes them away. */
export function spooledFiles(home: HomePaths): Spooled[] {
  return spooledNames(home).map((name) => ({ name, text: readFileSync(join(home.spool, name), 'utf8') }));
}
