import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { processStart } from '../../sidecar/machine/index.ts';
import { until } from '../kit/until.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { hookRuns } from './hook-runs.ts';
import { isAlive } from './process-tree.ts';
import { requireClient } from './run-client.ts';
import { storyOfLedger, storyOfTranscript } from './story.ts';
import { sleepingTool, waitingTool } from './waiting-tools.ts';

const TIME = { timeout: 60_000 };

beforeAll(requireClient);

describe('kill -9 in the middle of a tool', () => {
  it(
    'of the client: reaped, with what was undone; --resume goes on in the same row, with a new pid',
    TIME,
    async () => {
      const scene = holdfastScene();
      scene.configure({ monitoring: { sessionWatchdog: { intervalSeconds: 1 } } });
      await scene.done('init');
      const sleeper = sleepingTool(scene.folder);
      const file = join(scene.project, 'made.txt');
      const first = await scene.begin(
        [
          [{ tool: 'TaskCreate', input: { subject: 'Sleep well', description: 'All night.' } }],
          [{ tool: 'TaskUpdate', input: { taskId: '1', status: 'in_progress' } }],
          [{ tool: 'Write', input: { file_path: file, content: 'made\n' } }],
          [sleeper.block],
        ],
        { prompt: 'Sleep.' },
      );
      const sleep = await sleeper.runs();

      first.child.kill('SIGKILL');
      const { sessionId = '' } = await first.ended;
      process.kill(sleep, 'SIGKILL');
      await until('the orphan to end', () => !isAlive(sleep));

      const killed = performance.now();
      const before = await until('the session to be reaped', async () => {
        const row = await scene.row(sessionId);
        return row.state === 'reaped' && row;
      });
      expect(performance.now() - killed).toBeLessThan(10_000);
      expect(before).toMatchObject({ reason: 'process-gone', alive: false, pid: first.child.pid });
      expect(before.reaped).toMatchObject({ stateBefore: 'in_turn', unfinished: before.unfinished });
      expect(before.unfinished.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
        expect.stringMatching(/^turn-in-flight: Bash was running: echo /),
        'plan-item: In progress on its plan: Sleep well.',
        'dirty-worktree: It changed files that are not committed: made.txt.',
        expect.stringMatching(/^recent-prompt: /),
        expect.stringMatching(/^recent-tool-call: It used Bash /),
      ]);
      expect(before.plan).toMatchObject({
        counts: { total: 1, inProgress: 0, interrupted: 1 },
        items: [{ subject: 'Sleep well', status: 'interrupted' }],
      });
      const told = await scene.done('sessions', sessionId);
      expect(told).toContain(`Its process ${first.child.pid} went without a SessionEnd.`);
      expect(told).toContain('In progress on its plan: Sleep well.');
      const heard = names(await scene.events(sessionId));
      expect(heard.slice(0, 3)).toEqual(['SessionStart', 'UserPromptSubmit', 'PreToolUse']);
      expect(heard.at(-1)).toBe('PreToolUse');

      let start: string | null = null;
      const { end } = await scene.session(
        [[{ tool: 'Bash', input: { command: 'echo on' } }], [{ text: 'I am back.' }]],
        {
          prompt: 'Go on.',
          resume: sessionId,
          onSpawn: (child) => {
            start = processStart(Number(child.pid));
          },
        },
      );

      expect(end).toMatchObject({ code: 0, sessionId });
      expect(end.child.pid).not.toBe(first.child.pid);
      expect(await scene.rows()).toMatchObject([
        {
          id: sessionId,
          state: 'ended',
          pid: end.child.pid,
          processStart: start,
          counts: { prompts: 2, toolCalls: 5 },
        },
      ]);
      expect(await scene.moves(sessionId)).toEqual([
        'booting',
        'in_turn',
        'reaped',
        'between_turns',
        'in_turn',
        'between_turns',
        'ended',
      ]);
      const events = await scene.events(sessionId);
      expect(names(events).slice(heard.length)).toEqual([
        'SessionStart',
        'UserPromptSubmit',
        'PreToolUse',
        'PostToolUse',
        'Stop',
        'SessionEnd',
      ]);
      expect(events.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
      const [ledger, transcript] = [storyOfLedger(events), storyOfTranscript(scene.transcript(sessionId))];
      expect(ledger).toMatchObject({ prompts: transcript.prompts, lastText: transcript.lastText });
      // The client writes its transcript with a delay: a killed one may take the last rows along.
      expect(ledger.begun).toEqual(expect.arrayContaining(transcript.begun));
      expect(ledger.ended).toEqual(expect.arrayContaining(transcript.ended));
      expect(ledger.begun).toHaveLength(5);
    },
  );

  it('of the sidecar: the session does not notice, and the rest waits in the spool', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    const tool = waitingTool(scene.folder);
    const { pid } = await scene.status();
    const begun = await scene.begin([
      [{ tool: 'Bash', input: { command: 'echo before' } }],
      [tool.block],
      [{ tool: 'Bash', input: { command: 'exit 3' } }],
      [{ text: 'All is well.' }],
    ]);
    await tool.runs();

    process.kill(Number(pid), 'SIGKILL');
    await until('the sidecar to end', () => !isAlive(Number(pid)));
    tool.open();
    const { end, sessionId, quietHooks } = await scene.finish(begun);

    expect(end).toMatchObject({ code: 0, result: { is_error: false, result: 'All is well.' } });
    expect(hookRuns(end).map(({ event, stdout }) => `${event} ${stdout.trim()}`)).toEqual([
      ...['SessionStart {}', 'UserPromptSubmit {}', 'PreToolUse {}', 'PostToolUse {}', 'PreToolUse {}'],
      ...['PostToolUse ', 'PreToolUse ', 'PostToolUseFailure ', 'Stop '],
    ]);
    expect(quietHooks).toEqual(['SessionEnd 0']);
    expect(await scene.status()).toMatchObject({ running: false, spool: { waiting: 5, rejected: 0 } });

    await scene.done('start');
    await scene.spoolTaken();

    const events = await scene.events(sessionId);
    expect(events.map(({ event, via }) => `${event} ${via}`)).toEqual([
      ...[
        'SessionStart live',
        'UserPromptSubmit live',
        'PreToolUse live',
        'PostToolUse live',
        'PreToolUse live',
      ],
      ...[
        'PostToolUse spool',
        'PreToolUse spool',
        'PostToolUseFailure spool',
        'Stop spool',
        'SessionEnd spool',
      ],
    ]);
    expect(events.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
    expect(storyOfLedger(events)).toEqual(storyOfTranscript(scene.transcript(sessionId)));
    expect(await scene.row(sessionId)).toMatchObject({
      state: 'ended',
      pid: end.child.pid,
      counts: { toolCalls: 3 },
    });
  });
});

function names(events: { event: string }[]): string[] {
  return events.map(({ event }) => event);
}
