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
    ...wordFaults(db),
    ...changeLogFaults(db, options),
  ];
}

/** Every finished call is evidence once, no promise is open twice, and no topic is over its cap. */
function wordFaults(db: Database): string[] {
  const counts = db
    .prepare<[], { calls: number; evidence: number; openTwice: number; loose: number }>(
      `SELECT (SELECT count(*) FROM events WHERE event IN ('PostToolUse', 'PostToolUseFailure')
           AND outcome IN ('applied', 'refused-move')) AS calls,
         (SELECT count(*) FROM evidence) AS evidence,
         (SELECT count(*) FROM (SELECT external_key FROM commitments WHERE status = 'open'
           GROUP BY external_key HAVING count(*) > 1 AND external_key IS NOT NULL)) AS openTwice,
         (SELECT count(*) FROM tellings WHERE about NOT IN
           (SELECT id FROM commitments UNION SELECT id FROM completed_claims)) AS loose`,
    )
    .get();
  const overCap = db
    .prepare<[], string>(
      `SELECT topic_id FROM commitments WHERE status = 'open' AND external_key GLOB 'actionclaim:*'
       GROUP BY topic_id HAVING count(*) > 5`,
    )
    .pluck()
    .all();
  return [
    ...(counts && counts.calls !== counts.evidence
      ? [`${counts.calls} finished calls, and ${counts.evidence} rows of evidence`]
      : []),
    ...(counts?.openTwice ? [`${counts.openTwice} keys are open twice`] : []),
    ...(counts?.loose ? [`${counts.loose} tellings are about nothing`] : []),
    ...overCap.map((topic) => `topic ${topic} is over its cap`),
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
