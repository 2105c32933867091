import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { openStore, readMigrations } from '../../sidecar/store/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { insertSessions } from '../kit/opened-store.ts';
import { callApi } from '../kit/real-sidecar.ts';

function usedHome(): HomePaths {
  const home = livelyHome();
  const store = openStore({ home });
  insertSessions(store, ['s1']);
  store.close();
  return home;
}

const note = (home: HomePaths) => readFileSync(home.notRunning, 'utf8');

describe('a config that is wrong', () => {
  test.each([
    [
      'an unknown key',
      { server: { prot: 1 } },
      'server.prot is not a known key; the nearest one is server.port',
    ],
    ['a wrong type', { privacy: { redact: 'yes' } }, 'privacy.redact must be true or false, and is "yes"'],
    [
      'a value out of range',
      { storage: { keepDays: 0 } },
      'storage.keepDays must be a number of days above 0',
    ],
  ])('%s: start exits 1, names the key in full, and leaves a note', async (_what, config, message) => {
    const home = livelyHome();
    writeFileSync(home.config, JSON.stringify(config));
    const { code, stdout, stderr } = await holdfast(home, ['start']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toContain(home.config);
    expect(note(home)).toMatch(/^Holdfast is not running: [^\n]+\n$/);
    expect(note(home)).toContain(message);
    expect(existsSync(home.endpoint)).toBe(false);
    expect(existsSync(home.database)).toBe(false);

    const status = await holdfast(home, ['status', '--json']);
    expect(JSON.parse(status.stdout).lastFailure).toContain(message);

    writeFileSync(home.config, '{}');
    expect(await holdfast(home, ['start'])).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(home.notRunning)).toBe(false);
  });

  test('in the foreground likewise', async () => {
    const home = livelyHome();
    writeFileSync(home.config, '{"sever": 1}');
    const { code, stderr } = await holdfast(home, ['start', '--foreground']);
    expect(code).toBe(1);
    expect(stderr).toContain('sever is not a known key');
    expect(note(home)).toContain('sever is not a known key');
  });
});

describe('a ledger that cannot be used', () => {
  test('of a newer Holdfast: exit 57, with both numbers, and a note', async () => {
    const home = usedHome();
    const known = readMigrations().length;
    const db = new Sqlite(home.database);
    db.prepare("INSERT INTO migrations VALUES (999, 'later', 'x', 1, '2099-01-01', '9.0.0')").run();
    db.close();
    for (const args of [['start'], ['start', '--foreground'], ['start', '--recover']]) {
      const { code, stderr } = await holdfast(home, args);
      expect(code, args.join(' ')).toBe(57);
      expect(stderr).toMatch(new RegExp(`schema 999, .* knows schema ${known} `));
      expect(note(home)).toMatch(/schema 999/);
    }
    expect(existsSync(home.backups)).toBe(false);
    expect(existsSync(home.endpoint)).toBe(false);
  });

  test('of a newer Holdfast that broke nothing: it serves', async () => {
    const home = usedHome();
    const db = new Sqlite(home.database);
    db.prepare("INSERT INTO migrations VALUES (999, 'later', 'x', 0, '2099-01-01', '9.0.0')").run();
    db.close();
    expect(await holdfast(home, ['start'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('damaged: exit 1 with what to do, and start --recover does it', async () => {
    const home = usedHome();
    truncateSync(home.database, 5000);
    const refused = await holdfast(home, ['start']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/damaged[\s\S]*holdfast start --recover/);
    expect(note(home)).toMatch(/damaged.*--recover/);

    const recovered = await holdfast(home, ['start', '--recover']);
    expect(recovered).toMatchObject({ code: 0, stderr: '' });
    const [aside = ''] = readdirSync(home.backups);
    expect(recovered.stdout).toContain(
      `The damaged ledger was moved to ${home.backups}/${aside}; a new one begins.`,
    );
    expect((await callApi<{ sessions: unknown[] }>(home, '/sessions')).body.sessions).toEqual([]);
  });

  test('whole: start --recover leaves it where it is', async () => {
    const home = usedHome();
    expect(await holdfast(home, ['start', '--recover'])).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(home.backups)).toBe(false);
    expect((await callApi(home, '/sessions/s1')).status).toBe(200);
  });
});

describe('a home that cannot be used', () => {
  test('is a file: exit 1 by name', async () => {
    const home = livelyHome({ made: false });
    writeFileSync(home.root, 'mine');
    const { code, stderr } = await holdfast(home, ['start']);
    expect(code).toBe(1);
    expect(stderr).toContain(`The home ${home.root} cannot be made or written`);
  });

  test('has a folder where the lock should be: exit 1 by name', async () => {
    const home = livelyHome();
    mkdirSync(home.instanceLock);
    const { code, stderr } = await holdfast(home, ['start']);
    expect(code).toBe(1);
    expect(stderr).toContain(home.instanceLock);
  });

  test('is nowhere: exit 1, and it says what to set', async () => {
    const home = livelyHome();
    const { code, stderr } = await holdfast(home, ['start'], { env: { HOME: '', HOLDFAST_HOME: '' } });
    expect(code).toBe(1);
    expect(stderr).toContain('Set HOLDFAST_HOME');
    onTestFinished(() => expect(existsSync(home.endpoint)).toBe(false));
  });
});
