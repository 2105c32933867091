/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell, not templates */
import { describe, expect, test } from 'vitest';
import {
  HOOK_ENTRIES,
  hookGroup,
  isOurCommand,
  planRegistration,
  planRemoval,
} from '../../sidecar/setup/index.ts';

const OURS = [
  '"${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/stop.sh 2>/dev/null || :',
  '"${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/stop.sh',
  '${HOLDFAST_HOME:-$HOME/.holdfast}/hooks/stop.sh || true',
  '"$HOME/.holdfast/hooks/session-end.sh"',
  '~/.holdfast/hooks/stop.sh',
  '/home/me/.holdfast/hooks/stop.sh 2>/dev/null || :',
  '"/home/My User/.holdfast"/hooks/stop.sh 2>/dev/null || :',
  "'/home/My User/.holdfast/hooks/stop.sh'",
  '/data/fast/hooks/stop.sh 2>/dev/null || :',
];
const NOT_OURS = [
  './hooks/stop.sh',
  '/repo/.claude/hooks/stop.sh',
  '"$CLAUDE_PROJECT_DIR"/hooks/stop.sh',
  '/data/other/hooks/stop.sh',
  '/home/me/.holdfast/hooks/mine.sh',
  '/home/me/.holdfast/hooks/stop.sh.bak',
  '/home/me/.holdfast-old/hooks/stop.sh',
  'echo "${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/stop.sh 2>/dev/null || :',
  '/bin/cat /home/me/.holdfast/hooks/stop.sh',
  '/bin/rm /x;/home/me/.holdfast/hooks/stop.sh',
  '"${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/stop.sh 2>/dev/null || :; say done',
  '# "${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/stop.sh 2>/dev/null || :',
  '"/home/me/.holdfast"/hooks/stop.sh --mine',
  '',
  null,
];

test.each(OURS)('ours: %s', (command) => expect(isOurCommand(command, '/data/fast')).toBe(true));
test.each(NOT_OURS)('not ours: %s', (command) => expect(isOurCommand(command, '/data/fast')).toBe(false));

test('what is registered is recognised, in seconds, without a matcher', () => {
  for (const entry of HOOK_ENTRIES) {
    const group = hookGroup(entry);
    expect(group).toEqual({
      hooks: [
        {
          type: 'command',
          command: `"\${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/${entry.script} 2>/dev/null || :`,
          timeout: entry.event === 'SessionEnd' ? 5 : 10,
        },
      ],
    });
    expect(isOurCommand(group.hooks[0]?.command)).toBe(true);
  }
});

describe('an entry of an earlier form', () => {
  const mixed = (ours: object) =>
    `${JSON.stringify(
      {
        hooks: {
          Stop: [
            {
              matcher: '*',
              hooks: [{ type: 'command', command: 'before' }, ours, { type: 'command', command: 'after' }],
            },
          ],
        },
      },
      null,
      4,
    )}\n`;
  const old = {
    type: 'command',
    command: '/home/me/.holdfast/hooks/stop.sh',
    timeout: 10_000,
    statusMessage: 'mine',
  };

  test('is brought up to date where it stands', () => {
    const { text } = planRegistration(mixed(old));
    const stop = JSON.parse(text).hooks.Stop;
    const current = '"${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/stop.sh 2>/dev/null || :';
    expect(stop).toHaveLength(1);
    expect(stop[0].hooks[1]).toEqual({ ...old, command: current, timeout: 10 });
    expect(stop[0].hooks.map((hook: { command: string }) => hook.command)).toEqual([
      'before',
      current,
      'after',
    ]);
    expect(planRegistration(text)).toEqual({ text, changed: false });
  });

  test('gets the time limit that it lacks', () => {
    const { text } = planRegistration(mixed({ type: 'command', command: old.command }));
    expect(JSON.parse(text).hooks.Stop[0].hooks[1].timeout).toBe(10);
    expect(text).toMatch(/\n {24}"timeout": 10\n/);
  });

  test('is taken out of a group that others share, and the group stays', () => {
    const { text, removed } = planRemoval(mixed(old));
    expect(removed).toBe(1);
    expect(JSON.parse(text).hooks.Stop[0]).toEqual({
      matcher: '*',
      hooks: [
        { type: 'command', command: 'before' },
        { type: 'command', command: 'after' },
      ],
    });
  });

  test('is taken out of an event that we do not register any more', () => {
    const text =
      '{"hooks": {"SubagentStop": [{"hooks": [{"type": "command", "command": "~/.holdfast/hooks/stop.sh"}]}]}, "a": 1}';
    expect(planRemoval(text)).toEqual({ text: '{"a": 1}', changed: true, removed: 1 });
  });
});
