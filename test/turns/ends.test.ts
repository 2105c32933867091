import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maskSecrets } from '../../sidecar/intake/index.ts';
import { until } from '../kit/until.ts';
import { FAKE_CLAUDE, openedTurns, processesOfTurns } from './turns-kit.ts';

describe('a turn ends', () => {
  test.each([
    ['rate_limit', 429, 'rate_limit'],
    ['server_error', 529, 'overloaded'],
    ['server_error', 500, 'server_error'],
    ['authentication_failed', 401, 'authentication_failed'],
    ['billing_error', 400, 'billing_error'],
  ])('in error after %s %i, of the class %s, with what it cost', async (said, status, kind) => {
    const { play } = openedTurns();
    expect(await play(`events 2; error ${said} ${status}`)).toMatchObject({
      state: 'error',
      error: { class: kind, text: `API Error: ${status}`, retryAfterMs: null },
      costUsd: 0.01,
      toolCalls: 2,
    });
  });

  test('clean where it exits 1 after a good result', async () => {
    const { play } = openedTurns();
    expect(await play('result Good.; exit 1')).toMatchObject({ state: 'clean', text: 'Good.', error: null });
  });

  test('and names each tool that it was not allowed once', async () => {
    const { play } = openedTurns();
    expect(await play('deny Bash; deny Edit; deny Bash; result')).toMatchObject({
      denials: ['Bash', 'Edit'],
    });
  });

  test.each([
    ['exits 0 without a result', 'events 2; exit 0', 3],
    ['exits 3 without a result', 'events 2; exit 3', 3],
  ])('crashed where it %s', async (_, script, events) => {
    const { play } = openedTurns();
    expect(await play(script)).toMatchObject({
      state: 'crashed',
      events,
      error: { class: 'crashed', text: 'Its process is gone, and there is no result.', retryAfterMs: null },
    });
  });

  test('crashed with the last words on its standard error', async () => {
    const { play } = openedTurns();
    const turn = await play('unheard-of');
    expect(turn).toMatchObject({
      state: 'crashed',
      error: { text: 'the fake client does not know: unheard-of' },
    });
  });

  test('and tells of a long standard error its end, masked', async () => {
    const { play, folder } = openedTurns({ mask: maskSecrets });
    const claude = join(folder, 'claude');
    const token = `ghp_${'aB3'.repeat(12)}`;
    const script = `#!/bin/sh\nhead -c 9000000 /dev/zero | tr '\\0' x >&2\necho ' the token ${token} is bad' >&2\n`;
    writeFileSync(claude, script, { mode: 0o755 });
    const { error } = await play('', { claude });
    expect(error?.text.length).toBeLessThan(2_100);
    expect(error?.text).toMatch(/x the token \[masked:[\w-]+\] is bad$/);
  });

  test('clean with a result whose line feed never came', async () => {
    const { play, folder } = openedTurns();
    const claude = join(folder, 'claude');
    writeFileSync(claude, '#!/bin/sh\nprintf \'{"type":"result","is_error":false}\'\n', { mode: 0o755 });
    expect(await play('', { claude })).toMatchObject({ state: 'clean', events: 1, malformed: 0 });
  });

  test('and half a line at its end counts as malformed', async () => {
    const { play } = openedTurns();
    expect(await play('events 1; result; torn')).toMatchObject({ state: 'clean', events: 3, malformed: 1 });
  });
});

describe('a client that never comes to be', () => {
  test('because its binary vanished after the preflight is told as such', async () => {
    const { play, folder, ended } = openedTurns();
    const claude = join(folder, 'claude');
    copyFileSync(FAKE_CLAUDE, claude);
    rmSync(claude);

    const turn = await play('result', { claude });

    expect(turn).toMatchObject({ state: 'crashed', events: 0, error: { class: 'AGENT_BINARY_NOT_FOUND' } });
    expect(turn.error?.text).toContain(`${claude} is gone, or cannot be run`);
    expect(ended).toEqual([turn]);
  });

  test('because its binary may not be run is told as such', async () => {
    const { play, folder } = openedTurns();
    const claude = join(folder, 'claude');
    mkdirSync(claude);
    chmodSync(claude, 0o600);
    expect(await play('result', { claude })).toMatchObject({ state: 'crashed', events: 0 });
  });

  test('because the directory is gone ends the turn, and frees its session', async () => {
    const { play, folder } = openedTurns();
    const turn = await play('result', { directory: join(folder, 'nowhere') });
    expect(turn).toMatchObject({ state: 'crashed', pid: null, error: { class: 'never_started' } });
    expect(await play('result', { sessionId: turn.sessionId })).toMatchObject({ state: 'clean' });
  });

  test('because the folder for turns is gone ends the turn once it can be told', async () => {
    const { start, end, home, warnings, store } = openedTurns();
    rmSync(home.turns, { recursive: true });
    const begun = start('result');
    await until('a warning', () => warnings.length > 0);
    mkdirSync(home.turns);
    expect(await end(begun)).toMatchObject({ state: 'crashed', error: { class: 'never_started' } });
    expect(processesOfTurns(store)).toEqual([]);
  });
});

describe('what a turn leaves', () => {
  test('in the background, with its output open, neither keeps it from ending nor lives on', async () => {
    const { play, store } = openedTurns();
    const began = Date.now();
    expect(await play('child; orphan; result')).toMatchObject({ state: 'clean' });
    expect(Date.now() - began).toBeLessThan(4_000);
    expect(processesOfTurns(store)).toEqual([]);
  });

  test('a client that says its result and stays is ended, and the result stands', async () => {
    const { play, store } = openedTurns({ lingerMs: 300 });
    expect(await play('result Done.; hang')).toMatchObject({ state: 'clean', text: 'Done.' });
    expect(processesOfTurns(store)).toEqual([]);
  });

  test('of a client that was killed in mid-turn does not live on', async () => {
    const { start, end, turns, store } = openedTurns();
    const begun = start('events 1; orphan; hang');
    const { pid } = await until('the orphan', () => {
      const turn = turns.one(begun.id);
      return turn?.events === 2 && processesOfTurns(store).length === 3 && turn;
    });
    process.kill(Number(pid), 'SIGKILL');
    expect(await end(begun)).toMatchObject({ state: 'crashed', events: 2 });
    expect(processesOfTurns(store)).toEqual([]);
  });
});
