import { afterEach, expect, test } from 'vitest';
import { type MessagesApi, startMessagesApi, type Turn } from './messages-api.ts';

const BASH = [{ name: 'Bash' }];
const MESSAGES = [{ role: 'user', content: 'hello' }];

let api: MessagesApi | undefined;

afterEach(() => api?.close());

async function start(script: Turn[]): Promise<MessagesApi> {
  api = await startMessagesApi(script);
  return api;
}

function ask(url: string, body: object, init: RequestInit = {}): Promise<Response> {
  const whole = { model: 'a-model', messages: MESSAGES, ...body };
  return fetch(`${url}/v1/messages`, { method: 'POST', body: JSON.stringify(whole), ...init });
}

test('a turn is streamed as the Messages API streams it', async () => {
  const { url, toolUses } = await start([[{ text: 'Look:' }, { tool: 'Bash', input: { command: 'ls' } }]]);

  const response = await ask(url, { tools: BASH, stream: true });
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  const events = lines.map((line) => JSON.parse(line.slice('data: '.length)));

  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(events.map((event) => event.type)).toEqual([
    'message_start',
    ...['content_block_start', 'content_block_delta', 'content_block_stop'],
    ...['content_block_start', 'content_block_delta', 'content_block_stop'],
    'message_delta',
    'message_stop',
  ]);
  expect(events[4].content_block).toEqual({ type: 'tool_use', id: toolUses[0]?.id, name: 'Bash', input: {} });
  expect(events[5].delta).toEqual({ type: 'input_json_delta', partial_json: '{"command":"ls"}' });
  expect(events[7].delta.stop_reason).toBe('tool_use');
});

test('without stream the answer is one message, and "done" when the script is used up', async () => {
  const { url, requests } = await start([[{ text: 'first' }]]);

  const first = await (await ask(url, { tools: BASH })).json();
  const second = await (await ask(url, { tools: BASH })).json();

  expect(first).toMatchObject({ content: [{ type: 'text', text: 'first' }], stop_reason: 'end_turn' });
  expect(second).toMatchObject({ content: [{ type: 'text', text: 'done' }] });
  expect(requests).toHaveLength(2);
  expect(requests[0]?.messages).toEqual(MESSAGES);
});

test('a side question uses up no turn and is no main request', async () => {
  const { url, requests } = await start([[{ text: 'first' }]]);

  await ask(url, { tools: [] });
  const main = await (await ask(url, { tools: BASH })).json();

  expect(main).toMatchObject({ content: [{ type: 'text', text: 'first' }] });
  expect(requests).toHaveLength(1);
});

test('errors have the shape of the API', async () => {
  const { url } = await start([{ error: { status: 529, type: 'overloaded_error', message: 'busy' } }]);

  const scripted = await ask(url, { tools: BASH });
  const unknown = await fetch(`${url}/v1/other`);

  expect(scripted.status).toBe(529);
  expect(await scripted.json()).toEqual({
    type: 'error',
    error: { type: 'overloaded_error', message: 'busy' },
  });
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ error: { type: 'not_found_error' } });
});

test('tokens are counted', async () => {
  const { url } = await start([]);
  const response = await fetch(`${url}/v1/messages/count_tokens`, { method: 'POST', body: '{}' });
  expect(await response.json()).toEqual({ input_tokens: 10 });
});

test('a turn waits as long as it is told', async () => {
  const { url } = await start([{ blocks: [{ text: 'late' }], delayMs: 300 }]);
  const before = performance.now();
  await ask(url, { tools: BASH });
  expect(performance.now() - before).toBeGreaterThan(290);
});

test('a hanging turn accepts and does not answer, and holds up no close', async () => {
  const { url, requests, close } = await start([{ hang: true }]);

  const asked = ask(url, { tools: BASH }).catch((error: unknown) => error);
  await expect.poll(() => requests.length).toBe(1);
  await close();

  expect(await asked).toBeInstanceOf(Error);
});
