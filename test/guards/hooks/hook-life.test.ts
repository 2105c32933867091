import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { readRow } from '../../../sidecar/audit/index.ts';
import type { HookLifeOptions } from '../../../sidecar/guards/index.ts';
import { blindOf, type HookWorld, hookWorld, OTHER, SEEN_IN_WORK, SESSION } from './hook-world.ts';
import { calls, goodbye, hookRan, prompt, result, says, WORKED } from './transcript-rows.ts';

let given: HookWorld;
beforeEach(() => {
  given = hookWorld();
});

describe('a session of which nothing was heard', () => {
  test('makes blind what it must have told, and names the session', async () => {
    const life = given.open();
    given.write(WORKED);
    await given.judged(life);
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
    expect(life.statusOf('Stop')).toMatchObject({
      runtime: 'on',
      reason: expect.stringContaining(SESSION),
      hint: expect.stringContaining('--bare'),
    });
    expect(life.statusOf('ConfigChange')).toMatchObject({ runtime: 'on', unverified: true });
  });

  test.each<[string, (w: HookWorld) => void, Partial<HookLifeOptions>?]>([
    ['that was heard', () => given.hear(SEEN_IN_WORK)],
    [
      'that began before init',
      (w) => {
        w.registered.places = [{ project: w.project, since: w.at(2).toISOString() }];
      },
    ],
    [
      'of a project that nobody registered',
      (w) => {
        w.registered.places = [{ project: w.transcripts, since: w.at(-60).toISOString() }];
      },
    ],
    ['of a program on the SDK', (w) => w.rewrite(WORKED, { entrypoint: 'sdk-ts' })],
    ['that does not say which client it is', (w) => w.rewrite(WORKED, { version: undefined })],
    [
      'that was forgotten, where the client says that hooks ran',
      (w) => w.rewrite([hookRan('SessionStart', 'session-start.sh'), ...WORKED.slice(0, 2), says('Hi.')]),
    ],
    ['of a project that the person keeps out', () => {}, { isIgnored: () => true }],
    ['while events wait in the spool', (w) => w.wait(true)],
    ['where the spool was full meanwhile', () => {}, { droppedAt: () => given.at(20) }],
    ['that a copy of another folder tells of', (w) => w.rewrite(WORKED, { from: -40 })],
    ['whose file has another name', (w) => w.rename('notes.jsonl')],
    [
      'where no init was',
      (w) => {
        w.registered.places = [];
      },
    ],
  ])('raises nothing: one %s', async (_, change, options) => {
    const life = given.open(options);
    given.write(WORKED);
    change(given);
    await given.judged(life);
    expect(blindOf(life)).toEqual([]);
  });

  test('raises nothing within its first seconds, and then does', async () => {
    const life = given.open();
    given.write(WORKED);
    given.clock.now = given.at(5);
    await life.look();
    expect(blindOf(life)).toEqual([]);
    await given.judged(life);
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
  });

  test('is of no interest where it was before this sidecar', async () => {
    given.write(WORKED);
    given.clock.now = given.at(20);
    expect(blindOf(await given.judged())).toEqual([]);
  });

  test('says the switch that it met', async () => {
    const off = { reason: 'FILE sets disableAllHooks', hint: 'Remove it.' };
    const sources = async () => ({
      ...{ readRow, folder: given.transcripts, registered: () => given.registered, switchedOff: () => off },
    });
    const life = given.open({ sources });
    given.write(WORKED);
    await given.judged(life);
    expect(life.statusOf('Stop')).toMatchObject({ blind: true, ...off });
  });

  test('is over with a newer session of the project that was heard to its end, and not before', async () => {
    const life = given.open();
    given.write(WORKED);
    await given.judged(life);
    given.hear(['PreToolUse', 'Stop'], { id: OTHER, from: 40 }); // It began before.
    await life.look();
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
    given.hear(['SessionStart'], { id: OTHER, from: 45 });
    await life.look();
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
    given.hear(['Stop'], { id: OTHER, from: 50 });
    await life.look();
    expect(blindOf(life)).toEqual([]);
  });

  test('is remembered by the next sidecar, which judges nothing twice', async () => {
    const first = given.open();
    given.write(WORKED);
    await given.judged(first);
    first.stop();
    const second = given.open();
    expect(blindOf(second)).toEqual(SEEN_IN_WORK);

    writeFileSync(given.home.hookLife, '{"judgedUpTo": 7');
    const third = given.open();
    await third.look();
    expect(blindOf(third)).toEqual([]);
  });

  test.each([
    ['session', () => ({ sessionId: SESSION })],
    ['project', () => ({ project: given.project })],
  ])('is forgotten with its %s, on the disk too', async (_, what) => {
    const life = given.open();
    given.write(WORKED);
    await given.judged(life);
    life.forget({ sessionId: OTHER });
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
    life.forget(what());
    expect(blindOf(life)).toEqual([]);
    expect(readFileSync(given.home.hookLife, 'utf8')).not.toContain(SESSION);
    await life.look();
    expect(blindOf(life)).toEqual([]);
  });

  test('goes with its project’s registration', async () => {
    const life = given.open();
    given.write(WORKED);
    await given.judged(life);
    given.registered.places = [];
    await life.look();
    expect(blindOf(life)).toEqual([]);
  });
});

describe('a hook that is silent in a session of which others were heard', () => {
  const turns = [
    ...WORKED.slice(0, -1),
    prompt('More.'),
    calls('t3'),
    result('t3'),
    says('And more.'),
    goodbye,
  ];

  test.each(['UserPromptSubmit', 'PreToolUse', 'Stop'])('%s', async (event) => {
    const life = given.open();
    given.write(turns);
    given.hear(['SessionStart', ...SEEN_IN_WORK.filter((other) => other !== event)]);
    given.take('PreToolUse', {
      session_id: SESSION,
      tool_name: 'Bash',
      tool_use_id: event === 'PreToolUse' ? 'tx' : 't3',
    });
    given.take('PostToolUse', { session_id: SESSION, tool_name: 'Bash', tool_use_id: 't3' });
    await given.judged(life);
    expect(blindOf(life)).toEqual([event]);
    expect(life.statusOf(event).reason).toContain('times');

    given.hear([event], { from: 50 });
    await life.look();
    expect(blindOf(life)).toEqual([]);
  });

  test('one that is missing once may have been too slow', async () => {
    const life = given.open();
    given.write(WORKED);
    given.hear(SEEN_IN_WORK.filter((event) => event !== 'Stop'));
    await given.judged(life);
    expect(blindOf(life)).toEqual([]);
  });

  test('the end of a turn counts when the next one shows that the client went on', async () => {
    const life = given.open();
    given.write([prompt(), says('A.')]);
    given.hear(['SessionStart', 'UserPromptSubmit']);
    await given.judged(life);
    given.write([prompt('More.'), says('B.')], { from: 31 });
    given.hear(['UserPromptSubmit'], { from: 31 });
    given.clock.now = given.at(60);
    await life.look();
    expect(blindOf(life)).toEqual([]);
    given.write([prompt('More.')], { from: 61 });
    given.hear(['UserPromptSubmit'], { from: 61 });
    given.clock.now = given.at(90);
    await life.look();
    expect(blindOf(life)).toEqual(['Stop']);
  });
});

describe('what files say', () => {
  const fault = { event: 'Stop', reason: 'stop.sh is gone.', hint: 'Run init.' };

  test('is off at once, explains what is missing, and is over with the fault', async () => {
    const life = given.open();
    given.registered.faults = [fault];
    given.write(WORKED);
    given.hear(SEEN_IN_WORK.filter((event) => event !== 'Stop'));
    await given.judged(life);
    expect(life.statusOf('Stop')).toMatchObject({ runtime: 'off', reason: fault.reason, hint: fault.hint });
    given.registered.faults = [];
    await life.look();
    expect(life.statusOf('Stop')).toMatchObject({ runtime: 'on' });
    expect(blindOf(life)).toEqual([]);
  });

  test('of a script that the person deleted for good is told apart', () => {
    const life = given.open({ isTombstoned: (script) => script === 'stop.sh' });
    expect(life.deletedByPerson('Stop')).toBe(true);
    expect(life.deletedByPerson('PreToolUse')).toBe(false);
  });

  test('that cannot be told makes every hook’s guard blind, until it can', async () => {
    let damaged = true;
    const registered = () => {
      if (damaged) throw new Error('installs.json is damaged');
      return given.registered;
    };
    const sources = async () => ({ readRow, folder: null, registered, switchedOff: () => null });
    const life = given.open({ sources });
    await life.look();
    expect(blindOf(life)).toHaveLength(9);
    expect(life.statusOf('Stop').reason).toContain('installs.json is damaged');
    damaged = false;
    await life.look();
    expect(blindOf(life)).toEqual([]);
  });
});

describe('reading is bounded', () => {
  test('of a long transcript its beginning and its end are read', async () => {
    const life = given.open();
    const filler = Array.from({ length: 60 }, (_, index) => prompt(`${index} ${'x'.repeat(100_000)}`));
    given.write([...filler, ...WORKED], { from: 1 });
    await given.judged(life);
    expect(blindOf(life)).toContain('Stop');
  });

  test('a file that is written anew is read anew', async () => {
    const life = given.open();
    const file = given.write([prompt(), says('A.', 'tool_use')]);
    given.clock.now = given.at(4);
    await life.look();
    rmSync(file);
    given.write(WORKED, { from: 2 });
    await given.judged(life);
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
  });

  test('a line that is not whole yet is read when it is', async () => {
    const life = given.open();
    const file = given.write(WORKED.slice(0, 5));
    const last = `${JSON.stringify({ timestamp: given.at(2).toISOString(), ...says('Done.') })}\n`;
    appendFileSync(file, last.slice(0, 40));
    given.clock.now = given.at(4);
    await life.look();
    appendFileSync(file, `${last.slice(40)}${JSON.stringify(goodbye)}\n`);
    await given.judged(life);
    expect(blindOf(life)).toEqual(SEEN_IN_WORK);
  });
});
