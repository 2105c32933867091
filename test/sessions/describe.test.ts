import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootId, processStart } from '../../sidecar/machine/index.ts';
import { repository } from '../kit/git.ts';
import { type Given, ledger } from '../kit/ledger.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function session() {
  const { take, sessions } = ledger();
  return {
    send: (event: string, body: Record<string, unknown> = {}, given: Given = {}) =>
      take(event, { session_id: 's1', ...body }, given).row,
    now: () => sessions.one('s1'),
    facts: () => sessions.facts('s1'),
  };
}

const start = (source: string) => ({ source });
const client = (pid: number, processStart: string | null = null) => ({ client: { pid, processStart } });

describe('what the events say about a session', () => {
  test('is kept until one says otherwise', () => {
    const { send, now } = session();
    const said = { transcript_path: '/t.jsonl', permission_mode: 'default', model: 'one', cwd: '/' };
    send('SessionStart', { ...start('startup'), ...said });
    expect(now()).toMatchObject(said);
    send('UserPromptSubmit', { permission_mode: 'plan', model: '', cwd: null });
    expect(now()).toMatchObject({ ...said, permission_mode: 'plan' });
    send('SessionStart', { ...start('resume'), model: { id: 'two', display_name: 'Two' } });
    expect(now()).toMatchObject({ model: 'two' });
  });

  test('writes the row only where something is new', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'));
    send('UserPromptSubmit');
    for (let i = 0; i < 5; i++) send('PreToolUse', { tool_name: 'Bash' });
    expect(now()?.version).toBe(2);
  });

  test('the project stays where the session began, wherever its shell goes; a resume may begin elsewhere', () => {
    const root = temporaryFolder();
    const [first, second] = [repository(join(root, 'first')), repository(join(root, 'second'))];
    const { send, now } = session();
    send('SessionStart', { ...start('startup'), cwd: first });
    send('PreToolUse', { tool_name: 'Bash', cwd: second });
    expect(now()).toMatchObject({ project: first, cwd: second });
    send('SessionStart', { ...start('compact'), cwd: second });
    expect(now()?.project).toBe(first);
    send('SessionStart', { ...start('resume'), cwd: second });
    expect(now()?.project).toBe(second);
  });

  test('what it adds up to counts prompts and tool calls, without doubles', () => {
    const { send, facts } = session();
    send('SessionStart', start('startup'), { at: '2026-03-01T12:00:01.000Z' });
    send('UserPromptSubmit', { prompt: 'a' }, { at: '2026-03-01T12:00:02.000Z' });
    send('UserPromptSubmit', { prompt: 'a' }, { at: '2026-03-01T12:00:02.000Z', source: 'plugin' });
    send('PreToolUse', { tool_name: 'Bash' }, { at: '2026-03-01T12:00:03.000Z' });
    send('PostToolUse', { tool_name: 'Bash' }, { at: '2026-03-01T12:00:04.000Z' });
    send('PreToolUse', { tool_name: 'Edit' }, { at: '2026-03-01T12:00:05.000Z' });
    expect(facts()).toEqual({
      last_event_at: '2026-03-01T12:00:05.000Z',
      last_prompt_at: '2026-03-01T12:00:02.000Z',
      last_tool: 'Edit',
      events: 5,
      prompts: 1,
      tool_calls: 2,
    });
  });
});

describe('the process of a session', () => {
  test('is known by pid, start and boot', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(process.pid));
    expect(now()).toMatchObject({
      pid: process.pid,
      process_start: processStart(process.pid),
      boot_id: bootId(),
    });
  });

  test('the hook’s own word on its start wins', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(process.pid, '777'));
    expect(now()).toMatchObject({ process_start: '777' });
  });

  test('stays unknown where no hook could name it', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'));
    expect(now()).toMatchObject({ pid: null, process_start: null, boot_id: null });
  });

  test('of a pid that does not exist has no start', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(2 ** 22 + 1));
    expect(now()).toMatchObject({ pid: 2 ** 22 + 1, process_start: null });
  });

  test('becomes known by a later hook that can name it', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'));
    send('PreToolUse', { tool_name: 'Bash' }, client(10, '77'));
    expect(now()).toMatchObject({ pid: 10, process_start: '77' });
  });

  test('is asked for once: a later hook without the start does not unlearn it', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(10, '77'));
    send('PreToolUse', { tool_name: 'Bash' }, client(10));
    send('Stop');
    expect(now()).toMatchObject({ pid: 10, process_start: '77' });
  });

  test.each([
    ['ended', 'SessionEnd'],
    ['stalled', 'StopFailure'],
    ['between turns', 'Stop'],
  ])('is another one after the resume of a session that is %s', (_state, event) => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(10, '77'));
    send(event);
    send('SessionStart', start('resume'), client(20, '88'));
    expect(now()).toMatchObject({ pid: 20, process_start: '88', state: 'between_turns' });
  });

  test('that resumes with the same pid after a reboot has the new start', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(10, '77'));
    send('SessionStart', start('resume'), client(10, '99'));
    expect(now()).toMatchObject({ pid: 10, process_start: '99' });
  });

  test('of a resume that names none is unknown: the old one would declare it dead', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(10, '77'));
    send('SessionStart', start('resume'));
    expect(now()).toMatchObject({ pid: null, process_start: null, boot_id: null });
  });

  test('goes on through a compaction', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(10, '77'));
    send('SessionStart', start('compact'));
    expect(now()).toMatchObject({ pid: 10, process_start: '77' });
  });

  test('is another one where a resume was missed and a later hook tells', () => {
    const { send, now } = session();
    send('SessionStart', start('startup'), client(10, '77'));
    send('UserPromptSubmit', {}, client(20, '88'));
    expect(now()).toMatchObject({ pid: 20, process_start: '88' });
  });
});
