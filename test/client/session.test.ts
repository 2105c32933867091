import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { processStart } from '../../sidecar/machine/index.ts';
import { until } from '../kit/until.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { hookRuns } from './hook-runs.ts';
import { requireClient } from './run-client.ts';
import { storyOfLedger, storyOfTranscript } from './story.ts';
import { waitingTool } from './waiting-tools.ts';

const TIME = { timeout: 60_000 };

beforeAll(requireClient);

describe('a session of the real client', () => {
  it('is in the ledger as its own transcript tells it', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    const file = join(scene.project, 'README.md');
    const edit = { file_path: file, old_string: 'A project', new_string: 'Edited' };
    let pid: number | undefined;
    let start: string | null = null;

    const { sessionId, end, api, quietHooks } = await scene.session(
      [
        [{ text: 'I begin.' }, { tool: 'Bash', input: { command: 'echo hello' } }],
        [
          { tool: 'Read', input: { file_path: file } },
          { tool: 'Edit', input: edit },
        ],
        [{ tool: 'Bash', input: { command: 'exit 3' } }],
        [{ tool: 'Write', input: { file_path: join(scene.project, 'made.txt'), content: 'made\n' } }],
        [{ text: 'All are done.' }],
      ],
      {
        prompt: 'Do five things.',
        onSpawn: (child) => {
          pid = child.pid;
          start = processStart(Number(pid));
        },
      },
    );

    expect(end).toMatchObject({ code: 0, result: { is_error: false, result: 'All are done.' } });
    expect(hookRuns(end).map(({ stdout }) => stdout)).toEqual(Array(13).fill('{}\n'));
    expect(quietHooks).toEqual(['SessionEnd 0']);
    const events = await scene.events(sessionId);
    const told = storyOfTranscript(scene.transcript(sessionId));
    expect(storyOfLedger(events)).toEqual(told);
    expect(told.prompts).toEqual(['Do five things.']);
    expect(told.begun).toEqual(api.toolUses.map(({ id }) => id));
    expect(told.ended.map((line) => line.split(' ')[1])).toEqual(['ok', 'ok', 'ok', 'failed', 'ok']);
    expect(told.lastText).toBe('All are done.');
    expect(events.map(({ event }) => event)).toEqual([
      'SessionStart',
      'UserPromptSubmit',
      ...Array(3).fill(['PreToolUse', 'PostToolUse']).flat(),
      ...['PreToolUse', 'PostToolUseFailure'],
      ...['PreToolUse', 'PostToolUse'],
      'Stop',
      'SessionEnd',
    ]);
    expect(events.filter(({ via, outcome }) => via !== 'live' || outcome !== 'applied')).toEqual([]);
    expect(await scene.moves(sessionId)).toEqual(['booting', 'in_turn', 'between_turns', 'ended']);

    const row = await scene.row(sessionId);
    expect(row).toMatchObject({
      state: 'ended',
      reason: 'other',
      project: realpathSync(scene.project),
      cwd: scene.project,
      permissionMode: 'bypassPermissions',
      pid,
      processStart: start,
      counts: { events: events.length, prompts: 1, toolCalls: 5 },
    });
    expect(start).toMatch(/\d/);
    expect(existsSync(String(row.transcriptPath))).toBe(true);

    await theCommandLineShowsIt(scene, sessionId, events.length);
  });

  it('whose settings change meanwhile tells so, and nothing follows', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    const settings = join(scene.project, '.claude', 'settings.json');
    const edit = waitingTool(scene.folder, { before: `echo >> '${settings}'` });
    const begun = await scene.begin([[edit.block], [{ text: 'Edited.' }]], {
      sessionId: crypto.randomUUID(),
    });
    await edit.runs();
    const [{ id: sessionId = '' } = {}] = await scene.rows();

    // Seen with 2.1.197: it comes in -p mode too, about a second after the change, and for a mere line feed.
    const isThere = async () => (await scene.events(sessionId)).find(({ event }) => event === 'ConfigChange');
    const change = await until('the ConfigChange', isThere, 15_000);
    edit.open();
    const { quietHooks } = await scene.finish(begun);

    expect(quietHooks).toEqual(['ConfigChange 0', 'SessionEnd 0']);
    expect(change).toMatchObject({ outcome: 'stored', body: { source: 'project_settings' } });
    expect(realpathSync(String(change.body.file_path))).toBe(realpathSync(settings));
    expect(await scene.moves(sessionId)).toEqual(['booting', 'in_turn', 'between_turns', 'ended']);
    const events = await scene.events(sessionId);
    expect(events.filter(({ outcome }) => outcome !== 'applied').map(({ event }) => event)).toEqual([
      'ConfigChange',
    ]);
    expect(storyOfLedger(events)).toEqual(storyOfTranscript(scene.transcript(sessionId)));
  });
});

async function theCommandLineShowsIt(
  scene: ReturnType<typeof holdfastScene>,
  sessionId: string,
  count: number,
): Promise<void> {
  const page = JSON.parse(await scene.done('events', '--session', sessionId, '--json'));
  expect(page.events).toHaveLength(count);
  expect(page.events.map(({ sessionId: id }: { sessionId: string }) => id)).toEqual(
    Array(count).fill(sessionId),
  );
  const lines = (await scene.done('events', '--session', sessionId)).trimEnd().split('\n');
  expect(lines).toHaveLength(count);
  expect(lines[0]).toContain('SessionStart');
  expect(lines.at(-1)).toContain('SessionEnd');
  expect(lines.every((line) => line.includes(sessionId))).toBe(true);

  const { sessions } = JSON.parse(await scene.done('sessions', '--json'));
  expect(sessions).toMatchObject([{ id: sessionId, state: 'ended' }]);
  const table = await scene.done('sessions');
  expect(table).toMatch(new RegExp(`${sessionId} +ended \\(other\\) +${scene.project} +1 +5 +Write `));
}
