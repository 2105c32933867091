import type { Database } from 'better-sqlite3';

export type ForgottenWord = { commitments: number; claims: number; evidence: number };

/**
 * Removes what was promised, said to be done and done in these sessions and topics, with what the change log
 * says of it. A promise of another session goes too where one of these stated it last, took it back, kept it
 * or tried to: its row holds their words. Runs inside a transaction of the caller's.
 */
export function dropWord(db: Database, sessionIds: string[], topicIds: string[]): ForgottenWord {
  const named = { sessions: JSON.stringify(sessionIds), topics: JSON.stringify(topicIds) };
  const inSessions = 'session_id IN (SELECT value FROM json_each(:sessions))';
  const ofThem = `(${inSessions} OR topic_id IN (SELECT value FROM json_each(:topics)))`;
  const idsOf = (sql: string): string[] => db.prepare<typeof named, string>(sql).pluck().all(named);

  const commitments = idsOf(
    `SELECT id FROM commitments WHERE ${ofThem} OR last_session_id IN (SELECT value FROM json_each(:sessions))
     UNION
     SELECT c.id FROM commitments c, json_each(json_insert(c.attempts, '$[#]', json(c.evidence))) AS note
       JOIN evidence e ON e.at = note.value ->> 'at' AND e.summary = note.value ->> 'summary'
     WHERE e.${inSessions} AND c.topic_id IN (SELECT topic_id FROM evidence WHERE ${inSessions})`,
  );
  const claims = idsOf(`SELECT id FROM completed_claims WHERE ${ofThem}`);
  const evidence = idsOf(`SELECT seq FROM evidence WHERE ${ofThem}`);

  drop(db, 'commitments', 'id', commitments);
  drop(db, 'completed_claims', 'id', claims);
  drop(db, 'evidence', 'seq', evidence);
  db.prepare<typeof named>(`DELETE FROM tellings WHERE ${inSessions}`).run({ ...named });
  return { commitments: commitments.length, claims: claims.length, evidence: evidence.length };
}

function drop(db: Database, table: string, key: 'id' | 'seq', ids: string[]): void {
  const those = JSON.stringify(ids);
  db.prepare<[string, string]>(
    `DELETE FROM changes WHERE op <> 'delete' AND table_name = ?
       AND row_id IN (SELECT CAST(value AS TEXT) FROM json_each(?))`,
  ).run(table, those);
  db.prepare<[string]>(`DELETE FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`).run(those);
}
