import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { hookRuns } from './hook-runs.ts';
import { requireClient } from './run-client.ts';
import { storyOfLedger, storyOfTranscript } from './story.ts';
import { waitingTool } from './waiting-tools.ts';

const TIME = { timeout: 60_000 };
const WHOLE_SESSION = [
  'SessionStart',
  'UserPromptSubmit',
  ...Array(2).fill(['PreToolUse', 'PostToolUse']).flat(),
  'Stop',
  'SessionEnd',
];

beforeAll(requireClient);

describe('a session that begins without a sidecar', () => {
  it('starts one in the background, and nothing of it is lost', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    await scene.done('stop');
    expect(await scene.status()).toMatchObject({ running: false, held: false });
    const tool = waitingTool(scene.folder);
    const begun = await scene.begin([
      [tool.block],
      [{ tool: 'Bash', input: { command: 'echo after' } }],
      [{ text: 'All is well.' }],
    ]);
    await tool.runs();
    await until('the sidecar to serve', async () => (await scene.status()).running);
    tool.open();
    const { end, sessionId } = await scene.finish(begun);
    await scene.spoolTaken();

    expect(end.code).toBe(0);
    const events = await scene.events(sessionId);
    const inOrder = events.toSorted((a, b) => a.at.localeCompare(b.at) || a.seq - b.seq);
    expect(inOrder.map(({ event }) => event)).toEqual(WHOLE_SESSION);
    expect(inOrder[0]).toMatchObject({ event: 'SessionStart', via: 'spool' });
    expect(inOrder.slice(3).map(({ via }) => via)).toEqual(Array(5).fill('live'));
    // A spooled one that is taken after a live one came is kept, and moves nothing (states.md).
    const late = events.filter(({ outcome }) => outcome !== 'applied');
    expect(late.filter(({ via, outcome }) => via !== 'spool' || outcome !== 'refused-move')).toEqual([]);
    expect(storyOfLedger(events)).toEqual(storyOfTranscript(scene.transcript(sessionId)));
    expect(await scene.row(sessionId)).toMatchObject({
      state: 'ended',
      pid: end.child.pid,
      counts: { events: 8 },
    });
    // It is nobody's child: neither the client nor its hooks are left, and it serves.
    expect(await scene.processes(1)).toMatchObject([{ pid: (await scene.status()).pid }]);
  });

  it('starts none after `stop --hold`: the events wait for `start`', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    await scene.done('stop', '--hold');

    const { end, sessionId } = await scene.session([
      [{ tool: 'Bash', input: { command: 'echo one' } }],
      [{ tool: 'Bash', input: { command: 'echo two' } }],
      [{ text: 'All is well.' }],
    ]);

    expect(end).toMatchObject({ code: 0, result: { result: 'All is well.' } });
    expect(hookRuns(end).map(({ stdout }) => stdout)).toEqual(Array(7).fill(''));
    expect(await scene.processes(0)).toEqual([]);
    expect(await scene.status()).toMatchObject({
      running: false,
      held: true,
      spool: { waiting: 8, rejected: 0 },
    });

    await scene.done('start');
    await scene.spoolTaken();

    const events = await scene.events(sessionId);
    expect(events.map(({ event }) => event)).toEqual(WHOLE_SESSION);
    expect(events.filter(({ via, outcome }) => via !== 'spool' || outcome !== 'applied')).toEqual([]);
    expect(storyOfLedger(events)).toEqual(storyOfTranscript(scene.transcript(sessionId)));
    expect(await scene.row(sessionId)).toMatchObject({ state: 'ended', pid: end.child.pid });
    expect(await scene.status()).toMatchObject({ running: true, held: false });
  });

  it('of a teammate who has only the settings file runs as if there were nothing', TIME, async () => {
    const owner = holdfastScene();
    await owner.done('init');
    const mate = holdfastScene({ defaultHome: true });

    const { end, quietHooks } = await mate.session(
      [[{ tool: 'Bash', input: { command: 'exit 3' } }], [{ text: 'All is well.' }]],
      { cwd: owner.project },
    );

    expect(end).toMatchObject({ code: 0, result: { is_error: false, result: 'All is well.' } });
    expect(hookRuns(end)).toEqual(
      ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUseFailure', 'Stop'].map((event) => ({
        event,
        exitCode: 0,
        outcome: 'success',
        stdout: '',
        stderr: '',
      })),
    );
    expect(quietHooks).toEqual(['SessionEnd 0']);
    expect(existsSync(mate.paths.root)).toBe(false);
    expect(readdirSync(join(owner.project, '.claude'))).toEqual(['settings.json']);
    expect(await owner.rows()).toEqual([]);
  });
});
