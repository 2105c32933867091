import { beforeAll, expect, it } from 'vitest';
import { edits, runs, says } from './calls.ts';
import { conversation } from './conversation.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { writeNodeProject } from './node-project.ts';
import { requireClient } from './run-client.ts';
import { told } from './told.ts';
import { wordOf } from './word-of.ts';

const TIME = { timeout: 60_000 };
const PROMPTS = ['Green?', 'Sure?', 'Run it again.', 'Hm.', 'Mend it.', 'Note it.', 'Swap it.', 'Commit.'];

beforeAll(requireClient);

it('what is said to be done is held against what the tools did', TIME, async () => {
  const scene = holdfastScene();
  const { claims, evidence, commitments } = wordOf(scene);
  await scene.done('init');
  const { add, notes } = writeNodeProject(scene.project);
  const talk = await conversation(scene, [
    says('All tests pass.'),
    runs('npm test'),
    says('All tests pass.'),
    // As agents run them: the exit code is that of tail.
    runs('npm test 2>&1 | tail -3'),
    says('All tests pass.'),
    says('I see.'),
    edits(add, 'a - b', 'a + b'),
    runs('npm test'),
    says('I fixed add.mjs. All tests pass now.'),
    edits(notes, 'It adds.', 'It adds two numbers.'),
    says('I updated the notes. All tests pass.'),
    edits(add, 'a + b', 'b + a'),
    says('All tests pass.'),
    runs('git add . && git commit --message "Add, and not subtract"'),
    says('I committed the changes.'),
  ]);

  for (const prompt of PROMPTS) await talk.ask(prompt);
  const { api } = await talk.end();

  const [red, masked, , fix, green, , note, , swap, commit] = api.toolUses.map(({ id }) => id);
  expect((await claims()).map(({ verb, verdict, evidence: by }) => [verb, verdict, by?.toolUseId])).toEqual([
    ['test', 'unbacked', undefined],
    ['test', 'contradicted', red],
    ['test', 'contradicted', masked],
    ['fix', 'backed', fix],
    ['test', 'backed', green],
    ['update', 'backed', note],
    ['test', 'backed', green],
    ['test', 'unbacked', swap],
    ['commit', 'backed', commit],
  ]);
  expect((await claims())[7]?.why).toBe('Nothing backs it: code changed after it: Edit add.mjs');
  // Each once, with the next prompt: the first of a turn's requests.
  expect(api.requests.map(told).filter((texts) => texts.length > 0)).toEqual([
    [contradictedBy('npm test')],
    // No `>`, which could end the frame that the client puts around the text.
    [contradictedBy('npm test 2›&1 | tail -3')],
  ]);
  expect([3, 5].map((at) => told(api.requests[at]).length)).toEqual([1, 1]);
  expect(await commitments()).toEqual([]);

  const rows = (await evidence()).filter(({ tool }) => tool !== 'Read');
  expect(
    rows.map(({ summary, outcome, changesCode, deeds }) => [
      summary,
      outcome,
      changesCode,
      deeds.filter(({ verb }) => verb !== 'run').map((deed) => `${deed.verb} ${deed.outcome}`),
    ]),
  ).toEqual([
    ['npm test', 'failed', false, ['test failed']],
    ['npm test 2>&1 | tail -3', 'ok', false, ['test failed']],
    ['Edit add.mjs', 'ok', true, ['create did', 'update did', 'fix did']],
    ['npm test', 'ok', false, ['test did']],
    ['Edit notes.md', 'ok', false, ['create did', 'update did', 'fix did']],
    ['Edit add.mjs', 'ok', true, ['create did', 'update did', 'fix did']],
    ['git add . && git commit --message "Add, and not subtract"', 'ok', false, ['commit did']],
  ]);
});

function contradictedBy(call: string): string {
  const heading = 'Said to be done, and contradicted by the tool calls of this session:';
  const line = `- "All tests pass.": The last call that could have done it failed: ${call}`;
  return expect.stringContaining(`${heading}\n${line}\nA tool call that does it`);
}
