import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { forget } from '../../sidecar/intake/index.ts';
import { repository } from '../kit/git.ts';
import { ledger } from '../kit/ledger.ts';
import { openedRooms } from '../kit/opened-rooms.ts';

const WORD = 'Quagmire-of-a-prompt-that-nobody-else-says';

/** Every file under a folder that holds this. */
function filesWith(folder: string, word: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    try {
      return readFileSync(join(folder, name)).includes(word);
    } catch {
      return false; // A folder.
    }
  });
}

describe('forgetting leaves no byte behind', () => {
  test.each(['project', 'session'] as const)('of a prompt, by %s', async (by) => {
    const { post, get, home, folder } = openedRooms();
    const project = join(folder, 'project');
    mkdirSync(project);
    const prompt = `${WORD} `.repeat(3_000); // More than one page of the database.
    await post('/hook/SessionStart', { session_id: 'gone', source: 'startup', cwd: project });
    for (let i = 0; i < 5; i++)
      await post('/hook/UserPromptSubmit', { session_id: 'gone', prompt: `${i} ${prompt}` });
    await post('/hook/SessionEnd', { session_id: 'gone', reason: `${WORD}-as-a-reason` });
    await post('/hook/UserPromptSubmit', { session_id: 'stays', prompt: 'this one stays', cwd: '/tmp' });
    const rejected = join(home.rejected, '1-file');
    writeFileSync(rejected, `{"session_id":"gone","cwd":"${project}","prompt":"${WORD}`);
    writeFileSync(`${rejected}.reason`, 'cut\n');
    expect(filesWith(home.root, WORD).length).toBeGreaterThanOrEqual(2);

    const answer = await post('/forget', by === 'project' ? { project } : { sessionId: 'gone' });
    expect(answer).toMatchObject({ status: 200, body: { sessions: 1, events: 7, rejectedFiles: 1 } });
    expect(filesWith(home.root, WORD)).toEqual([]);
    expect(filesWith(home.root, project)).toEqual([]);
    expect(readdirSync(home.rejected)).toEqual([]);

    expect((await get('/sessions/gone')).status).toBe(404);
    expect((await get('/sessions/stays')).status).toBe(200);
    const { changes } = (await get<{ changes: { id: string; op: string; table: string }[] }>('/changes'))
      .body;
    expect(new Set(changes.filter(({ id }) => id === 'gone').map(({ op }) => op))).toEqual(
      new Set(['delete']),
    );
    expect(changes.filter(({ op, table }) => op === 'insert' && table === 'events')).toHaveLength(1);
  });

  test('not even where another program reads the ledger: then it says so, instead of "gone"', () => {
    const { take, store, home } = ledger();
    take('UserPromptSubmit', { session_id: 'gone', prompt: WORD });
    const reader = new Sqlite(home.database, { readonly: true });
    onTestFinished(() => void reader.close());
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    store.db.pragma('busy_timeout = 20');
    expect(() => forget({ store, home }, { sessionId: 'gone' })).toThrow(
      expect.objectContaining({ code: 'STORAGE_UNWRITABLE', message: expect.stringContaining('-wal') }),
    );
    reader.exec('COMMIT');
    expect(forget({ store, home }, { sessionId: 'gone' })).toMatchObject({ events: 0 });
    expect(filesWith(home.root, WORD)).toEqual([]);
  });
});

describe('forgetting a project', () => {
  test('takes its subdirectories, its links, and sessions of its whole repository', () => {
    const { take, sessions, store, home, folder } = ledger();
    const project = repository(join(folder, 'repo'));
    mkdirSync(join(project, 'sub'));
    symlinkSync(project, join(folder, 'link'));
    take('SessionStart', { session_id: 'root', source: 'startup', cwd: project });
    take('SessionStart', { session_id: 'sub', source: 'startup', cwd: join(project, 'sub') });
    take('SessionStart', { session_id: 'other', source: 'startup', cwd: folder });
    expect(forget({ store, home }, { project: join(folder, 'link') })).toMatchObject({
      sessions: 2,
      events: 2,
    });
    expect(sessions.one('other')).toBeDefined();
  });

  test('takes events that no session was made for, by their directory', () => {
    const { take, rows, store, home, folder } = ledger();
    const project = join(folder, 'project');
    mkdirSync(join(project, 'sub'), { recursive: true });
    take('FutureEvent', { session_id: 'unseen', cwd: project, text: WORD });
    take('FutureEvent', { cwd: project, text: WORD });
    take('Stop', { session_id: 'sample', holdfast_sample: true, cwd: project, text: WORD });
    take('FutureEvent', { cwd: `${project}-two`, text: 'stays' });
    take('FutureEvent', { text: 'stays' });
    expect(forget({ store, home }, { project })).toMatchObject({ sessions: 0, events: 3 });
    expect(rows().map(({ body }) => JSON.parse(body ?? '').text)).toEqual(['stays', 'stays']);
    expect(filesWith(home.root, WORD)).toEqual([]);
    const left = store.db.prepare(
      "SELECT count(*) FROM changes WHERE op = 'insert' AND table_name = 'events'",
    );
    expect(left.pluck().get()).toBe(2);
  });

  test('that is not known takes nothing', () => {
    const { take, rows, store, home } = ledger();
    take('Stop', { session_id: 's1', cwd: '/tmp' });
    const nothing = { sessions: 0, events: 0, commitments: 0, claims: 0, evidence: 0, rejectedFiles: 0 };
    expect(forget({ store, home }, { project: '/nowhere' })).toEqual(nothing);
    expect(forget({ store, home }, { sessionId: 'nobody' })).toEqual(nothing);
    expect(rows()).toHaveLength(1);
  });
});

describe('of rejected files', () => {
  const FILES: [string, string, boolean][] = [
    ['its session, cut right after it', '{"session_id":"s1', true],
    ['its session in a file of other bytes', '\u0001\u0002 "s1" ', true],
    ['another session whose id goes on', '{"session_id":"s11"}', false],
    ['another session whose id ends likewise', '{"session_id":"xs1"}', false],
    ['nothing', '', false],
  ];

  test.each(FILES)('one that names %s', (_what, text, goes) => {
    const { store, home } = ledger();
    const file = join(home.rejected, '1-file');
    writeFileSync(file, text);
    forget({ store, home }, { sessionId: 's1' });
    expect(existsSync(file)).toBe(!goes);
  });

  test.each([
    ['itself', '{"cwd":"PROJECT","x"', true],
    ['a folder below it', '{"cwd":"PROJECT/sub"', true],
    ['it by its real path', '{"cwd":"REAL"', true],
    ['a neighbour whose name goes on', '{"cwd":"PROJECT-two"}', false],
    ['a neighbour with a longer name', '{"cwd":"PROJECTS"}', false],
  ])('one that names %s, of a project', (_what, text, goes) => {
    const { store, home, folder } = ledger();
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'project'));
    const file = join(home.rejected, '1-file');
    const project = join(folder, 'project');
    writeFileSync(file, text.replace('PROJECT', project).replace('REAL', join(folder, 'real')));
    expect(forget({ store, home }, { project }).rejectedFiles).toBe(goes ? 1 : 0);
    expect(existsSync(file)).toBe(!goes);
  });

  test('a folder among them is nobody’s', () => {
    const { store, home } = ledger();
    mkdirSync(join(home.rejected, 'folder'));
    expect(forget({ store, home }, { sessionId: 's1' }).rejectedFiles).toBe(0);
  });
});
