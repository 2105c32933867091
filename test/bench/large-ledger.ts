import type { Store } from '../../sidecar/store/index.ts';

/**
 * Topic t0 is half of the ledger; a session has fifty rows; each of `word0` to `word19` stands in a twentieth of
 * the sentences, `now` in all, and `zebra` in the five oldest.
 */
export function fillLedger({ db }: Store, rows: number): void {
  const triggers = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'commitments'",
    )
    .all();
  const indexes = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'commitments' AND sql IS NOT NULL",
    )
    .all();
  db.pragma('synchronous = OFF');
  db.pragma('secure_delete = OFF');
  db.pragma('cache_size = -200000');
  db.transaction(() => {
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
    db.prepare(INSERT).run({ rows, open: Math.min(300, rows / 10) });
    for (const { sql } of [...indexes, ...triggers]) db.exec(sql);
    db.exec("INSERT INTO commitment_words (commitment_words) VALUES ('rebuild')");
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma('cache_size = -2000');
}

const VERBS = `'["push","test","fix","merge","deploy"]'`;

/** Four numbers that have nothing to do with each other, from one. */
const MIXED = `(i * 2654435761) % 4294967296 / 65536 AS a, (i * 2246822519) % 4294967296 / 65536 AS b,
  (i * 3266489917) % 4294967296 / 65536 AS c, (i * 668265263) % 4294967296 / 65536 AS d`;

const INSERT = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows),
  r AS (
    SELECT i, json_extract(${VERBS}, '$[' || (a % 5) || ']') AS verb, b % 20 AS word,
      CASE WHEN c % 2 THEN 't0' ELSE 't' || (1 + c / 2 % 9) END AS topic, 's' || (i / 50) AS session,
      CASE WHEN i > :rows - :open THEN 'open' WHEN d % 10 = 0 THEN 'withdrawn' WHEN d % 10 < 4 THEN 'expired'
        ELSE 'kept' END AS status
    FROM (SELECT i, ${MIXED} FROM n)
  )
  INSERT INTO commitments (id, topic_id, session_id, last_session_id, verb, object, detail, kind, quote, status,
    external_key, opened_at, expires_at, stated_count, last_stated_at, closed_at, kept_by, attempts)
  SELECT printf('%08d', i), topic, session, session, verb, 'word' || word || ' branch', '', 'commit',
    'I''ll ' || verb || ' the word' || word || ' branch now' || iif(i <= 5, ' zebra', '') || '.', status,
    'actionclaim:' || i, '2026-01-01T00:00:00.000Z', '2036-01-01T00:00:00.000Z', 1, '2026-01-01T00:00:00.000Z',
    iif(status = 'open', NULL, '2026-01-01T00:00:00.000Z'), iif(status = 'kept', 'evidence', NULL), '[]'
  FROM r`;
