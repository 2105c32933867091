import type { Status } from './commitment.ts';

export type CommitmentFilter = {
  status?: Status | undefined;
  topicId?: string | undefined;
  sessionId?: string | undefined;
  verb?: string | undefined;
  /** Words of the quote and the object. */
  q?: string | undefined;
};

/**
 * One page, newest first. Which filter leads is decided here, since SQLite cannot know how few rows each
 * leaves: the narrowest walks its index backwards, and the others only look at the rows that it meets
 * (the `+` keeps their indexes out). Null where nothing can match.
 */
export function pageQuery(
  { status, topicId, sessionId, verb, q }: CommitmentFilter,
  before: number,
  limit: number,
): { sql: string; values: unknown[] } | null {
  const words = q === undefined || q.trim() === '' ? null : matchOf(q);
  if (words === '') return null;
  const equal = { session_id: sessionId, topic_id: topicId, status, verb };
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  // With words, verb and status leave more rows than the words do; `open` alone is always few.
  const narrow = words === null || sessionId !== undefined || topicId !== undefined || status === 'open';
  const lead = narrow ? given[0]?.[0] : undefined;

  const conditions = given.map(([column]) => `${column === lead ? '' : '+'}c.${column} = ?`);
  const values: unknown[] = given.map(([, value]) => value);
  if (words === null) {
    return {
      sql: `SELECT c.* FROM commitments c WHERE ${[...conditions, 'c.seq < ?'].join(' AND ')}
        ORDER BY c.seq DESC LIMIT ?`,
      values: [...values, before, limit],
    };
  }
  if (lead) {
    const matches =
      'EXISTS (SELECT 1 FROM commitment_words w WHERE w.rowid = c.seq AND commitment_words MATCH ?)';
    return {
      sql: `SELECT c.* FROM commitments c WHERE ${[...conditions, 'c.seq < ?', matches].join(' AND ')}
        ORDER BY c.seq DESC LIMIT ?`,
      values: [...values, before, words, limit],
    };
  }
  return {
    sql: `SELECT c.* FROM commitment_words w CROSS JOIN commitments c ON c.seq = w.rowid
      WHERE ${['commitment_words MATCH ?', 'w.rowid < ?', ...conditions].join(' AND ')}
      ORDER BY w.rowid DESC LIMIT ?`,
    values: [words, before, ...values, limit],
  };
}

/** Each word as the beginning of one, and all of them. Quoted, so that nothing in it is query language. */
function matchOf(q: string): string {
  const words = q.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words
    .slice(0, 20)
    .map((word) => `"${word}"*`)
    .join(' ');
}
