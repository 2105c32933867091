import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../sidecar/errors/index.ts';
import { drainSpool, keepDraining, type SpoolOptions } from '../../sidecar/intake/drain-spool.ts';
import type { Incoming } from '../../sidecar/intake/take.ts';
import { ledger } from '../kit/ledger.ts';
import { until } from '../kit/until.ts';

const line = (event: string, id: string, client = '- -') =>
  `holdfast-spool 1 ${event} ${id} settings ${client}\n`;

function spool() {
  const { home, take, rows, sessions, clock } = ledger();
  const warned: string[] = [];
  const options: SpoolOptions = {
    home,
    submit: async (incoming: Incoming) =>
      take(incoming.event, {}, { ...incoming, at: incoming.at.toISOString() }),
    warn: (what) => warned.push(what),
    now: () => clock.now,
  };
  /** A file as a hook leaves it, so many seconds ago. */
  function leave(name: string, text: string | Buffer, secondsAgo = 10): string {
    const file = join(home.spool, name);
    writeFileSync(file, text);
    const at = new Date(clock.now.getTime() - secondsAgo * 1000);
    utimesSync(file, at, at);
    return file;
  }
  const waiting = () => readdirSync(home.spool).filter((name) => name !== 'rejected');
  const rejected = () => readdirSync(home.rejected).sort();
  return { home, options, leave, waiting, rejected, rows, sessions, clock, warned, take };
}

describe('draining', () => {
  test('takes what hooks left, oldest first, each with the time of its file', async () => {
    const { options, leave, waiting, rows, clock } = spool();
    leave('b', `${line('Stop', 'second')}{"session_id":"s1"}`, 20);
    leave('a', `${line('UserPromptSubmit', 'first')}{"session_id":"s1","prompt":"two\\nlines"}`, 30);
    leave('c', `${line('SessionEnd', 'third')}{"session_id":"s1"}`, 10);
    expect(await drainSpool(options)).toEqual({ taken: 3, rejected: 0, left: 0 });
    expect(rows().map(({ id, via }) => `${id} ${via}`)).toEqual([
      'first spool',
      'second spool',
      'third spool',
    ]);
    expect(rows()[0]).toMatchObject({
      at: new Date(clock.now.getTime() - 30_000).toISOString(),
      received_at: clock.now.toISOString(),
    });
    expect(waiting()).toEqual([]);
  });

  test('of files of one and the same time goes by their names', async () => {
    const { options, leave, rows } = spool();
    for (const name of ['c', 'a', 'b']) leave(name, `${line('FutureEvent', name)}{}`);
    await drainSpool(options);
    expect(rows().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('an event that is in the ledger already is taken away, and is not there twice', async () => {
    const { options, leave, rows, take, waiting } = spool();
    take('Stop', { session_id: 's1' }, { id: 'once' });
    leave('a', `${line('Stop', 'once')}{"session_id":"s1"}`);
    expect(await drainSpool(options)).toMatchObject({ taken: 1 });
    expect(rows()).toHaveLength(1);
    expect(waiting()).toEqual([]);
  });

  test('knows the process by the word of the hook alone', async () => {
    const { options, leave, sessions } = spool();
    leave('a', `${line('SessionStart', 'a', `${process.pid} 777`)}{"session_id":"told"}`);
    leave('b', `${line('SessionStart', 'b', `${process.pid} -`)}{"session_id":"untold"}`);
    await drainSpool(options);
    expect(sessions.one('told')).toMatchObject({ pid: process.pid, process_start: '777' });
    expect(sessions.one('untold')).toMatchObject({ pid: process.pid, process_start: null });
  });

  test('a file from the future happened now: it must not hold up what comes after it', async () => {
    const { options, leave, take, rows, clock } = spool();
    leave('a', `${line('UserPromptSubmit', 'a')}{"session_id":"s1"}`, -3_600);
    await drainSpool(options);
    expect(rows()[0]?.at).toBe(clock.now.toISOString());
    expect(take('Stop', { session_id: 's1' }).row?.outcome).toBe('applied');
  });

  test('hundreds of them', async () => {
    const { options, leave, rows } = spool();
    for (let i = 0; i < 250; i++)
      leave(`f${String(i).padStart(4, '0')}`, `${line('FutureEvent', `e${i}`)}{}`);
    expect(await drainSpool(options)).toEqual({ taken: 250, rejected: 0, left: 0 });
    expect(rows().map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, i) => `e${i}`));
  });
});

describe('what cannot be understood', () => {
  const BAD: [string, string | Buffer, RegExp][] = [
    ['nothing', '', /first line/],
    ['other text', 'hello\n{}', /first line/],
    ['a first line without an end', line('Stop', 'x').trim(), /first line/],
    ['a line of a later version', 'holdfast-spool 2 Stop x settings - -\n{}', /first line/],
    ['an event name with a slash', 'holdfast-spool 1 ../x x settings - -\n{}', /first line/],
    ['no body', line('Stop', 'x'), /not JSON/],
    ['half a body', `${line('Stop', 'x')}{"session_id":`, /not JSON/],
    ['no session', `${line('Stop', 'x')}{}`, /session_id/],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(line('Stop', 'x')), Buffer.from([0x22, 0xe9, 0x22])]),
      /UTF-8/,
    ],
    ['more than the limit', `${line('Stop', 'x')}${' '.repeat(8 * 1024 * 1024 + 1025)}`, /the limit is/],
  ];

  test.each(BAD)('%s is kept with the reason beside it, and stops nothing', async (_what, text, reason) => {
    const { home, options, leave, rejected, rows, clock } = spool();
    leave('bad', text, 20);
    leave('good', `${line('Stop', 'good')}{"session_id":"s1"}`);
    expect(await drainSpool(options)).toEqual({ taken: 1, rejected: 1, left: 0 });
    const kept = `${clock.now.getTime()}-bad`;
    expect(rejected()).toEqual([kept, `${kept}.reason`]);
    expect(readFileSync(join(home.rejected, kept)).equals(Buffer.from(text))).toBe(true);
    expect(readFileSync(join(home.rejected, `${kept}.reason`), 'utf8')).toMatch(reason);
    expect(rows()).toMatchObject([{ id: 'good' }]);
  });

  test('a folder is no event', async () => {
    const { home, options, rejected } = spool();
    mkdirSync(join(home.spool, 'folder'));
    expect(await drainSpool(options)).toMatchObject({ rejected: 1 });
    expect(rejected()).toContainEqual(expect.stringMatching(/-folder\.reason$/));
  });

  test('a file that a hook is still writing waits; one whose hook was killed long ago does not', async () => {
    const { options, leave, waiting, rejected } = spool();
    leave('.young', line('Stop', 'x'), 60);
    leave('.old', line('Stop', 'x'), 601);
    expect(await drainSpool(options)).toMatchObject({ taken: 0, rejected: 1 });
    expect(waiting()).toEqual(['.young']);
    expect(rejected()[0]).toMatch(/^\d+-old$/);
  });

  test('an event that meets a fault of ours is set aside, so that those behind it are not held up', async () => {
    const { options, leave, rejected } = spool();
    leave('a', `${line('Stop', 'a')}{"session_id":"s1"}`);
    const submit = async () => {
      throw new TypeError('a fault');
    };
    expect(await drainSpool({ ...options, submit })).toEqual({ taken: 0, rejected: 1, left: 0 });
    expect(rejected()).toHaveLength(2);
  });
});

test('a full disk leaves everything where it is, for the next time', async () => {
  const { options, leave, waiting, rejected, warned } = spool();
  for (let i = 0; i < 120; i++) leave(`f${i}`, `${line('FutureEvent', `e${i}`)}{}`);
  const submit = async () => {
    throw new HoldfastError('STORAGE_FULL', 'full', 'make room');
  };
  expect(await drainSpool({ ...options, submit })).toEqual({ taken: 0, rejected: 0, left: 120 });
  expect(waiting()).toHaveLength(120);
  expect(rejected()).toEqual([]);
  expect(new Set(warned)).toEqual(new Set(['a spooled event stays in the spool']));
  expect(await drainSpool(options)).toEqual({ taken: 120, rejected: 0, left: 0 });
});

test('a spool that is not there holds nothing', async () => {
  const { home, options } = spool();
  rmSync(home.spool, { recursive: true });
  expect(await drainSpool(options)).toEqual({ taken: 0, rejected: 0, left: 0 });
});

test('keeps draining: what comes later is taken without being asked, until it is stopped', async () => {
  const { options, leave, rows, waiting } = spool();
  leave('a', `${line('FutureEvent', 'a')}{}`);
  const results: number[] = [];
  const draining = keepDraining(options, {
    looked: () => {},
    drained: ({ taken }) => results.push(taken),
    failed: (error) => {
      throw error;
    },
  });
  await until('the first', () => rows().length === 1);
  leave('b', `${line('FutureEvent', 'b')}{}`);
  await until('the second', () => rows().length === 2);
  await draining.stop();
  const late = leave('c', `${line('FutureEvent', 'c')}{}`);
  draining.look();
  expect(existsSync(late)).toBe(true);
  expect(waiting()).toEqual(['c']);
  expect(results.filter((taken) => taken > 0)).toEqual([1, 1]);
});
