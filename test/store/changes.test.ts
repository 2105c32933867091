import { describe, expect, onTestFinished, test } from 'vitest';
import { changeLog, openStore } from '../../sidecar/store/index.ts';
import { insertSessions, numbered, openedStore } from '../kit/opened-store.ts';

const DAY = 86_400_000;
/** As many rows as the log keeps, whatever their age. */
const KEEP_ROWS = 500_000;

function opened() {
  const { store, home } = openedStore();
  return { store, home, log: changeLog(store), db: store.db };
}

const INSERT_EVENT = `INSERT INTO events
    (id, event, session_id, tool_name, source, via, at, received_at, outcome, body_bytes, body_hash, body)
  VALUES ('e1', 'Stop', 's1', 'Bash', 'settings', 'live', '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:01.000Z', 'applied', 17, 'the-hash', '{"secret":true}')`;

describe('a change', () => {
  test('of an insert has table, id, op, machine, schema version, and all columns', () => {
    const { store, log, db } = opened();
    insertSessions(store, ['s1']);
    const machineId = db.prepare('SELECT id FROM machine').pluck().get();
    const schemaVersion = db.prepare('SELECT max(number) FROM migrations').pluck().get();
    const columns = db.prepare("SELECT name FROM pragma_table_info('sessions')").pluck().all() as string[];
    const [change] = log.after(0, 10);
    expect(change).toMatchObject({
      seq: 1,
      table: 'sessions',
      id: 's1',
      op: 'insert',
      machineId,
      schemaVersion,
    });
    expect(Object.keys(change?.new ?? {}).sort()).toEqual(columns.sort());
    expect(change?.new).toMatchObject({ id: 's1', state: 'booting', project: null, version: 1 });
    expect(change?.old).toBeNull();
    expect(Math.abs(Date.now() - Date.parse(change?.at ?? ''))).toBeLessThan(60_000);
    expect(change?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('of an update has the columns that differ, and no others', () => {
    const { store, log, db } = opened();
    insertSessions(store, ['s1'], 'why');
    store.write(() => db.exec("UPDATE sessions SET state = 'ended', reason = NULL, pid = 7, version = 1"));
    expect(log.after(1, 10)).toMatchObject([{ op: 'update', id: 's1' }]);
    expect(log.after(1, 10)[0]).toMatchObject({
      old: { state: 'booting', reason: 'why', pid: null },
      new: { state: 'ended', reason: null, pid: 7 },
    });
    expect(Object.keys(log.after(1, 10)[0]?.new ?? {}).sort()).toEqual(['pid', 'reason', 'state']);
  });

  test('of each column of a session is seen', () => {
    const { store, log, db } = opened();
    insertSessions(store, ['s1']);
    const columns = db.prepare("SELECT name FROM pragma_table_info('sessions')").pluck().all() as string[];
    for (const column of columns.filter((name) => name !== 'id')) {
      const values: Record<string, unknown> = { state: 'stalled', pid: 99, version: 99, autonomous: 1 };
      const value = values[column] ?? 'other';
      store.write(() => db.prepare(`UPDATE sessions SET ${column} = ?`).run(value));
      expect(log.after(0, 100).at(-1)?.new).toEqual({ [column]: value });
    }
  });

  test('of a delete has neither old nor new: what is forgotten is forgotten', () => {
    const { store, log, db } = opened();
    insertSessions(store, ['s1']);
    store.write(() => db.exec('DELETE FROM sessions'));
    expect(log.after(1, 10)).toMatchObject([
      { op: 'delete', table: 'sessions', id: 's1', old: null, new: null },
    ]);
  });

  test('of an event holds neither its body nor its hash', () => {
    const { store, log, db } = opened();
    store.write(() => db.exec(INSERT_EVENT));
    const [change] = log.after(0, 10);
    expect(change).toMatchObject({ table: 'events', id: 'e1', op: 'insert' });
    expect(change?.new).toMatchObject({ seq: 1, event: 'Stop', tool_name: 'Bash', body_bytes: 17 });
    expect(Object.keys(change?.new ?? {}).filter((name) => /body(_hash)?$/.test(name))).toEqual([]);
    store.write(() => db.exec('DELETE FROM events'));
    expect(log.after(1, 10)).toMatchObject([{ table: 'events', id: 'e1', op: 'delete', old: null }]);
  });

  test('is gone with a transaction that is rolled back, and nobody is told', () => {
    const { store, log } = opened();
    let told = 0;
    store.onChange(() => told++);
    expect(() =>
      store.write(() => {
        insertSessions(store, ['s1']);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(log.after(0, 10)).toEqual([]);
    expect(told).toBe(0);
  });

  test('is told once a commit, also where a write stands inside a write', () => {
    const { store } = opened();
    let told = 0;
    const stop = store.onChange(() => told++);
    store.write(() => store.write(() => insertSessions(store, ['s1', 's2'])));
    store.write(() => undefined);
    expect(told).toBe(1);
    stop();
    insertSessions(store, ['s3']);
    expect(told).toBe(1);
  });
});

describe('an event', () => {
  test.each([
    'seq',
    'id',
    'event',
    'session_id',
    'agent_id',
    'tool_name',
    'tool_use_id',
    'source',
    'via',
    'at',
    'received_at',
    'outcome',
    'detail',
    'body_bytes',
    'body_hash',
  ])('is never rewritten: %s', (column) => {
    const { store, db } = opened();
    store.write(() => db.exec(INSERT_EVENT));
    expect(() => db.exec(`UPDATE events SET ${column} = ${column}`)).toThrow('an event is never rewritten');
  });

  test('may lose its body, which changes nothing that is watched', () => {
    const { store, db, log } = opened();
    store.write(() => db.exec(INSERT_EVENT));
    store.write(() => db.exec('UPDATE events SET body = NULL'));
    expect(log.last()).toBe(1);
  });

  test('has no column besides its body that an update could reach', () => {
    const { db } = opened();
    const columns = db.prepare("SELECT name FROM pragma_table_info('events')").pluck().all() as string[];
    const trigger = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'events_immutable'").pluck().get();
    const named = String(trigger).replace(/[\s\S]*UPDATE OF([\s\S]*)ON events[\s\S]*/, '$1');
    expect(
      named
        .split(',')
        .map((name) => name.trim())
        .sort(),
    ).toEqual(columns.filter((name) => name !== 'body').sort());
  });
});

describe('pruning', () => {
  const inDays = (days: number) => new Date(Date.now() + days * DAY);

  test('drops what is older than two weeks, and a number is never used again', () => {
    const { store, home, log } = opened();
    insertSessions(store, numbered('s', 3));
    expect(log.prune(inDays(13.9))).toBe(false);
    expect(log.after(0, 10)).toHaveLength(3);
    expect(log.prune(inDays(14.1))).toBe(true);
    expect(log.prune(inDays(14.1))).toBe(false);
    expect(log.after(0, 10)).toEqual([]);
    expect(log.last()).toBe(3);
    insertSessions(store, ['s4']);
    expect(log.after(0, 10).map((change) => change.seq)).toEqual([4]);

    log.prune(inDays(15));
    store.close();
    const again = openStore({ home });
    onTestFinished(again.close);
    expect(again.lastChange()).toBe(4);
    insertSessions(again, ['s5']);
    expect(
      changeLog(again)
        .after(0, 10)
        .map((change) => change.seq),
    ).toEqual([5]);
  });

  test('drops the oldest above the most rows that are kept, however young', () => {
    const { store, log, db } = opened();
    insertSessions(store, numbered('s', 5));
    db.exec(`INSERT INTO changes SELECT ${KEEP_ROWS + 3}, at, table_name, 'far', op, machine_id, schema_version, old, new
             FROM changes WHERE seq = 1`);
    expect(log.prune(new Date())).toBe(true);
    expect(log.after(0, 10).map((change) => change.seq)).toEqual([4, 5, KEEP_ROWS + 3]);
    expect(log.prune(new Date())).toBe(false);
  });

  test('goes in steps, so that intake is never held up for long', () => {
    const { store, log } = opened();
    insertSessions(store, numbered('s', 5_001));
    expect(log.prune(inDays(15))).toBe(true);
    expect(log.after(0, 10).map((change) => change.seq)).toEqual([5_001]);
  });

  test('a cursor reaches the log until a row after it is gone', () => {
    const { store, log, db } = opened();
    expect(log.reaches(0)).toBe(true);
    insertSessions(store, numbered('s', 4));
    db.exec('DELETE FROM changes WHERE seq <= 2');
    expect([0, 1, 2, 3, 4, 5].map((cursor) => log.reaches(cursor))).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
    db.exec('DELETE FROM changes');
    expect([3, 4, 5].map((cursor) => log.reaches(cursor))).toEqual([false, true, false]);
  });
});
