import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryHome } from '../kit/temporary-home.ts';
import { FIVE_ATTEMPTS, inTime } from './in-time.ts';
import { HOOKS, runHook, SESSION_START, SILENT, spoolNames } from './run-hook.ts';

const LIMIT = 10_000;
const { home, remove } = temporaryHome();
const overflow = join(home.spool, 'overflow');
const last = join(home.spool, `${LIMIT}.event`);

beforeAll(() => {
  for (let n = 1; n <= LIMIT; n++) writeFileSync(join(home.spool, `${n}.event`), '');
  writeFileSync(join(home.spool, '.unfinished'), ''); // Counts as little as the folder of rejected files.
});

afterAll(remove);

describe('with 10,000 events in the spool', () => {
  test.for(HOOKS)('$event is dropped, noted, and told when a session starts', FIVE_ATTEMPTS, async (hook) => {
    rmSync(overflow, { force: true });
    writeFileSync(home.notRunning, 'Why.\n');
    const ended = await inTime(hook, () => runHook(hook, home));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(overflow)).toBe(true);
    expect(spoolNames(home)).toHaveLength(LIMIT + 2);
    const told = `Why. Holdfast dropped events: its spool was full (${overflow}). Run: holdfast doctor`;
    expect(ended.stdout).toBe(hook === SESSION_START ? `${JSON.stringify({ systemMessage: told })}\n` : '');
  });

  test('a second drop is told just the same', async () => {
    rmSync(home.notRunning, { force: true });
    for (const round of [1, 2]) {
      const { stdout } = await runHook(SESSION_START, home);
      expect(JSON.parse(stdout).systemMessage, `round ${round}`).toMatch(/^Holdfast dropped events/);
    }
    expect(spoolNames(home)).toHaveLength(LIMIT + 2);
  });
});

describe('with 9,999 events in the spool', () => {
  test.for([false, true])('another one is kept (after an overflow: %j)', async (before) => {
    const names = spoolNames(home);
    if (names.includes('overflow')) rmSync(overflow);
    for (const name of names.filter((one) => /-/.test(one))) rmSync(join(home.spool, name));
    rmSync(last, { force: true });
    if (before) writeFileSync(overflow, '');
    const { stdout } = await runHook(SESSION_START, home);
    expect(stdout.includes('dropped events')).toBe(before); // Said until somebody has read of it.
    expect(spoolNames(home).filter((name) => name.includes('-'))).toHaveLength(1);
    expect(existsSync(overflow)).toBe(before);
  });

  test('and the next one is dropped', async () => {
    rmSync(overflow, { force: true });
    const count = spoolNames(home).length;
    await runHook(SESSION_START, home);
    expect(spoolNames(home)).toHaveLength(count + 1);
    expect(existsSync(overflow)).toBe(true);
  });
});

test('an emptied spool is used again', async () => {
  for (const name of spoolNames(home)) rmSync(join(home.spool, name));
  expect(await runHook(SESSION_START, home)).toMatchObject(SILENT);
  expect(spoolNames(home)).toHaveLength(1);
});
