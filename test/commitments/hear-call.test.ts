import { describe, expect, test } from 'vitest';
import { talk } from '../kit/talk.ts';

const PROMISE = "I'll push the auth branch now.";

describe('a call of the session that promised', () => {
  test('keeps the promise, and says by what', () => {
    const { say, call, only, later } = talk();
    say(PROMISE);
    const at = later(5);
    call('git push origin auth', { id: 'tool-1' });
    expect(only()).toMatchObject({
      status: 'kept',
      keptBy: 'evidence',
      closedAt: at,
      evidence: { toolUseId: 'tool-1', tool: 'Bash', summary: 'git push origin auth', at },
      version: 2,
    });
  });

  test('needs no object in common where nothing speaks against it', () => {
    const { say, call, only } = talk();
    say(PROMISE);
    call('git push');
    expect(only().status).toBe('kept');
  });

  test('on something else changes nothing', () => {
    const { say, call, only } = talk();
    say(PROMISE);
    for (const command of ['git push origin docs', 'git status', 'git commit -m auth', 'echo git push'])
      call(command);
    expect(only()).toMatchObject({ status: 'open', attempts: [], version: 1 });
  });

  test('that finished before it changes nothing', () => {
    const { say, call, only, later } = talk();
    call('git push origin auth');
    later(1);
    say(PROMISE);
    expect(only().status).toBe('open');
  });

  test('that was running when it was made, and finishes now, keeps it', () => {
    const { take, say, call, only, folder, later } = talk();
    take('PreToolUse', { session_id: 's1', cwd: folder, tool_name: 'Bash', tool_use_id: 'long' });
    later(1);
    say(PROMISE);
    later(1);
    call('git push origin auth', { id: 'long' });
    expect(only().status).toBe('kept');
  });

  test('keeps each promise that it may have kept, and a second one keeps nothing twice', () => {
    const { say, call, all } = talk();
    say("I'll push the auth branch now. I'll push the docs branch now.");
    call('git push');
    const kept = all();
    expect(kept.map(({ status }) => status)).toEqual(['kept', 'kept']);
    call('git push');
    expect(all()).toEqual(kept);
  });

  test('by a subagent of it counts as its own', () => {
    const { take, say, only, folder } = talk();
    say(PROMISE);
    take('PostToolUse', {
      session_id: 's1',
      cwd: folder,
      agent_id: 'agent-1',
      tool_name: 'Bash',
      tool_input: { command: 'git push' },
      tool_response: { stdout: '', stderr: 'done' },
    });
    expect(only().status).toBe('kept');
  });

  test('of the session that stated it last counts as its own too', () => {
    const { say, call, only } = talk();
    say(PROMISE);
    say(PROMISE, { session: 's2' });
    call('git push', { session: 's2' });
    expect(only().status).toBe('kept');
  });
});

describe('attempts', () => {
  test('are kept newest first, and leave it open', () => {
    const { say, call, only, later } = talk();
    say(PROMISE);
    for (const id of ['first', 'second', 'third']) {
      later(1);
      call('git push origin auth', { failed: true, id });
    }
    expect(only()).toMatchObject({ status: 'open', version: 4 });
    expect(only().attempts.map(({ toolUseId }) => toolUseId)).toEqual(['third', 'second', 'first']);
    call('git push origin auth', { id: 'fourth' });
    expect(only()).toMatchObject({ status: 'kept', evidence: { toolUseId: 'fourth' } });
    expect(only().attempts).toHaveLength(3);
  });

  test('are newest first also where they come late', () => {
    const { say, call, only, later } = talk();
    say(PROMISE);
    const earlier = later(1);
    later(1);
    call('git push origin auth', { failed: true, id: 'second' });
    call('git push origin auth', { failed: true, id: 'first', via: 'spool', at: earlier });
    expect(only().attempts.map(({ toolUseId }) => toolUseId)).toEqual(['second', 'first']);
  });

  test('are remembered up to twenty', () => {
    const { say, call, only } = talk();
    say(PROMISE);
    for (let i = 1; i <= 25; i++) call('git push origin auth', { failed: true, id: `call-${i}` });
    expect(only().attempts).toHaveLength(20);
    expect(only().attempts[0]?.toolUseId).toBe('call-25');
  });

  test('that a person interrupted are none', () => {
    const { say, call, only, count } = talk();
    say(PROMISE);
    call('git push origin auth', { interrupted: true });
    expect(only()).toMatchObject({ status: 'open', attempts: [], version: 1 });
    expect(count('evidence')).toBe(1);
  });
});

describe('a call of another session', () => {
  test('of the topic keeps a promise whose object it names', () => {
    const { say, call, only } = talk();
    say(PROMISE);
    call('git push origin auth', { session: 's2' });
    expect(only().status).toBe('kept');
  });

  test.each(['git push', 'git push origin docs', 'git push origin main'])(
    'changes nothing where it does not name it: %s',
    (command) => {
      const { say, call, only } = talk();
      say(PROMISE);
      call(command, { session: 's2' });
      call(command, { session: 's2', failed: true });
      expect(only()).toMatchObject({ status: 'open', attempts: [] });
    },
  );

  test('changes nothing of a promise without an object', () => {
    const { say, call, only } = talk();
    say("I'll push it now.");
    call('git push origin auth', { session: 's2' });
    expect(only().status).toBe('open');
  });

  test('of another topic changes nothing', () => {
    const { say, call, only, folder } = talk();
    say(PROMISE);
    call('git push origin auth', { session: 's2', cwd: `${folder}-two` });
    expect(only().status).toBe('open');
  });

  test('keeps one that was made by hand without a session, where it names the object', () => {
    const { word, topic, call, only, clock } = talk();
    word.promiseByHand({ topicId: topic, verb: 'push', object: 'auth branch', at: clock.now });
    call('git push');
    expect(only().status).toBe('open');
    call('git push origin auth');
    expect(only().status).toBe('kept');
  });
});

describe('what comes late, through the spool', () => {
  test('keeps a promise by when it happened', () => {
    const { say, call, only, later } = talk();
    say(PROMISE);
    const at = later(1);
    later(30);
    call('git push origin auth', { via: 'spool', at });
    expect(only()).toMatchObject({ status: 'kept', closedAt: at });
  });

  test('and happened before the promise keeps nothing', () => {
    const { say, call, only, clock, later } = talk();
    const before = clock.now.toISOString();
    later(1);
    say(PROMISE);
    call('git push origin auth', { via: 'spool', at: before });
    expect(only().status).toBe('open');
  });

  test('and happened before the expiry keeps what is overdue and not swept yet; after it, nothing', () => {
    const { say, call, only, later } = talk();
    say(PROMISE);
    const inTime = later(5 * 60);
    later(2 * 60);
    call('git push origin auth', { at: later(1) });
    expect(only().status).toBe('open');
    call('git push origin auth', { via: 'spool', at: inTime });
    expect(only()).toMatchObject({ status: 'kept', closedAt: inTime });
  });

  test('leaves what the sweep has given up', () => {
    const { word, say, call, only, clock, later } = talk();
    say(PROMISE);
    const inTime = later(5 * 60);
    later(2 * 60);
    word.sweep(clock.now);
    call('git push origin auth', { via: 'spool', at: inTime });
    expect(only()).toMatchObject({ status: 'expired', version: 2 });
  });

  test('is the promise itself: what was done since keeps it, what was tried since is an attempt', () => {
    const { say, call, only, clock, later } = talk();
    call('git push origin auth', { id: 'before' });
    const said = later(1);
    later(1);
    call('git push origin auth', { id: 'tried', failed: true });
    later(1);
    call('git push origin docs', { id: 'other' });
    later(1);
    call('git push origin auth', { id: 'done' });
    const done = clock.now.toISOString();
    later(10);
    say(PROMISE, { via: 'spool', at: said });
    expect(only()).toMatchObject({
      status: 'kept',
      openedAt: said,
      closedAt: done,
      evidence: { toolUseId: 'done' },
      attempts: [{ toolUseId: 'tried' }],
    });
  });

  test('is a promise with its calls behind it in the spool', () => {
    const { say, call, only, clock, later } = talk();
    const said = clock.now.toISOString();
    const done = later(1);
    later(30);
    say(PROMISE, { via: 'spool', at: said });
    call('git push origin auth', { via: 'spool', at: done });
    expect(only()).toMatchObject({ status: 'kept', closedAt: done });
  });
});

describe('a clock that is set back', () => {
  test('does not let an earlier call keep a later promise', () => {
    const { say, call, only, later } = talk();
    call('git push origin auth');
    later(-60);
    say(PROMISE);
    expect(only().status).toBe('open');
  });

  test('does not keep a later call from keeping an earlier promise', () => {
    const { say, call, only, later } = talk();
    say(PROMISE);
    later(-60);
    call('git push origin auth');
    expect(only().status).toBe('kept');
  });
});
