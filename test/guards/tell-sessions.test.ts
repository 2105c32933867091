import { describe, expect, test } from 'vitest';
import { openedRooms } from '../kit/opened-rooms.ts';

type Answer = {
  systemMessage?: string;
  hookSpecificOutput?: { hookEventName: string; additionalContext: string };
};

function scene(count = 1) {
  const rooms = openedRooms({ 'messaging.actionClaim.enabled': true });
  const { store, post } = rooms;
  const insert = store.db.prepare(
    `INSERT INTO attention_items (id, guard, kind, status, title, why, hint, opened_at)
     VALUES (?, ?, 'loud', 'open', ?, 'the lock is of another machine.', 'Unlock it.', '2026-01-01T00:00:00.000Z')`,
  );
  store.write(() => {
    for (let i = 1; i <= count; i++) insert.run(`i${i}`, `guard${i}`, `guard${i} is off`);
  });
  const start = async (session: string, more: object = {}) => {
    const body = {
      session_id: session,
      cwd: '/p',
      hook_event_name: 'SessionStart',
      source: 'startup',
      ...more,
    };
    return (await post<Answer>('/hook/SessionStart', body)).body;
  };
  return { ...rooms, start };
}

describe('a session’s start', () => {
  test('tells agent and person of a notice, once an episode', async () => {
    const { start } = scene();
    expect(await start('one')).toEqual({
      systemMessage:
        'Holdfast has a notice (`holdfast attention`):\n- guard1 is off: the lock is of another machine. Unlock it.',
      hookSpecificOutput: {
        hookEventName: 'SessionStart',
        additionalContext:
          'Holdfast has a notice for the person at this machine, who sees the same:\n- guard1 is off: the lock is of another machine. Unlock it.',
      },
    });
    expect(await start('two')).toEqual({});
  });

  test('tells of a later one too, and of no more than can be read', async () => {
    const { start, store } = scene(7);
    const told = await start('one');
    expect(told.systemMessage?.split('\n').length).toBe(7); // A line above, five notices, and that there are more.
    expect(told.systemMessage).toMatch(/7 notices[\s\S]*and 2 more$/);
    store.write(() =>
      store.db.exec(`INSERT INTO attention_items (id, guard, kind, status, title, why, hint, opened_at)
        VALUES ('later', 'late', 'loud', 'open', 'late is off', '', '', '2026-01-01T00:00:00.000Z')`),
    );
    expect((await start('two')).systemMessage).toMatch(/a notice .*\n- late is off/);
  });

  test('tells nothing that a person has acknowledged', async () => {
    const { start, post } = scene();
    await post('/attention/i1/ack', {});
    expect(await start('one')).toEqual({});
  });

  test('of a subagent, or one that came late through the spool, tells nobody: the next one does', async () => {
    const { start } = scene();
    expect(await start('one', { agent_id: 'a' })).toEqual({});
    expect((await start('two')).systemMessage).toMatch(/guard1/);
  });

  test('of a run of Holdfast has no person before it, and tells nothing', async () => {
    const { start, store } = scene();
    store.write(() =>
      store.db.exec(`INSERT INTO turns (id, session_id, resume, state, directory, claude, permission_mode, started_at)
        VALUES ('t', 'of-a-run', 0, 'running', '/p', 'claude', 'plan', '2026-01-01T00:00:00.000Z')`),
    );
    expect(await start('of-a-run')).toEqual({});
    expect((await start('mine')).systemMessage).toMatch(/guard1/);
  });

  test('that goes on tells of open promises in the same answer', async () => {
    const { start, post } = scene();
    await post('/commitments', { topicId: '/p', verb: 'push', object: 'the branch', sessionId: 'other' });
    const { hookSpecificOutput, systemMessage } = await start('one', { source: 'resume' });
    expect(hookSpecificOutput?.hookEventName).toBe('SessionStart');
    expect(hookSpecificOutput?.additionalContext).toMatch(/push[\s\S]*\n\nHoldfast has a notice/);
    expect(systemMessage).toMatch(/guard1/);
  });
});
