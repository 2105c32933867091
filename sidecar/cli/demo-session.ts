/** One hook of the demo: which script, what the client would give it, and what that is to a person. */
export type Act = { script: string; input: object; says: string };

export const SESSION = 'demo-session';

/** Assembled here, so that no scanner takes the sources for a leak. It belongs to nobody. */
const TOKEN = ['ghp', 'Demo0Demo1Demo2Demo3Demo4Demo5Demo6Demo7'].join('_').slice(0, 40);

/** A short session as Claude Code would tell it, in three parts: the sidecar dies between them. */
export function demoSession(cwd: string): Record<'beforeTheCrash' | 'withoutSidecar' | 'afterwards', Act[]> {
  const event = (name: string, more: object) => ({
    session_id: SESSION,
    transcript_path: `${cwd}/transcript.jsonl`,
    cwd,
    hook_event_name: name,
    ...more,
  });
  const tool = (name: string, id: string, input: object, more: object = {}) =>
    event(name, {
      tool_name: 'command' in input ? 'Bash' : 'Edit',
      tool_use_id: id,
      tool_input: input,
      ...more,
    });
  const push = { command: `git push https://ci:${TOKEN}@git.example.com/team/app.git main` };
  const edit = { file_path: `${cwd}/src/app.ts`, old_string: 'a', new_string: 'b' };
  const test = { command: 'npm test' };

  return {
    beforeTheCrash: [
      {
        script: 'session-start.sh',
        input: event('SessionStart', { source: 'startup' }),
        says: 'a session begins',
      },
      {
        script: 'user-prompt-submit.sh',
        input: event('UserPromptSubmit', { prompt: 'Fix it and push.' }),
        says: '“Fix it and push.”',
      },
      {
        script: 'pre-tool-use.sh',
        input: tool('PreToolUse', 'toolu_1', push),
        says: 'Bash: git push …, with a token in it',
      },
      {
        script: 'post-tool-use.sh',
        input: tool('PostToolUse', 'toolu_1', push, { tool_response: { stdout: 'ok' } }),
        says: 'it worked',
      },
      { script: 'pre-tool-use.sh', input: tool('PreToolUse', 'toolu_2', edit), says: 'Edit: src/app.ts' },
    ],
    withoutSidecar: [
      {
        script: 'post-tool-use.sh',
        input: tool('PostToolUse', 'toolu_2', edit, { tool_response: {} }),
        says: 'edited; nobody listens, so it waits in the spool',
      },
      { script: 'pre-tool-use.sh', input: tool('PreToolUse', 'toolu_3', test), says: 'Bash: npm test' },
      {
        script: 'post-tool-use-failure.sh',
        input: tool('PostToolUseFailure', 'toolu_3', test, { error: 'exit 1' }),
        says: 'the tests fail',
      },
    ],
    afterwards: [
      {
        script: 'stop.sh',
        input: event('Stop', { last_assistant_message: 'I’ll fix the test now.' }),
        says: 'the turn ends',
      },
      {
        script: 'config-change.sh',
        input: event('ConfigChange', { source: 'project_settings' }),
        says: 'a settings file changed',
      },
      {
        script: 'stop-failure.sh',
        input: event('StopFailure', { error: 'rate_limit' }),
        says: 'the next turn meets a rate limit',
      },
      { script: 'session-end.sh', input: event('SessionEnd', { reason: 'other' }), says: 'the session ends' },
    ],
  };
}
