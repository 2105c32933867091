import { beforeAll, expect, it } from 'vitest';
import { callApi } from '../kit/real-sidecar.ts';
import { runs, says } from './calls.ts';
import { conversation } from './conversation.ts';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { hookRuns } from './hook-runs.ts';
import { recordHooks } from './recorded-hooks.ts';
import { requireClient } from './run-client.ts';
import { told } from './told.ts';
import { wordOf } from './word-of.ts';

const TIME = { timeout: 60_000 };

beforeAll(requireClient);

it('a promise is kept by the call that does it, and one that is dropped comes back', TIME, async () => {
  const scene = holdfastScene();
  const { commitments } = wordOf(scene);
  await scene.done('init');
  const hooks = recordHooks(scene.folder);
  const talk = await conversation(
    scene,
    [
      says('I read it all. I will commit the notes now, and then I will update the changelog.'),
      runs('touch notes.md && git add notes.md && git commit --message "Keep the notes"'),
      says('The notes are safe. Next I will update the changelog.'),
      says('Noted.'),
    ],
    { settings: hooks.settings },
  );

  await talk.ask('Look at it.');
  expect(await commitments()).toMatchObject([
    { verb: 'commit', object: 'notes', status: 'open', statedCount: 1, topicId: scene.project },
    { verb: 'update', object: 'changelog', status: 'open', statedCount: 1, sessionId: talk.sessionId },
  ]);
  await theSameStopAgain(scene, talk.sessionId, hooks.events().at(-1));

  await talk.ask('Go on.');
  await talk.ask('And now?');
  const { end, api } = await talk.end();

  const [first, second, , third] = api.requests.map(told);
  expect(first).toEqual([]);
  expect(second).toEqual([expect.stringMatching(/^UserPromptSubmit: Open promises in the Holdfast ledger/)]);
  expect(second?.[0]).toMatch(
    /\n- commit notes \(said \d min ago\): ".*"\n- update changelog \(said \d min ago\)/,
  );
  expect(third).toEqual([expect.stringContaining('- update changelog')]);
  expect(third?.[0]).not.toContain('- commit notes');

  const calls = scene
    .transcript(talk.sessionId)
    .flatMap((step) => (step.kind === 'tool use' ? [step.id] : []));
  expect(await commitments()).toMatchObject([
    { object: 'notes', status: 'kept', keptBy: 'evidence', evidence: { toolUseId: calls[0], tool: 'Bash' } },
    { object: 'changelog', status: 'open', statedCount: 2, attempts: [] },
  ]);
  // followUp is `context`: the end of a turn says nothing to the agent.
  const stops = hookRuns(end).filter(({ event, stdout }) => event === 'Stop' && stdout !== '');
  expect(stops.map(({ stdout }) => stdout)).toEqual(Array(3).fill('{}\n'));
});

/** As a hook does that heard no answer and tries again. */
async function theSameStopAgain(scene: Scene, sessionId: string, body: object | undefined): Promise<void> {
  const before = await callApi(scene.paths, '/changes');
  const events = await scene.events(sessionId);
  const stop = events.at(-1);
  expect([stop?.event, body]).toMatchObject(['Stop', { hook_event_name: 'Stop' }]);
  const { status } = await callApi(scene.paths, '/hook/Stop', {
    method: 'POST',
    body: `${JSON.stringify(body)}\n`,
    headers: { 'x-holdfast-event': String(stop?.id), 'x-holdfast-source': 'settings' },
  });
  expect(status).toBe(200);
  expect(await scene.events(sessionId)).toEqual(events);
  expect((await callApi(scene.paths, '/changes')).body).toEqual(before.body);
}
