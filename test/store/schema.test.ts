import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import type { Store } from '../../sidecar/store/index.ts';
import { openedStore } from '../kit/opened-store.ts';

const FILE = join(PACKAGE_ROOT, 'migrations', 'schema.sql');
const HEAD = `-- The schema after all migrations, for reading and for review. Nothing runs this file.
-- Written by: UPDATE_SCHEMA=1 npx vitest run test/store/schema.test.ts
`;

/** What no person watches: the book-keeping of the ledger itself. */
const UNWATCHED = [
  'changes',
  'guard_posture',
  'machine',
  'migrations',
  'tellings',
  'turn_leases',
  'upgrades',
  'upgrade_steps',
];
/** SQLite makes the tables of a full-text index itself. */
const OURS = "name NOT LIKE 'sqlite_%' AND name NOT LIKE 'commitment_words%'";

describe('the schema', () => {
  test('is the one that migrations/schema.sql shows', () => {
    const schema = schemaOf(openedStore().store);
    if (process.env.UPDATE_SCHEMA === '1') writeFileSync(FILE, schema);
    expect(readFileSync(FILE, 'utf8'), 'run it again with UPDATE_SCHEMA=1 where the change is meant').toBe(
      schema,
    );
  });

  test('has STRICT tables only', () => {
    const { db } = openedStore().store;
    const tables = db
      .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND ${OURS}`)
      .pluck();
    expect(tables.all()).toEqual([]);
  });

  test('writes the change log by triggers for each table that a person can watch', () => {
    const { db } = openedStore().store;
    const tables = db
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND ${OURS}`)
      .pluck()
      .all();
    const triggers = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all();
    for (const table of tables.filter((name) => !UNWATCHED.includes(name))) {
      expect(triggers).toContain(`${table}_insert`);
      expect(triggers).toContain(`${table}_delete`);
      // A table of facts is never updated, and says so by a trigger of its own.
      expect(triggers.some((name) => name === `${table}_update` || name === `${table}_immutable`)).toBe(true);
    }
  });
});

function schemaOf({ db }: Store): string {
  const statements = db
    .prepare<[], string>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND NOT (type = 'table' AND name LIKE 'commitment_words_%')
       ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name`,
    )
    .pluck()
    .all();
  return `${HEAD}\n${statements.map((sql) => `${sql};\n`).join('\n')}`;
}
