import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HomePaths, homePaths } from '../../sidecar/home/index.ts';
import { callApi, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { type Damage, MAIN_FILE, TORN_TAIL, WAL_FILE } from './damage.ts';
import { bodyOf } from './events.ts';
import { endProcessesOf } from './our-processes.ts';
import { packageCopy } from './package-copy.ts';
import { chaosHome, launchSidecar, startServing } from './sidecar-process.ts';
import { ledgerFaults, readStoppedLedger } from './stopped-ledger.ts';

const EVENTS = 60;
const IDS = Array.from({ length: EVENTS }, (_, index) => `event-${String(index).padStart(3, '0')}`);
/** What SQLite found may go over several lines. */
const SENTENCE = /^holdfast: The ledger .* is damaged: [\s\S]+?\.\n/m;

const pack = packageCopy();
const stopped = chaosHome();
const killed = chaosHome();
afterAll(() => {
  for (const { remove } of [stopped, killed, pack]) remove();
});

/** Two homes to copy: one whose sidecar was stopped (one file), one that was killed (most is in the log). */
beforeAll(async () => {
  for (const [{ home }, signal] of [
    [stopped, 'SIGTERM'],
    [killed, 'SIGKILL'],
  ] as const) {
    const sidecar = await startServing(pack, home);
    for (const id of IDS) expect(await post(home, id)).toBe(200);
    await sidecar.kill(signal);
  }
  expect(existsSync(`${stopped.home.database}-wal`)).toBe(false);
  expect(existsSync(`${killed.home.database}-wal`)).toBe(true);
});

async function post(home: HomePaths, id: string): Promise<number> {
  const body = bodyOf('PreToolUse', 'damaged', id, { filler: 'd'.repeat(3000) });
  const headers = { 'x-holdfast-event': id };
  return (await callApi(home, '/hook/PreToolUse', { method: 'POST', body, headers })).status;
}

async function withCopy(from: HomePaths, play: (home: HomePaths) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-damaged-'));
  const home = homePaths(join(folder, 'home'));
  try {
    cpSync(from.root, home.root, { recursive: true });
    await play(home);
  } finally {
    await endProcessesOf(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a ledger holds, and whether it is whole; with no sidecar. */
function heldBy(home: HomePaths) {
  return readStoppedLedger(home, (db) => ({
    faults: ledgerFaults(db),
    ids: db.prepare<[], string>('SELECT id FROM events ORDER BY seq').pluck().all(),
  }));
}

async function servesAnew(home: HomePaths, args: string[] = []): Promise<string> {
  const sidecar = await startServing(pack, home, { args });
  expect(await post(home, 'afterwards')).toBe(200);
  await sidecar.kill('SIGTERM');
  return sidecar.printed().stdout;
}

describe('a ledger that is damaged', () => {
  test.each(MAIN_FILE)(
    '$name: is refused untouched, and --recover moves it aside',
    async ({ harm }: Damage) => {
      await withCopy(stopped.home, async (home) => {
        harm(home.database);
        const damaged = readFileSync(home.database);

        const refused = launchSidecar(pack, home);
        expect(await refused.served).toBe(false);
        expect(await refused.ended).toEqual({ code: 1, signal: null });
        expect(refused.printed().stderr).toMatch(SENTENCE);
        expect(refused.printed().stderr).toContain('start --recover');
        expect(readFileSync(home.database).equals(damaged)).toBe(true);

        expect(await servesAnew(home, ['--recover'])).toContain(home.backups);
        expect(heldBy(home)).toEqual({ faults: [], ids: ['afterwards'] });
        const [moved = ''] = readdirSync(home.backups).filter((name) => name.endsWith('.db'));
        expect(readFileSync(join(home.backups, moved)).equals(damaged)).toBe(true);
      });
    },
  );

  test('is told by a start in the background too', async () => {
    await withCopy(stopped.home, async (home) => {
      MAIN_FILE[0]?.harm(home.database);
      const start = { args: [pack.cli, 'start'], env: cleanEnvironment(home) };
      const ended = await runProgram(process.execPath, start);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(SENTENCE);
      expect(readFileSync(home.notRunning, 'utf8')).toMatch(/^Holdfast is not running: .*damaged.*\n$/);
    });
  });
});

test('a ledger that is missing is made anew, also beside the log of the one that was', async () => {
  await withCopy(killed.home, async (home) => {
    rmSync(home.database);
    await servesAnew(home);
    expect(heldBy(home)).toEqual({ faults: [], ids: ['afterwards'] });
    expect(readdirSync(home.backups).some((name) => name.endsWith('-wal'))).toBe(true);
  });
});

describe('the log of a ledger whose sidecar was killed', () => {
  test('untouched: everything acknowledged is there', async () => {
    await withCopy(killed.home, async (home) => {
      await servesAnew(home);
      expect(heldBy(home)).toEqual({ faults: [], ids: [...IDS, 'afterwards'] });
    });
  });

  test.each(TORN_TAIL)('$name: everything acknowledged is there', async ({ harm }: Damage) => {
    await withCopy(killed.home, async (home) => {
      harm(`${home.database}-wal`);
      await servesAnew(home);
      expect(heldBy(home)).toEqual({ faults: [], ids: [...IDS, 'afterwards'] });
    });
  });

  // What is cut off is gone; the rest is either refused or a whole ledger up to some event, with no hole.
  test.each(WAL_FILE)('$name: is refused, or what is left is whole', async ({ harm }: Damage) => {
    await withCopy(killed.home, async (home) => {
      harm(`${home.database}-wal`);
      const sidecar = launchSidecar(pack, home);
      if (await sidecar.served) {
        await sidecar.kill('SIGTERM');
        const held = heldBy(home);
        expect(held?.faults).toEqual([]);
        expect(held?.ids).toEqual(IDS.slice(0, held?.ids.length));
      } else {
        expect(sidecar.printed().stderr).toMatch(SENTENCE);
        await servesAnew(home, ['--recover']);
      }
    });
  });
});
