/** One hook of the demo: which script, what the client would give it, and what that is to a person. */
export type Act = { script: string; input: object; says: string };

export const SESSION = 'demo-session';

/** Assembled here, so that no scanner takes the sources for a leak. It belongs to nobody. */
const TOKEN = ['ghp', 'Demo0Demo1Demo2Demo3Demo4Demo5Demo6Demo7'].join('_').slice(0, 40);

type Part = 'beforeTheCrash' | 'withoutSidecar' | 'afterwards' | 'atLast';

/** A short session as Claude Code would tell it: the sidecar dies in its middle, and the agent says too much. */
export function demoSession(cwd: string): Record<Part, Act[]> {
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
  const prompt = (text: string): Act => ({
    script: 'user-prompt-submit.sh',
    input: event('UserPromptSubmit', { prompt: text }),
    says: `you: “${text}”`,
  });
  const stop = (text: string): Act => ({
    script: 'stop.sh',
    input: event('Stop', { last_assistant_message: text, stop_hook_active: false }),
    says: `the agent: “${text}”`,
  });
  const edit = { file_path: `${cwd}/src/app.ts`, old_string: 'floor', new_string: 'round' };
  const push = { command: `git push https://ci:${TOKEN}@git.example.com/team/app.git main` };
  const pushed = { stdout: 'To https://git.example.com/team/app.git\n   1a2b3c4..5d6e7f8  main -> main' };
  const test = { command: 'npm test' };
  const failed = 'Exit code 1\n Test Files  1 failed (1)\n      Tests  1 failed | 4 passed (5)';

  return {
    beforeTheCrash: [
      {
        script: 'session-start.sh',
        input: event('SessionStart', { source: 'startup' }),
        says: 'a session begins',
      },
      prompt('Mend the rounding.'),
      { script: 'pre-tool-use.sh', input: tool('PreToolUse', 'toolu_1', edit), says: 'Edit: src/app.ts' },
      {
        script: 'post-tool-use.sh',
        input: tool('PostToolUse', 'toolu_1', edit, { tool_response: {} }),
        says: 'edited',
      },
      stop('I fixed the rounding. I’ll push the branch now.'),
    ],
    withoutSidecar: [
      prompt('Then do it, and test.'),
      { script: 'pre-tool-use.sh', input: tool('PreToolUse', 'toolu_2', test), says: 'Bash: npm test' },
      {
        script: 'post-tool-use-failure.sh',
        input: tool('PostToolUseFailure', 'toolu_2', test, { error: failed }),
        says: 'a test fails; nobody listens, so all three wait in the spool',
      },
    ],
    afterwards: [
      {
        script: 'pre-tool-use.sh',
        input: tool('PreToolUse', 'toolu_3', push),
        says: 'Bash: git push …, with a token in it',
      },
      {
        script: 'post-tool-use.sh',
        input: tool('PostToolUse', 'toolu_3', push, { tool_response: pushed }),
        says: 'pushed',
      },
      stop('All tests pass. Next I will update the changelog.'),
      prompt('What is left?'),
    ],
    atLast: [
      {
        script: 'config-change.sh',
        input: event('ConfigChange', { source: 'project_settings' }),
        says: 'a settings file changed',
      },
      {
        script: 'stop-failure.sh',
        input: event('StopFailure', { error: 'rate_limit' }),
        says: 'the turn meets a rate limit',
      },
      { script: 'session-end.sh', input: event('SessionEnd', { reason: 'other' }), says: 'the session ends' },
    ],
  };
}
