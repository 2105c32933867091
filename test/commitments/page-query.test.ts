import { describe, expect, test } from 'vitest';
import type { CommitmentFilter } from '../../sidecar/commitments/page-query.ts';
import { openedRooms } from '../kit/opened-rooms.ts';
import { openedStore } from '../kit/opened-store.ts';
import { wordOver } from '../kit/word.ts';

const VERBS = ['push', 'merge', 'test'] as const;
const OBJECTS = ['auth branch', 'docs branch', 'Größe', 'ветка входа', '登录 分支', '', 'snake_case', 'x2'];
const FIRST = Number.MAX_SAFE_INTEGER;

/** Ninety commitments in every combination that matters. */
function manyCommitments() {
  const { store } = openedStore();
  const word = wordOver(store);
  const { commitments } = word;
  store.write(() => {
    for (let i = 0; i < 90; i++) {
      const at = new Date(Date.parse('2026-03-01T12:00:00Z') + i * 1000);
      const object = OBJECTS[i % OBJECTS.length] ?? '';
      const { commitment } = word.promiseByHand({
        topicId: `t${i % 4}`,
        sessionId: `s${i % 7}`,
        verb: VERBS[i % VERBS.length] ?? 'push',
        object,
        quote: `Number ${i} about ${object}`,
        at,
      });
      const status = (['open', 'kept', 'withdrawn', 'expired'] as const)[i % 5];
      if (status === 'kept') word.close(commitment.id, { status, by: 'person', at });
      if (status === 'withdrawn') word.close(commitment.id, { status, by: 'agent', at });
      if (status === 'expired') commitments.replace(commitment, { status, closedAt: commitment.expiresAt });
    }
  });
  return { store, word, commitments };
}

/** What the filter means, in plain words. */
function matches(filter: CommitmentFilter) {
  const words = filter.q
    ?.toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return (one: {
    status: string;
    topicId: string;
    sessionId: string | null;
    verb: string;
    object: string;
    quote: string | null;
  }) =>
    (filter.status === undefined || one.status === filter.status) &&
    (filter.topicId === undefined || one.topicId === filter.topicId) &&
    (filter.sessionId === undefined || one.sessionId === filter.sessionId) &&
    (filter.verb === undefined || one.verb === filter.verb) &&
    (words ?? []).every((word) =>
      `${one.object} ${one.quote}`
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .includes(word),
    );
}

describe('a page', () => {
  const commitments = () => manyCommitments().commitments;

  test('of every combination of filters holds what they mean, newest first', () => {
    const ledger = commitments();
    const all = ledger.page({}, FIRST, 1000);
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 90 }, (_, index) => 90 - index));
    const values = {
      status: [undefined, 'open', 'kept', 'expired'],
      topicId: [undefined, 't1', 'nowhere'],
      sessionId: [undefined, 's3'],
      verb: [undefined, 'push', 'deploy'],
      q: [undefined, 'branch', 'auth branch', 'größe', 'ветка', 'nothing'],
    } as const;
    let compared = 0;
    for (const status of values.status)
      for (const topicId of values.topicId)
        for (const sessionId of values.sessionId)
          for (const verb of values.verb)
            for (const q of values.q) {
              const filter = { status, topicId, sessionId, verb, q };
              const found = ledger.page(filter, FIRST, 1000).map(({ seq }) => seq);
              expect(found, JSON.stringify(filter)).toEqual(
                all.filter(matches(filter)).map(({ seq }) => seq),
              );
              compared += found.length;
            }
    expect(compared).toBeGreaterThan(400);
  });

  test.each([
    {},
    { status: 'open' },
    { topicId: 't1' },
    { verb: 'push', status: 'kept' },
    { topicId: 't2', status: 'open', verb: 'push' },
    { q: 'branch' },
    { q: 'branch', topicId: 't1' },
    { q: 'branch', status: 'open' },
    { q: 'branch', verb: 'push', status: 'kept' },
  ] as CommitmentFilter[])('after page gives every row once, while others are added: %j', (filter) => {
    const { word, commitments: ledger } = manyCommitments();
    const wanted = ledger.page(filter, FIRST, 1000).map(({ seq }) => seq);
    const found: number[] = [];
    let before = FIRST;
    for (;;) {
      const page = ledger.page(filter, before, 3);
      found.push(...page.map(({ seq }) => seq));
      const at = new Date('2026-03-01T12:00:00Z');
      word.promiseByHand({ topicId: 't1', sessionId: 's3', verb: 'push', object: 'auth branch', at });
      if (page.length < 3) break;
      before = page.at(-1)?.seq ?? 0;
    }
    expect(found).toEqual(wanted);
  });

  test.each([
    ['auth"', 'auth'],
    ['auth AND docs', null],
    ['NOT auth', null],
    ['auth OR', null],
    ['auth*', 'auth'],
    ['(auth', 'auth'],
    ['object:auth', null],
    ['"auth branch"', 'auth branch'],
    ["auth'; DROP TABLE commitments; --", null],
    ['NEAR(auth branch)', null],
    ['\u0000auth', 'auth'],
    ['^auth', 'auth'],
    ['AUTH', 'auth'],
    ['snake_case', 'snake case'],
    ['gro\u0308ße', 'größe'],
    ['ВЕТКА', 'ветка'],
    ['登录', '登录'],
    ['\uD800', null],
    ['!!!', null],
    ['- + * "', null],
    ['x'.repeat(10_000), null],
    [Array.from({ length: 500 }, () => 'auth').join(' '), 'auth'],
  ])('with odd words never fails: %j', (q, same) => {
    const ledger = commitments();
    const found = ledger.page({ q }, FIRST, 1000).map(({ seq }) => seq);
    const wanted = same === null ? [] : ledger.page({ q: same }, FIRST, 1000).map(({ seq }) => seq);
    expect(found).toEqual(wanted);
    if (same !== null) expect(found.length).toBeGreaterThan(0);
    for (const filter of [{ topicId: 't1' }, { sessionId: 's3' }, { status: 'open' as const }])
      expect(() => ledger.page({ ...filter, q }, FIRST, 10)).not.toThrow();
  });

  test('with an empty search box is a page of all', () => {
    const ledger = commitments();
    for (const q of ['', '  ']) expect(ledger.page({ q }, FIRST, 1000)).toHaveLength(90);
  });
});

describe('over HTTP', () => {
  test('cursors go through every row once', async () => {
    const { post, get } = openedRooms();
    for (let i = 0; i < 7; i++)
      await post('/commitments', { topicId: i % 2, verb: 'push', object: `b${i}`, sessionId: 'ä/?&' });
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const query: string = `?limit=2&sessionId=${encodeURIComponent('ä/?&')}${cursor ? `&cursor=${cursor}` : ''}`;
      const page = await get<{ commitments: { object: string }[]; nextCursor: string | null }>(
        `/commitments${query}`,
      );
      seen.push(...page.body.commitments.map(({ object }) => object));
      cursor = page.body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['b6', 'b5', 'b4', 'b3', 'b2', 'b1', 'b0']);
    const few = await get<{ commitments: unknown[]; nextCursor: null }>('/commitments?topicId=1&limit=3');
    expect([few.body.commitments.length, few.body.nextCursor]).toEqual([3, null]);
  });
});
