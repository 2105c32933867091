import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { holdfastScene } from './holdfast-scene.ts';
import type { MessagesRequest } from './messages-api.ts';
import { requireClient } from './run-client.ts';
import { say } from './say.ts';
import { storyOfLedger, storyOfTranscript } from './story.ts';
import { waitingTool } from './waiting-tools.ts';

const TIME = { timeout: 60_000 };
const AGENT = { description: 'Look', prompt: 'Look around.', subagent_type: 'general-purpose' };

beforeAll(requireClient);

describe('a subagent', () => {
  it('has its id on its events, and its calls are none of the parent', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');

    const { sessionId, api } = await scene.session([
      [{ tool: 'Agent', input: AGENT }],
      [{ tool: 'Bash', input: { command: 'echo of the subagent' } }],
      [{ text: 'I looked.' }],
      [{ tool: 'Bash', input: { command: 'echo of the parent' } }],
      [{ text: 'It looked.' }],
    ]);

    const [agent, inner, outer] = api.toolUses.map(({ id }) => id);
    const events = await scene.events(sessionId);
    expect(events.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
    const calls = events.filter(({ toolUseId }) => toolUseId !== null);
    expect(calls.map(({ event, toolUseId, agentId }) => [event, toolUseId, agentId !== null])).toEqual([
      ['PreToolUse', agent, false],
      ['PreToolUse', inner, true],
      ['PostToolUse', inner, true],
      ['PostToolUse', agent, false],
      ['PreToolUse', outer, false],
      ['PostToolUse', outer, false],
    ]);
    expect(storyOfLedger(events)).toEqual(storyOfTranscript(scene.transcript(sessionId)));
    expect(await scene.moves(sessionId)).toEqual(['booting', 'in_turn', 'between_turns', 'ended']);
    expect(await scene.rows()).toHaveLength(1);
  });

  it(
    'that works on in the background does not move the parent, which waits between its turns',
    TIME,
    async () => {
      const scene = holdfastScene();
      await scene.done('init');
      const tool = waitingTool(scene.folder);
      let letItAsk = () => {};
      const parentHasStopped = new Promise<void>((resolve) => {
        letItAsk = resolve;
      });
      const begun = await scene.begin(
        [
          { blocks: [{ tool: 'Agent', input: { ...AGENT, run_in_background: true } }], to: isParent },
          { blocks: [{ text: 'It looks meanwhile.' }], to: isParent },
          { blocks: [tool.block], to: isSubagent, after: parentHasStopped },
          { blocks: [{ text: 'I looked.' }], to: isSubagent },
          { blocks: [{ text: 'It has looked.' }], to: isParent },
        ],
        { openInput: true, args: ['--input-format', 'stream-json'] },
      );
      say(begun.child, 'Have it looked at.');
      const [{ id: sessionId = '' } = {}] = await until('the parent to stop', async () => {
        const rows = await scene.rows();
        return rows.some(({ state }) => state === 'between_turns') && rows;
      });

      letItAsk();
      await tool.runs();
      const call = (await scene.events(sessionId)).at(-1);
      expect(call).toMatchObject({
        event: 'PreToolUse',
        toolUseId: begun.api.toolUses[1]?.id,
        outcome: 'applied',
      });
      expect(call?.agentId).toMatch(/./);
      expect(await scene.row(sessionId)).toMatchObject({ state: 'between_turns' });

      tool.open();
      await until('the parent to be told', () => begun.api.requests.length === 5);
      await until('its second turn to end', async () => (await stops()).length === 2);
      begun.child.stdin?.end();
      await scene.finish(begun);

      expect(
        (await stops()).map(({ body }) => [body.last_assistant_message, count(body.background_tasks)]),
      ).toEqual([
        ['It looks meanwhile.', 1],
        ['It has looked.', 0],
      ]);
      expect(await scene.row(sessionId)).toMatchObject({ state: 'ended', counts: { toolCalls: 2 } });
      const events = await scene.events(sessionId);
      expect(events.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
      expect(await scene.moves(sessionId)).toEqual([
        ...['booting', 'in_turn', 'between_turns'],
        ...['in_turn', 'between_turns', 'ended'],
      ]);
      // Seen with 2.1.197: the end of a background task comes as a prompt of its own, in the person's name.
      const { prompts } = storyOfLedger(events);
      expect(prompts).toEqual(storyOfTranscript(scene.transcript(sessionId)).prompts);
      expect(prompts).toEqual(['Have it looked at.', expect.stringMatching(/^<task-notification>/)]);

      async function stops() {
        return (await scene.events(sessionId)).filter(({ event }) => event === 'Stop');
      }
    },
  );
});

function isParent({ messages }: MessagesRequest): boolean {
  return JSON.stringify(messages).includes('Have it looked at.');
}

function isSubagent(request: MessagesRequest): boolean {
  return !isParent(request);
}

function count(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
