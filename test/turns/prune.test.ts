import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forgetTurns } from '../../sidecar/turns/index.ts';
import { until } from '../kit/until.ts';
import { type OpenedTurns, openedTurns } from './turns-kit.ts';

const DAY = 86_400_000;
const KEEP_DAYS = 90;

function pruneAt({ turns, home }: OpenedTurns, days: number): void {
  const now = new Date(Date.now() + days * DAY);
  for (let round = 0; turns.prune(now, KEEP_DAYS); round++) if (round > 100) throw new Error('it never ends');
  expect(existsSync(home.turns)).toBe(true);
}

describe('pruning turns', () => {
  test.each([
    [13, { bodies: 4, files: 2, turns: 1 }],
    [15, { bodies: 0, files: 2, turns: 1 }],
    [31, { bodies: 0, files: 0, turns: 1 }],
    [91, { bodies: 0, files: 0, turns: 0 }],
  ])('after %s days: bodies go at 14, files at 30, rows at keepDays', async (days, left) => {
    const opened = openedTurns();
    const turn = await opened.play('events 2; result');
    pruneAt(opened, days);
    expect({
      bodies: opened.events(turn).filter(({ body }) => body !== null).length,
      files: readdirSync(opened.home.turns).length,
      turns: opened.turns.one(turn.id) ? 1 : 0,
    }).toEqual(left);
    expect(opened.events(turn)).toHaveLength(left.turns * 4);
  });

  test('keeps what belongs to an open run, but for the bodies', async () => {
    const opened = openedTurns({ isRunOpen: (id) => id === 'open' });
    await opened.play('result', { runId: 'open' });
    await opened.play('result', { runId: 'over' });
    pruneAt(opened, 91);
    expect(opened.turns.ofRun('open')).toMatchObject([{ state: 'clean', events: 2 }]);
    expect(opened.turns.ofRun('over')).toEqual([]);
    expect(readdirSync(opened.home.turns)).toHaveLength(2);
  });

  test('keeps a turn that lives, however old it is', async () => {
    const opened = openedTurns();
    const begun = opened.start('events 1; hang');
    await until('its events', () => opened.turns.one(begun.id)?.events === 2);
    const stream = join(opened.home.turns, `${begun.id}.ndjson`);
    utimesSync(stream, 1, 1);
    pruneAt(opened, 365);
    expect(existsSync(stream)).toBe(true);
    expect(opened.events(begun).every(({ body }) => body !== null)).toBe(true);
    await opened.turns.stop(begun.id);
  });
});

describe('forgetting turns', () => {
  test('leaves no word of them, in no file, and other sessions alone', async () => {
    const opened = openedTurns();
    const gone = await opened.play('say Quagmire; result Quagmire');
    const stays = await opened.play('say this-stays; result');
    const { turns, dropFiles } = opened.store.write(() => forgetTurns(opened, [gone.sessionId]));
    dropFiles();
    opened.store.db.pragma('wal_checkpoint(TRUNCATE)');

    expect(turns).toBe(1);
    const files = readdirSync(opened.home.root, { recursive: true, encoding: 'utf8', withFileTypes: true });
    const with_ = files.filter(
      (file) => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes('Quagmire'),
    );
    expect(with_.map(({ name }) => name)).toEqual([]);
    expect(opened.turns.one(stays.id)).toEqual(stays);
    expect(readdirSync(opened.home.turns)).toHaveLength(2);
  });

  test('is refused while one of them lives', async () => {
    const opened = openedTurns();
    const begun = opened.start('hang');
    expect(() => opened.store.write(() => forgetTurns(opened, [begun.sessionId]))).toThrow(
      expect.objectContaining({ code: 'SESSION_BUSY' }),
    );
    await opened.turns.stop(begun.id);
  });
});
