import type { Status } from './commitment.ts';

export type CommitmentFilter = {
  status?: Status | undefined;
  topicId?: string | undefined;
  sessionId?: string | undefined;
  verb?: string | undefined;
  /** Words of the quote and the object. */
  q?: string | undefined;
};

export type Query = { sql: string; values: unknown[] };

/** Fewer rows than this are looked at one by one. */
export const FEW = 1_000;

/**
 * One page, newest first. Which index leads is decided here, since SQLite cannot know how few rows each leaves:
 * the narrowest is walked backwards, and the other conditions only look at the rows that it meets. With words
 * it is the index of words, unless the other conditions leave few rows and the words do not (`countOf` is
 * asked): to look a word up costs ten times as much as to look at a row. Null where nothing can match.
 */
export function pageQuery(
  filter: CommitmentFilter,
  before: number,
  limit: number,
  countOf: (query: Query) => number,
): Query | null {
  const { q } = filter;
  const words = q === undefined || q.trim() === '' ? null : matchOf(q);
  if (words === '') return null;
  const given = Object.entries(columnsOf(filter)).filter(([, value]) => value !== undefined);
  const conditions = given.map(([column]) => `c.${column} = ?`);
  const values: unknown[] = given.map(([, value]) => value);
  const rows = `commitments c ${leadOf(filter)}`;
  const isFew = (sql: string, sought: unknown[]) =>
    countOf({ sql: `SELECT count(*) FROM (${sql} LIMIT ?)`, values: [...sought, FEW] }) < FEW;

  if (words === null) {
    const where = [...conditions, 'c.seq < ?'].join(' AND ');
    return {
      sql: `SELECT c.* FROM ${rows} WHERE ${where} ORDER BY c.seq DESC LIMIT ?`,
      values: [...values, before, limit],
    };
  }
  const rowsLead =
    given.length > 0 &&
    !isFew('SELECT 1 FROM commitment_words WHERE commitment_words MATCH ?', [words]) &&
    isFew(`SELECT 1 FROM ${rows} WHERE ${conditions.join(' AND ')}`, values);
  if (rowsLead) {
    const match =
      'EXISTS (SELECT 1 FROM commitment_words w WHERE w.rowid = c.seq AND commitment_words MATCH ?)';
    return {
      sql: `SELECT c.* FROM ${rows} WHERE ${[...conditions, 'c.seq < ?', match].join(' AND ')}
        ORDER BY c.seq DESC LIMIT ?`,
      values: [...values, before, words, limit],
    };
  }
  const others = conditions.map((condition) => `+${condition}`);
  return {
    sql: `SELECT c.* FROM commitment_words w CROSS JOIN commitments c ON c.seq = w.rowid
      WHERE ${['commitment_words MATCH ?', 'w.rowid < ?', ...others].join(' AND ')}
      ORDER BY w.rowid DESC LIMIT ?`,
    values: [words, before, ...values, limit],
  };
}

function columnsOf({ sessionId, topicId, status, verb }: CommitmentFilter) {
  return { session_id: sessionId, topic_id: topicId, status, verb };
}

/** A session has few rows; a topic may have most of them, and so may each status but `open`. */
function leadOf({ sessionId, topicId, status, verb }: CommitmentFilter): string {
  const by = (index: string) => `INDEXED BY commitments_by_${index}`;
  if (sessionId !== undefined) return by('session');
  if (topicId !== undefined) {
    if (status !== undefined && (status === 'open' || verb === undefined)) return by('topic_status');
    return by(verb === undefined ? 'topic' : 'topic_verb');
  }
  if (status !== undefined) return by(verb === undefined ? 'status' : 'status_verb');
  return verb === undefined ? '' : by('verb');
}

/**
 * Each of the words, and all of them. Quoted, so that nothing in it is query language. Whole words, which the
 * index holds by their stems: the beginnings of words would have to be gathered from all of it first.
 */
function matchOf(q: string): string {
  const words = q.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words
    .slice(0, 20)
    .map((word) => `"${word}"`)
    .join(' ');
}
