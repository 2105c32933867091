import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homePaths } from '../../sidecar/home/index.ts';
import { openedTurns } from './turns-kit.ts';

describe('a turn', () => {
  test('begins in spawning, runs as a known process, and ends clean with what the result says', async () => {
    const { turns, start, end, events, ended, warnings } = openedTurns();
    const begun = start('events 3; pause 0.2; result All done.', { runId: 'r1' });
    expect(begun).toMatchObject({ state: 'spawning', pid: null, events: 0, startedAt: expect.any(String) });

    const turn = await end(begun);

    expect(turn).toMatchObject({
      state: 'clean',
      runId: 'r1',
      seenSessionId: begun.sessionId,
      pid: expect.any(Number),
      processStart: expect.any(String),
      bootId: expect.any(String),
      events: 5,
      toolCalls: 3,
      malformed: 0,
      costUsd: 0.01,
      tokens: { input: 20, output: 10 },
      error: null,
      denials: [],
      text: 'All done.',
      lastActivityAt: expect.any(String),
    });
    expect(events(turn).map(({ number, type }) => `${number} ${type}`)).toEqual([
      ...['1 system', '2 assistant', '3 assistant', '4 assistant', '5 result'],
    ]);
    expect(ended).toEqual([turn]);
    expect(turns.ofRun('r1')).toEqual([turn]);
    expect(turns.live()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('leaves its stream and its errors, for its owner alone, and nothing else', async () => {
    const { home, play } = openedTurns();
    const { id } = await play('result');

    expect(readdirSync(home.turns).sort()).toEqual([`${id}.ndjson`, `${id}.stderr`]);
    for (const name of readdirSync(home.turns))
      expect(statSync(join(home.turns, name)).mode & 0o777).toBe(0o600);
  });

  test('has the arguments, the prompt, the directory and the environment that were asked for', async () => {
    const log = (root: string) => join(root, 'log');
    const outer = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'outer', HOLDFAST_TURN: 'outer', KEPT: 'yes' };
    const opened = openedTurns({ hookSettings: '{"hooks":{}}' });
    const environment = { PATH: process.env.PATH, FAKE_CLAUDE_LOG: log(opened.folder), ...outer };
    const { folder, home, play } = openedTurns({ environment }, opened);

    const first = await play('touch here; result', { model: 'opus', permissionMode: 'plan' });
    const second = await play('result', { sessionId: first.sessionId, resume: true });

    const argumentsOf = (number: number) =>
      readFileSync(join(log(folder), `${number}.args`), 'utf8')
        .trim()
        .split('\n');
    const common = ['-p', '--output-format', 'stream-json', '--verbose'];
    expect(argumentsOf(1)).toEqual([
      ...common,
      ...['--session-id', first.sessionId, '--permission-mode', 'plan', '--model', 'opus'],
      ...['--settings', join(home.turns, `${first.id}.settings.json`)],
    ]);
    expect(argumentsOf(2).slice(4, 8)).toEqual([
      '--resume',
      first.sessionId,
      '--permission-mode',
      'acceptEdits',
    ]);
    expect(readFileSync(join(log(folder), '1.prompt'), 'utf8')).toBe('touch here; result');
    const env = readFileSync(join(log(folder), '1.environment'), 'utf8').split('\n');
    expect(env).toEqual(
      expect.arrayContaining([`HOLDFAST_HOME=${home.root}`, `HOLDFAST_TURN=${first.id}`, 'KEPT=yes']),
    );
    expect(env.filter((line) => /^CLAUDECODE|^CLAUDE_CODE_SESSION_ID/.test(line))).toEqual([]);
    expect(existsSync(join(folder, 'here'))).toBe(true);
    expect(statSync(join(folder, 'here')).mode & 0o777).toBe(0o644);
    expect(second.state).toBe('clean');
  });

  test('counts lines that are no event, and goes on', async () => {
    const { play } = openedTurns();
    expect(await play('malformed; events 1; malformed; result')).toMatchObject({
      state: 'clean',
      malformed: 2,
      events: 3,
    });
  });

  test('under another session id than asked for is a resume_mismatch', async () => {
    const { play, events } = openedTurns();
    const turn = await play('result');
    expect(events(turn).some(({ type }) => type === 'resume_mismatch')).toBe(false);

    const other = await play('session other; events 1; result', { resume: true });

    expect(other).toMatchObject({ state: 'clean', seenSessionId: 'other', events: 3 });
    const [mismatch, ...more] = events(other).filter(({ source }) => source === 'holdfast');
    expect(more).toEqual([]);
    expect(JSON.parse(mismatch?.body ?? '')).toEqual({
      type: 'resume_mismatch',
      asked: other.sessionId,
      seen: 'other',
    });
  });
});

describe('the home', () => {
  test('has a folder for turns', () => {
    expect(homePaths('/h').turns).toBe('/h/turns');
  });
});
