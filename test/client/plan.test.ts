import { beforeAll, expect, it } from 'vitest';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';

const TIME = { timeout: 60_000 };
const AGENT = { description: 'Look', prompt: 'Look around.', subagent_type: 'general-purpose' };

beforeAll(requireClient);

async function planOf(scene: Scene, sessionId: string): Promise<string[]> {
  const { plan } = await scene.row(sessionId);
  return (plan?.items ?? []).map(({ subject, status }) => `${subject}: ${status}`);
}

// Seen with 2.1.197: headless too it offers TaskCreate, TaskGet, TaskList and TaskUpdate, and no TodoWrite.
it('keeps its tasks in the plan, and a subagent works on the same list', TIME, async () => {
  const scene = holdfastScene();
  await scene.done('init');
  const { sessionId, api } = await scene.session([
    [
      { tool: 'TaskCreate', input: { subject: 'Read', description: 'All of it.' } },
      { tool: 'TaskCreate', input: { subject: 'Write', description: 'A little.' } },
      { tool: 'TaskCreate', input: { subject: 'Sing', description: 'Rather not.' } },
    ],
    [{ tool: 'TaskUpdate', input: { taskId: '1', status: 'completed' } }],
    [{ tool: 'TaskUpdate', input: { taskId: '2', status: 'in_progress', subject: 'Write it' } }],
    [{ tool: 'TaskUpdate', input: { taskId: '3', status: 'deleted' } }],
    [{ tool: 'TaskUpdate', input: { taskId: '99', status: 'completed' } }],
    [{ tool: 'Agent', input: AGENT }],
    [{ tool: 'TaskCreate', input: { subject: 'Of the subagent', description: '' } }],
    [{ text: 'I looked.' }],
    [{ tool: 'TaskList', input: {} }],
    [{ text: 'I planned.' }],
  ]);
  expect(api.requests[0]?.tools?.map(({ name }) => name)).not.toContain('TodoWrite');
  expect(await planOf(scene, sessionId)).toEqual([
    'Read: completed',
    'Write it: interrupted', // The session is over.
    'Of the subagent: pending',
  ]);
  expect((await scene.row(sessionId)).unfinished.map(({ kind, strength }) => `${strength} ${kind}`)).toEqual([
    'strong plan-item',
    'weak recent-prompt',
    'weak recent-tool-call',
  ]);
});

it('keeps the list of TodoWrite, and leaves a subagent’s own list out', TIME, async () => {
  const scene = holdfastScene();
  await scene.done('init');
  const todo = (content: string, status: string) => ({ content, status, activeForm: content });
  const { sessionId } = await scene.session(
    [
      [{ tool: 'TodoWrite', input: { todos: [todo('A', 'in_progress'), todo('B', 'pending')] } }],
      [{ tool: 'Agent', input: AGENT }],
      [{ tool: 'TodoWrite', input: { todos: [todo('S', 'in_progress')] } }],
      [{ text: 'I looked.' }],
      [{ tool: 'TodoWrite', input: { todos: [todo('A', 'completed'), todo('B', 'completed')] } }],
      [{ text: 'Done.' }],
    ],
    { env: { CLAUDE_CODE_ENABLE_TASKS: '0' } },
  );
  expect(await planOf(scene, sessionId)).toEqual(['A: completed', 'B: completed']);
});
