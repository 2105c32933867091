import { describe, expect, test } from 'vitest';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';

const ON = { 'messaging.actionClaim.enabled': true } as const;
const BODY = { topicId: 't', verb: 'push', object: 'auth branch' };

type Row = Record<string, unknown> & { id: string; version: number };

describe('POST /commitments', () => {
  test('opens one by hand, with everything that was given', async () => {
    const { post, get } = openedRooms();
    const given = {
      ...BODY,
      topicId: 7,
      quote: 'I said so.',
      trigger: 'at noon',
      sessionId: 's1',
      externalKey: 'mine',
    };
    const expiresAt = '2031-01-01T01:00:00+01:00';
    const { status, body } = await post<Row>('/commitments', { ...given, expiresAt });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...given,
      topicId: '7',
      kind: 'manual',
      status: 'open',
      expiresAt: '2031-01-01T00:00:00.000Z',
      version: 1,
      statedCount: 1,
      keptAt: null,
    });
    expect((await get(`/commitments/${body.id}`)).body).toEqual(body);
    expect(Object.keys(body)).not.toContain('seq');
  });

  test('answers 200 and the same row while its externalKey is open, and opens a fresh one after that', async () => {
    const { post } = openedRooms();
    const first = await post<Row>('/commitments', { ...BODY, externalKey: 'mine' });
    const again = await post<Row>('/commitments', { ...BODY, object: 'other', externalKey: 'mine' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    await post(`/commitments/${first.body.id}/keep`, {});
    const fresh = await post<Row>('/commitments', { ...BODY, externalKey: 'mine' });
    expect(fresh.status).toBe(201);
    expect(fresh.body.id).not.toBe(first.body.id);
  });

  test('without a key opens one with every call', async () => {
    const { post } = openedRooms();
    const ids = [await post<Row>('/commitments', BODY), await post<Row>('/commitments', BODY)];
    expect(new Set(ids.map(({ body }) => body.id)).size).toBe(2);
  });

  test('masks the secrets in what it keeps', async () => {
    const { post } = openedRooms();
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const { body } = await post('/commitments', { ...BODY, object: secret, quote: secret, trigger: secret });
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  test.each([
    ['topicId', { verb: 'push' }],
    ['topicId', { ...BODY, topicId: null }],
    ['topicId', { ...BODY, topicId: '' }],
    ['topicId', { ...BODY, topicId: {} }],
    ['verb', { ...BODY, verb: 'dance' }],
    ['verb', { topicId: 't' }],
    ['object', { ...BODY, object: 7 }],
    ['object', { ...BODY, object: 'x'.repeat(501) }],
    ['quote', { ...BODY, quote: 'x'.repeat(2001) }],
    ['sessionId', { ...BODY, sessionId: '' }],
    ['externalKey', { ...BODY, externalKey: 'actionclaim:0123456789abcdef' }],
    ['externalKey', { ...BODY, externalKey: '' }],
    ['expiresAt', { ...BODY, expiresAt: 'tomorrow' }],
    ['expiresAt', { ...BODY, expiresAt: '2026-02-30T00:00:00Z' }],
    ['expiresAt', { ...BODY, expiresAt: '9999-12-31T23:59:59-23:59' }],
  ])('refuses a bad %s: %j', async (field, body) => {
    const { post, get } = openedRooms();
    const answer = await post<ErrorBody>('/commitments', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_INPUT', details: { field } } } });
    expect((await get<{ commitments: unknown[] }>('/commitments')).body.commitments).toEqual([]);
  });

  test.each(['', '[]', 'null', '7', '{', '"x"'])('refuses a body that is no object: %j', async (body) => {
    const { post } = openedRooms();
    for (const path of ['/commitments', '/action-claim/observe'])
      expect(await post<ErrorBody>(path, body)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_INPUT' } },
      });
  });

  test('refuses a body of more than 8 MB', async () => {
    const { post } = openedRooms();
    for (const path of ['/commitments', '/action-claim/observe', '/commitments/x/keep']) {
      const answer = await post<ErrorBody>(path, { ...BODY, message: 'x'.repeat(9 * 1024 * 1024) });
      expect(answer).toMatchObject({ status: 413, body: { error: { code: 'PAYLOAD_TOO_LARGE' } } });
    }
  });
});

describe('closing by hand', () => {
  test.each([
    ['keep', 'kept'],
    ['withdraw', 'withdrawn'],
  ])('%s needs neither evidence nor a body', async (verb, status) => {
    const { app, post, get } = openedRooms();
    const { body: opened } = await post<Row>('/commitments', BODY);
    const bare = await app.request(`/commitments/${opened.id}/${verb}`, {
      method: 'POST',
      headers: { host: '127.0.0.1:4711', authorization: 'Bearer a-token-of-the-tests-that-is-long-enough' },
    });
    expect(bare.status).toBe(200);
    const { body: other } = await post<Row>('/commitments', BODY);
    expect((await post(`/commitments/${other.id}/${verb}`, '')).status).toBe(200);
    const { body } = await get<Row>(`/commitments/${opened.id}`);
    const keptBy = status === 'kept' ? 'person' : null;
    expect(body).toMatchObject({ status, keptBy, version: 2, note: null });
    expect(body.keptAt).toBe(status === 'kept' ? body.closedAt : null);
  });

  test('says who, and why, with its secrets masked', async () => {
    const { post } = openedRooms();
    const { body: opened } = await post<Row>('/commitments', BODY);
    const note = `done with ghp_${'a1B2'.repeat(9)}`;
    const { body } = await post<Row>(`/commitments/${opened.id}/keep`, { by: 'agent', note });
    expect(body).toMatchObject({ keptBy: 'agent', note: expect.stringMatching(/^done with \[masked/) });
  });

  test('is conditional with expectedVersion', async () => {
    const { post, get } = openedRooms();
    const { body: opened } = await post<Row>('/commitments', BODY);
    for (const verb of ['keep', 'withdraw'])
      expect(
        await post<ErrorBody>(`/commitments/${opened.id}/${verb}`, { expectedVersion: 2 }),
      ).toMatchObject({
        status: 409,
        body: { error: { code: 'VERSION_CONFLICT', details: { expected: 2, version: 1 } } },
      });
    expect((await get(`/commitments/${opened.id}`)).body).toEqual(opened);
    expect((await post(`/commitments/${opened.id}/keep`, { expectedVersion: 1 })).status).toBe(200);
  });

  test('of a terminal one is refused, whatever version is expected, and changes nothing', async () => {
    const { post, get, store } = openedRooms();
    const { body: opened } = await post<Row>('/commitments', BODY);
    await post(`/commitments/${opened.id}/withdraw`, {});
    const { body: closed } = await get(`/commitments/${opened.id}`);
    const last = store.lastChange();
    for (const body of [{}, { expectedVersion: 2 }, { expectedVersion: 1 }])
      expect(await post<ErrorBody>(`/commitments/${opened.id}/keep`, body)).toMatchObject({
        status: 409,
        body: { error: { code: 'COMMITMENT_CLOSED', details: { status: 'withdrawn', version: 2 } } },
      });
    expect((await get(`/commitments/${opened.id}`)).body).toEqual(closed);
    expect(store.lastChange()).toBe(last);
  });

  test.each([
    ['by', { by: 'nobody' }],
    ['note', { note: 7 }],
    ['expectedVersion', { expectedVersion: '1' }],
    ['expectedVersion', { expectedVersion: 1.5 }],
  ])('refuses a bad %s: %j', async (field, body) => {
    const { post } = openedRooms();
    const { body: opened } = await post<Row>('/commitments', BODY);
    const answer = await post<ErrorBody>(`/commitments/${opened.id}/keep`, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_INPUT', details: { field } } } });
  });

  test('of one that nobody knows is 404, as is reading it', async () => {
    const { post, get } = openedRooms();
    for (const answer of [
      await post<ErrorBody>('/commitments/nobody/keep', {}),
      await post<ErrorBody>('/commitments/nobody/withdraw', {}),
      await get<ErrorBody>('/commitments/nobody'),
    ])
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  });
});

describe('every route of the room', () => {
  test.each(['/commitments', '/commitments/x', '/claims', '/evidence'])(
    '%s wants the token',
    async (path) => {
      const { get } = openedRooms();
      expect((await get<ErrorBody>(path, { authorization: 'Bearer no' })).body.error.code).toBe(
        'UNAUTHORIZED',
      );
    },
  );

  test.each([
    ['/commitments?status=closed', 'status'],
    ['/commitments?verb=dance', 'verb'],
    ['/commitments?limit=0', 'limit'],
    ['/commitments?limit=x', 'limit'],
    ['/commitments?cursor=x', 'cursor'],
    ['/claims?verdict=x', 'verdict'],
    ['/claims?cursor=WyJ4Il0', 'cursor'],
    ['/evidence?verb=x', 'verb'],
    ['/evidence?cursor=e30', 'cursor'],
  ])('%s is refused, by the field', async (path, field) => {
    const { get } = openedRooms();
    expect(await get<ErrorBody>(path)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_INPUT', details: { field } } },
    });
  });
});

describe('POST /action-claim/observe', () => {
  test('says of a promise that is taken back in the same breath that it is not open', async () => {
    const { post } = openedRooms(ON);
    const message = "I'll push the auth branch now. Actually, I won't push the auth branch after all.";
    const { body } = await post('/action-claim/observe', { message, topicId: 't' });
    expect(body).toMatchObject({ observed: true, registered: false, reason: 'withdrawn', verb: 'push' });
    expect(body.claims).toMatchObject([
      { created: true, reason: 'withdrawn', commitmentId: body.commitmentId },
    ]);
  });

  test('gives each claim the key that its commitment has in the end', async () => {
    const { post, get } = openedRooms(ON);
    const message = "I'll push it now. Then I'll push the auth branch.";
    const { body } = await post<{ commitmentId: string; externalKey: string; claims: Row[] }>(
      '/action-claim/observe',
      { message, topicId: 't' },
    );
    const { body: row } = await get<Row>(`/commitments/${body.commitmentId}`);
    expect(body.claims.map(({ externalKey, created }) => [externalKey, created])).toEqual([
      [row.externalKey, true],
      [row.externalKey, false],
    ]);
    expect(body.externalKey).toBe(row.externalKey);
  });

  test('takes number and text of a topic as one', async () => {
    const { post } = openedRooms(ON);
    const message = "I'll push the auth branch now.";
    const first = await post('/action-claim/observe', { message, topicId: 12 });
    const second = await post('/action-claim/observe', { message, topicId: '12' });
    expect(second.body).toMatchObject({ created: false, commitmentId: first.body.commitmentId });
  });

  test('finds no commitment for what is offered or said to be done', async () => {
    const { post } = openedRooms(ON);
    const message = "I've pushed the auth branch. Should I merge it?";
    const { body } = await post<{ claims: { kind: string }[] }>('/action-claim/observe', {
      message,
      topicId: 't',
    });
    expect(body).toMatchObject({ observed: true, registered: false, reason: 'no-claim' });
    expect(body.claims.map(({ kind }) => kind)).toEqual(['completed', 'offer']);
  });
});
