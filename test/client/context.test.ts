import { beforeAll, expect, it } from 'vitest';
import { holdfastScene } from './holdfast-scene.ts';
import { hookRuns } from './hook-runs.ts';
import type { MessagesApi, Turn } from './messages-api.ts';
import { requireClient } from './run-client.ts';

const TIME = { timeout: 60_000 };
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

beforeAll(requireClient);

it('what the sidecar answers adds nothing to what the model is asked', TIME, async () => {
  const scene = holdfastScene();
  await scene.done('init');
  const script: Turn[] = [
    [{ tool: 'Bash', input: { command: 'echo one' } }],
    [{ tool: 'Bash', input: { command: 'exit 3' } }],
    [{ text: 'All is well.' }],
  ];

  const without = await scene.session(script, { args: ['--settings', '{"disableAllHooks":true}'] });
  const withHooks = await scene.session(script);

  expect(hookRuns(without.end)).toEqual([]);
  expect((await scene.rows()).map(({ id }) => id)).toEqual([withHooks.sessionId]);
  expect(withHooks.api.requests).toHaveLength(3);
  // The bodies as a whole: system prompt, messages, tools.
  expect(bodies(withHooks.api)).toEqual(bodies(without.api));
  expect(hookRuns(withHooks.end).map(({ stdout }) => stdout)).toEqual(Array(7).fill('{}\n'));
});

/** Each session id and tool use id as `id 1`, `id 2`, … in the order in which they come up. */
function bodies({ requests }: MessagesApi): unknown {
  const ids = new Map<string, string>();
  const text = JSON.stringify(requests).replace(UUID, (id) => {
    if (!ids.has(id)) ids.set(id, `id ${ids.size + 1}`);
    return ids.get(id) ?? id;
  });
  return JSON.parse(text);
}
