import { beforeAll, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { inBackground, runs, says } from './calls.ts';
import { conversation } from './conversation.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { writeNodeProject } from './node-project.ts';
import { requireClient } from './run-client.ts';
import { waitingTool } from './waiting-tools.ts';
import { wordOf } from './word-of.ts';

const TIME = { timeout: 60_000 };
const AGENT = { description: 'Commit', prompt: 'Commit them.', subagent_type: 'general-purpose' };

beforeAll(requireClient);

it('a subagent proves by what it does, and promises nothing', TIME, async () => {
  const scene = holdfastScene();
  const { commitments, evidence, claims } = wordOf(scene);
  await scene.done('init');
  const talk = await conversation(scene, [
    says('I will commit the notes now.'),
    [{ tool: 'Agent', input: AGENT }],
    runs('touch notes.md && git add notes.md && git commit --quiet --message "Keep the notes"'),
    says('I committed the notes. I will delete the cache now.'),
    says('The agent is through.'),
  ]);
  await talk.ask('Commit them.');
  await talk.ask('Go on.');
  const { api } = await talk.end();

  const [agent, commit] = api.toolUses.map(({ id }) => id);
  expect(await commitments()).toMatchObject([
    { verb: 'commit', status: 'kept', keptBy: 'evidence', evidence: { toolUseId: commit } },
  ]);
  expect(await claims()).toEqual([]);
  expect(await evidence()).toMatchObject([
    {
      toolUseId: commit,
      agentId: expect.stringMatching(/./),
      deeds: expect.arrayContaining([expect.objectContaining({ verb: 'commit', outcome: 'did' })]),
    },
    { toolUseId: agent, agentId: null, tool: 'Agent', deeds: [] },
  ]);
});

it('a command in the background proves nothing, for no hook tells how it ended', TIME, async () => {
  const scene = holdfastScene();
  const { commitments, evidence, claims } = wordOf(scene);
  await scene.done('init');
  writeNodeProject(scene.project);
  const gate = waitingTool(scene.folder);
  const talk = await conversation(scene, [
    says('I will run the tests now.'),
    inBackground(gate.block, 'npm test'),
    says('They run in the background.'),
    says('All tests pass.'),
  ]);
  await talk.ask('Test it.');
  await talk.ask('Go on.');
  gate.open();
  await until('the turn of the background task to end', () => talk.turns() === 3);
  const { api } = await talk.end();

  expect(await evidence()).toMatchObject([{ toolUseId: api.toolUses[0]?.id, outcome: 'ok', deeds: [] }]);
  expect(await commitments()).toMatchObject([{ verb: 'test', status: 'open', attempts: [] }]);
  expect(await claims()).toMatchObject([{ verb: 'test', verdict: 'unbacked' }]);
  // Seen with 2.1.197: all that comes is a prompt. The exit code stands in its text.
  const events = await scene.events(talk.sessionId);
  const prompts = events.filter(({ event }) => event === 'UserPromptSubmit');
  expect(prompts.at(-1)?.body.prompt).toContain(`<tool-use-id>${api.toolUses[0]?.id}</tool-use-id>`);
  expect(prompts.at(-1)?.body.prompt).toMatch(/<status>failed<\/status>[\s\S]*exit code 1/);
  expect(events.filter(({ event }) => event.startsWith('PostToolUse'))).toHaveLength(1);
});
