import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';

const PROMISE = "I'll push the auth branch now.";
const SWITCHED_ON = {
  server: { port: 0 },
  messaging: { actionClaim: { enabled: true }, completionClaim: { enabled: true } },
};

type Body = Record<string, unknown>;
type Page = { commitments: (Body & { id: string; status: string; quote: string })[] };

const { home, remove } = temporaryHome();
let sidecar: RealSidecar;
const configure = (config: object) => writeFileSync(home.config, JSON.stringify(config));
const post = <T = Body>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  sidecar.api<T>(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });
const observe = (message: unknown, topicId: unknown = 't', more: object = {}) =>
  post('/action-claim/observe', { message, topicId, ...more });
const commitments = async (query = '') =>
  (await sidecar.api<Page>(`/commitments?limit=200${query}`)).body.commitments;

beforeAll(async () => {
  configure({ server: { port: 0 } });
  sidecar = await startRealSidecar(home);
});
afterAll(async () => {
  await sidecar.kill();
  remove();
});

describe('the contract of observe, over HTTP, in eight steps', () => {
  let first: Body;

  test('1 switched off it says so, and reads nothing', async () => {
    const { status, body } = await observe(PROMISE);
    expect([status, body]).toEqual([200, { observed: false, registered: false, reason: 'feature-disabled' }]);
    expect(await commitments()).toEqual([]);
    await sidecar.stop();
    configure(SWITCHED_ON);
    sidecar = await startRealSidecar(home);
  });

  test('2 a message without a claim is no claim', async () => {
    const { status, body } = await observe('The weather is fine.');
    expect([status, body]).toEqual([
      200,
      { observed: true, registered: false, reason: 'no-claim', claims: [] },
    ]);
  });

  test('3 a promise is registered', async () => {
    const { status, body } = await observe(PROMISE, 't', { sessionId: 's1' });
    first = body;
    expect(status).toBe(200);
    expect(body).toEqual({
      observed: true,
      registered: true,
      created: true,
      lane: 'commit',
      verb: 'push',
      object: 'auth branch',
      commitmentId: expect.any(String),
      externalKey: expect.stringMatching(/^actionclaim:[0-9a-f]{16}$/),
      claims: [expect.objectContaining({ kind: 'commit', start: 5, end: 9, created: true })],
    });
    const { body: row } = await sidecar.api<Body>(`/commitments/${body.commitmentId}`);
    expect(row).toMatchObject({
      topicId: 't',
      sessionId: 's1',
      status: 'open',
      externalKey: body.externalKey,
    });
  });

  test('4 the same promise is restated: registered, not created, one row', async () => {
    const { body } = await observe('Next I am going to push the auth branches.');
    expect(body).toMatchObject({ registered: true, created: false, commitmentId: first.commitmentId });
    expect(await commitments()).toMatchObject([{ statedCount: 2 }]);
  });

  test('5 the cap holds at five', async () => {
    for (const name of ['docs', 'api', 'cart', 'mail']) await observe(`I'll push the ${name} branch now.`);
    const { status, body } = await observe("I'll push the search branch now.");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      observed: true,
      registered: false,
      reason: 'per-topic-cap',
      cap: 5,
      verb: 'push',
    });
    expect(body).not.toHaveProperty('commitmentId');
    expect(await commitments()).toHaveLength(5);
    expect((await observe(PROMISE)).body).toMatchObject({ registered: true, created: false });
    expect((await observe("I'll push the search branch now.", 'u')).body).toMatchObject({ registered: true });
  });

  test.each([
    ['message', { topicId: 't' }],
    ['message', { message: 7, topicId: 't' }],
    ['message', { message: null, topicId: 't' }],
    ['message', { message: [PROMISE], topicId: 't' }],
    ['topicId', { message: PROMISE }],
    ['topicId', { message: PROMISE, topicId: true }],
    ['sessionId', { message: PROMISE, topicId: 't', sessionId: 9 }],
  ])('6 a bad %s is 400, by its name: %j', async (field, body) => {
    const answer = await post('/action-claim/observe', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { code: 'BAD_INPUT', details: { field } } });
  });

  test('7 after it was kept, the same promise opens a new row', async () => {
    const kept = await post(`/commitments/${first.commitmentId}/keep`, { note: 'done' });
    expect(kept.body).toMatchObject({ status: 'kept', keptBy: 'person', note: 'done' });
    const { body } = await observe(PROMISE);
    expect(body).toMatchObject({ registered: true, created: true, externalKey: first.externalKey });
    expect(body.commitmentId).not.toBe(first.commitmentId);
  });

  test.each([
    'Я сейчас запушу ветку.',
    '我现在就推送分支。',
    'Ich pushe den Branch jetzt.',
    'すぐにプッシュします。',
    '🚀🚀🚀',
  ])('8 another language is no claim, and no error: %s', async (message) => {
    const { status, body } = await observe(message, 'tongues');
    expect([status, body]).toEqual([
      200,
      { observed: true, registered: false, reason: 'no-claim', claims: [] },
    ]);
  });
});

describe('whatever the text is, there is an answer, soon, and its offsets are right', () => {
  const MEGABYTE = 1024 * 1024;
  const NESTED = `${'> '.repeat(400)}${'- '.repeat(400)}${'*'.repeat(2000)}${PROMISE}${'*'.repeat(2000)}`;
  const MESSAGES: [string, string][] = [
    ['a megabyte of prose', `${'The build went well so far. '.repeat(MEGABYTE / 28)}\n\n${PROMISE}`],
    ['a megabyte in one line', `${'x'.repeat(MEGABYTE)} ${PROMISE}`],
    ['a megabyte of nothing', ' '.repeat(MEGABYTE)],
    ['nested Markdown', NESTED],
    ['unclosed fences', `${'```\n'.repeat(3001)}${PROMISE}`],
    ['Cyrillic around it', `${'Всё хорошо. '.repeat(2000)}\n\n${PROMISE}`],
    ['Chinese around it', `${'一切都好。'.repeat(5000)}\n\n${PROMISE}`],
    ['emoji around it', `${'👩‍👩‍👧‍👦🏳️‍🌈 '.repeat(3000)}\n\n${PROMISE} 🎉`],
    ['unpaired surrogates', `\uD83D\uDE00\uD83D ${PROMISE} \uDE00\uDC00`],
    ['control characters', `\u0000\u0001\u001b[31m ${PROMISE}\u0000`],
    ['ten thousand bullets', "- I'll push the auth branch now\n".repeat(10_000)],
    [
      'ten thousand other bullets',
      Array.from({ length: 10_000 }, (_, i) => `- I'll push branch b${i} now`).join('\n'),
    ],
    [
      'ten thousand deeds',
      Array.from({ length: 10_000 }, (_, i) => `- I've pushed branch b${i}.`).join('\n'),
    ],
    ['repetition', "I'll ".repeat(200_000)],
    ['more repetition', `${'push '.repeat(3000)}${'and then '.repeat(3000)}`],
    ['quotes without end', `"${'"I\'ll push '.repeat(3000)}`],
    ['commas without end', `I'll push ${'the a, the b, and '.repeat(2000)}`],
    ['line ends of every kind', `a\r\nb\rc\u2028d\u2029${PROMISE}\v\f\r\n`],
  ];

  test.each(MESSAGES)('%s', async (_what, message) => {
    const began = performance.now();
    const { status, body } = await observe(message, `odd-${_what}`);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(status).toBe(200);
    const claims = body.claims as { verb: string; start: number; end: number }[];
    for (const { verb, start, end } of claims)
      expect(message.slice(start, end).toLowerCase()).toMatch(new RegExp(`^${verb.slice(0, 3)}`));
    expect(body.truncated ?? false).toBe(message.length > 16 * 1024);
    // The same at the end of a turn.
    const facts = { session_id: `odd-${_what.length}`, cwd: '/', last_assistant_message: message };
    const again = performance.now();
    expect((await post('/hook/Stop', facts)).status).toBe(200);
    expect(performance.now() - again).toBeLessThan(10_000);
  });

  test('nothing of it broke the ledger', async () => {
    for (const { id, quote } of await commitments()) {
      expect((await sidecar.api(`/commitments/${id}`)).status).toBe(200);
      expect(quote.length).toBeLessThanOrEqual(400);
    }
    expect((await sidecar.api('/changes?limit=1000')).status).toBe(200);
  });
});

describe('a turn over the wire', () => {
  const facts = { session_id: 'wire', cwd: '/tmp', last_assistant_message: "I'll deploy the demo site now." };

  test('that is replayed changes nothing', async () => {
    const headers = { 'x-holdfast-event': 'the-stop' };
    await post('/hook/Stop', facts, headers);
    const last = async () =>
      (await sidecar.api<string>('/metrics')).body.match(/holdfast_change_sequence \d+/)?.[0];
    const [rows, change] = [await commitments('&verb=deploy'), await last()];
    expect(rows).toHaveLength(1);
    for (let i = 0; i < 3; i++) expect((await post('/hook/Stop', facts, headers)).body).toEqual({});
    expect([await commitments('&verb=deploy'), await last()]).toEqual([rows, change]);
  });

  test('that is answered outlives kill -9', async () => {
    const said = {
      ...facts,
      session_id: 'killed',
      last_assistant_message: "I'll merge the demo branch now.",
    };
    const [{ status }] = [await post('/hook/Stop', said)];
    const other = await observe("I'll rebase the demo branch now.");
    await sidecar.kill();
    expect([status, other.status]).toEqual([200, 200]);
    sidecar = await startRealSidecar(home);
    expect(await commitments('&verb=merge')).toMatchObject([{ status: 'open', sessionId: 'killed' }]);
  });

  test('that found nobody comes through the spool, once, at its own time', async () => {
    await sidecar.kill();
    const said = { ...facts, session_id: 'spooled', last_assistant_message: "I'll release the beta now." };
    const text = `holdfast-spool 1 Stop spooled-stop settings - -\n${JSON.stringify(said)}`;
    writeFileSync(join(home.spool, 'spooled-stop.event'), text);
    const before = new Date().toISOString();
    sidecar = await startRealSidecar(home);
    const [row] = await until('the spooled turn', async () => {
      const rows = await commitments('&verb=release');
      return rows.length > 0 ? rows : null;
    });
    expect(row).toMatchObject({ status: 'open', sessionId: 'spooled' });
    expect(String(row?.openedAt) <= before).toBe(true);
    await post('/hook/Stop', JSON.stringify(said), { 'x-holdfast-event': 'spooled-stop' });
    expect(await commitments('&verb=release')).toHaveLength(1);
  });
});
