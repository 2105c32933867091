import type { Store } from './store.ts';

export type Problem = { code: string; message: string; hint: string };
export type UpgradeStep = { step: string; doneAt: string | null; problem: Problem | null; tries: number };
export type Upgrade = {
  version: string;
  from: string | null;
  migratedAt: string | null;
  steps: UpgradeStep[];
};

type UpgradeRow = { from_version: string | null; migrated_at: string | null };
type StepRow = { step: string; done_at: string | null; problem: string | null; tries: number };

/** Which version has gone through this home. A step is written down only after it has succeeded or failed. */
export type Upgrades = ReturnType<typeof upgradesOf>;

export function upgradesOf(store: Store, now: () => Date = () => new Date()) {
  const { db, write } = store;
  const row = db.prepare<[string], UpgradeRow>(
    'SELECT from_version, migrated_at FROM upgrades WHERE version = ?',
  );
  const steps = db.prepare<[string], StepRow>(
    'SELECT step, done_at, problem, tries FROM upgrade_steps WHERE version = ? ORDER BY rowid',
  );
  const lastMigrated = db
    .prepare<[string], string>(
      `SELECT version FROM upgrades WHERE version <> ? AND migrated_at IS NOT NULL
       ORDER BY migrated_at DESC, rowid DESC LIMIT 1`,
    )
    .pluck();
  // A ledger from before there was such a table: who applied its schema knows.
  const lastSchema = db
    .prepare<[string], string>(
      'SELECT applied_by FROM migrations WHERE applied_by <> ? ORDER BY number DESC LIMIT 1',
    )
    .pluck();
  const begin = db.prepare<[string, string | null, string]>(
    `INSERT INTO upgrades (version, from_version, began_at) VALUES (?, ?, ?)
     ON CONFLICT (version) DO NOTHING`,
  );
  const setStep = db.prepare<[string, string, string | null, string | null]>(
    `INSERT INTO upgrade_steps (version, step, done_at, problem) VALUES (?, ?, ?, ?)
     ON CONFLICT (version, step) DO UPDATE
     SET done_at = excluded.done_at, problem = excluded.problem, tries = tries + 1`,
  );
  const setMigrated = db.prepare<[string | null, string]>(
    'UPDATE upgrades SET migrated_at = ? WHERE version = ?',
  );
  const applied = db
    .prepare<[string], number>('SELECT number FROM migrations WHERE applied_by = ? ORDER BY number')
    .pluck();
  const schema = db.prepare<[], number>('SELECT max(number) FROM migrations').pluck();

  /** The version that went through this home before `version`; null where none is known. */
  const before = (version: string) => lastMigrated.get(version) ?? lastSchema.get(version) ?? null;

  return {
    of: (version: string): Upgrade => {
      const found = row.get(version);
      return {
        version,
        from: found ? found.from_version : before(version),
        migratedAt: found?.migrated_at ?? null,
        steps: steps.all(version).map(({ step, done_at, problem, tries }) => ({
          step,
          doneAt: done_at,
          problem: problem === null ? null : (JSON.parse(problem) as Problem),
          tries,
        })),
      };
    },
    begin: (version: string) =>
      write(() => {
        begin.run(version, before(version), now().toISOString());
      }),
    succeeded: (version: string, step: string) =>
      write(() => {
        setStep.run(version, step, now().toISOString(), null);
      }),
    failed: (version: string, step: string, problem: Problem) =>
      write(() => {
        setStep.run(version, step, null, JSON.stringify(problem));
        setMigrated.run(null, version);
      }),
    migrated: (version: string) =>
      write(() => {
        setMigrated.run(now().toISOString(), version);
      }),
    /** The numbers of the schema that this version applied, and the last one of all. */
    schema: (version: string) => ({ applied: applied.all(version), last: schema.get() ?? 0 }),
  };
}
