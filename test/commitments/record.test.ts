import { describe, expect, test } from 'vitest';
import { claimKey } from '../../sidecar/commitments/key.ts';
import { talk } from '../kit/talk.ts';

describe('a promise that is said', () => {
  test('opens a commitment with everything that was said', () => {
    const { say, only, topic, clock } = talk();
    say('All good so far. I will push the auth branch now. Anything else?');
    expect(only()).toMatchObject({
      topicId: topic,
      sessionId: 's1',
      verb: 'push',
      object: 'auth branch',
      kind: 'commit',
      trigger: null,
      quote: 'I will push the auth branch now.',
      status: 'open',
      externalKey: claimKey(topic, 'push', 'auth branch'),
      openedAt: clock.now.toISOString(),
      expiresAt: new Date(clock.now.getTime() + 6 * 3_600_000).toISOString(),
      statedCount: 1,
      closedAt: null,
      keptBy: null,
      evidence: null,
      attempts: [],
      version: 1,
    });
  });

  test('again is one commitment: the quote stays, the expiry moves, the count grows', () => {
    const { say, only, later } = talk();
    say("I'll push the auth branch now.");
    const first = only();
    const at = later(60);
    say('Next I am going to push the auth branches.');
    expect(only()).toEqual({
      ...first,
      statedCount: 2,
      lastStatedAt: at,
      expiresAt: new Date(Date.parse(at) + 6 * 3_600_000).toISOString(),
      version: 2,
    });
  });

  test('with a nearer expiry shortens nothing', () => {
    const { say, only } = talk();
    say("I'll push the auth branch once CI is green.");
    const { expiresAt } = only();
    say("I'll push the auth branch now.");
    expect(only()).toMatchObject({ expiresAt, statedCount: 2 });
  });

  test('by several sessions is one commitment of the topic, and of both sessions', () => {
    const { say, only } = talk();
    say("I'll push the auth branch now.");
    say("I'll push the auth branch now.", { session: 's2' });
    expect(only()).toMatchObject({ sessionId: 's1', lastSessionId: 's2', statedCount: 2 });
  });

  test('that comes late, through the spool, does not become the last word', () => {
    const { say, only, clock, later } = talk();
    const before = clock.now.toISOString();
    later(30);
    say("I'll push the auth branch now.", { session: 's1' });
    const first = only();
    say("I'll push the auth branch now.", { session: 's2', via: 'spool', at: before });
    expect(only()).toEqual({ ...first, statedCount: 2, version: 2 });
  });

  test('in another topic is another commitment', () => {
    const { say, all, folder } = talk();
    say("I'll push the auth branch now.");
    say("I'll push the auth branch now.", { session: 's2', cwd: `${folder}-two` });
    expect(new Set(all().map(({ externalKey }) => externalKey)).size).toBe(2);
  });

  test('by a subagent is none: it speaks to its parent', () => {
    const { say, all } = talk();
    say("I'll push the auth branch now.", { agent_id: 'agent-1' });
    expect(all()).toEqual([]);
  });
});

describe('a promise without an object', () => {
  test('is named by the next one that has one, which takes its key along', () => {
    const { say, only, topic } = talk();
    say("I'll push it now.");
    expect(only()).toMatchObject({ object: '', externalKey: claimKey(topic, 'push', '') });
    say("I'll push the auth branch now.");
    expect(only()).toMatchObject({
      object: 'auth branch',
      externalKey: claimKey(topic, 'push', 'auth branch'),
      quote: "I'll push it now.",
      statedCount: 2,
    });
    say("I'll push the auth branches now.");
    expect(only().statedCount).toBe(3);
  });

  test('meets the open one of its verb, whatever its object, and takes no name away', () => {
    const { say, only } = talk();
    say("I'll push the auth branch now.");
    say("I'll push it now.");
    expect(only()).toMatchObject({ object: 'auth branch', statedCount: 2 });
  });

  test('meets, of several, the one that was stated last', () => {
    const { say, all, later } = talk();
    say("I'll push the auth branch now.");
    later(1);
    say("I'll push the docs branch now.");
    later(1);
    say("I'll push the auth branch now.");
    later(1);
    say("I'll push it now.");
    expect(all().map(({ object, statedCount }) => [object, statedCount])).toEqual([
      ['auth branch', 3],
      ['docs branch', 1],
    ]);
  });

  test('meets, of several in one message, the one that was stated last', () => {
    const { say, all } = talk();
    say("I'll push the auth branch now. I'll push the docs branch now.");
    say("I'll push it now.");
    expect(all().map(({ statedCount }) => statedCount)).toEqual([1, 2]);
  });

  test('of another verb is another one', () => {
    const { say, all } = talk();
    say("I'll push the auth branch now.");
    say("I'll merge it now.");
    expect(all()).toHaveLength(2);
  });

  test('that is named where the name is open already leaves both as they are', () => {
    const { word, topic, say, all } = talk();
    say("I'll push the auth branch now.");
    // Through the front door an unnamed one meets the named one; this one was opened while that was closed.
    const [named] = all();
    word.close(named?.id ?? '', { status: 'kept', by: 'person', at: new Date('2026-03-01T12:00:01Z') });
    say("I'll push it now.");
    say("I'll push the auth branch now.");
    expect(all().map(({ status, object }) => [status, object])).toEqual([
      ['kept', 'auth branch'],
      ['open', 'auth branch'],
    ]);
    expect(all()[1]?.externalKey).toBe(claimKey(topic, 'push', 'auth branch'));
  });

  test('does not meet one that was made by hand', () => {
    const { word, topic, say, all, clock } = talk();
    word.promiseByHand({ topicId: topic, verb: 'push', object: 'auth branch', at: clock.now });
    say("I'll push it now.");
    expect(all()).toHaveLength(2);
  });
});

describe('the key', () => {
  test('after a terminal state opens a fresh commitment', () => {
    const { word, say, all, clock } = talk();
    for (const status of ['kept', 'withdrawn'] as const) {
      say("I'll push the auth branch now.");
      word.close(all().at(-1)?.id ?? '', { status, by: 'person', at: clock.now });
    }
    say("I'll push the auth branch now.");
    expect(all().map(({ status, statedCount }) => [status, statedCount])).toEqual([
      ['kept', 1],
      ['withdrawn', 1],
      ['open', 1],
    ]);
    expect(new Set(all().map(({ externalKey }) => externalKey)).size).toBe(1);
  });

  test('of one that is overdue and not swept yet opens a fresh one too', () => {
    const { say, all, later } = talk();
    say("I'll push the auth branch now.");
    later(6 * 60);
    say("I'll push the auth branch now.");
    expect(all().map(({ status }) => status)).toEqual(['expired', 'open']);
  });

  test('that two topics share by an odd name of theirs is one commitment, and no error', () => {
    const { word, clock } = talk();
    const at = clock.now.toISOString();
    const one = word.observe({ message: "I'll push `push|b` now.", topicId: 'a', sessionId: null, at });
    const other = word.observe({ message: "I'll push `b` now.", topicId: 'a|push', sessionId: null, at });
    expect(other.promises[0]?.commitment?.id).toBe(one.promises[0]?.commitment?.id);
  });
});

describe('the cap of a topic', () => {
  const BRANCHES = ['auth', 'docs', 'api', 'cart', 'mail', 'search', 'login'];
  const promiseOf = (branch: string) => `I'll push the ${branch} branch now.`;

  test('holds at five open ones, in one message and over several', () => {
    const { say, all } = talk();
    say(BRANCHES.map(promiseOf).join(' '));
    expect(all().map(({ object }) => object)).toEqual(
      BRANCHES.slice(0, 5).map((branch) => `${branch} branch`),
    );
    say(promiseOf('late'));
    expect(all()).toHaveLength(5);
  });

  test('lets restatements through, and a new one when a place is free', () => {
    const { say, all, call } = talk();
    say(BRANCHES.slice(0, 5).map(promiseOf).join(' '));
    say(promiseOf('auth'));
    expect(all()[0]?.statedCount).toBe(2);
    call('git push origin docs');
    say(promiseOf('search'));
    expect(all().map(({ status }) => status)).toEqual(['open', 'kept', 'open', 'open', 'open', 'open']);
  });

  test('frees the places of what is overdue, swept or not', () => {
    const { say, all, later } = talk();
    say(BRANCHES.slice(0, 5).map(promiseOf).join(' '));
    later(7 * 60);
    say(promiseOf('search'));
    expect(all().at(-1)).toMatchObject({ status: 'open', object: 'search branch' });
  });

  test('counts no row that was made by hand, whatever its key', () => {
    const { word, topic, say, all, clock } = talk();
    for (const [index, branch] of BRANCHES.entries()) {
      const externalKey = index % 2 === 0 ? undefined : `mine-actionclaim:${branch}`;
      word.promiseByHand({ topicId: topic, verb: 'push', object: branch, at: clock.now, externalKey });
    }
    say(BRANCHES.map(promiseOf).join(' '));
    expect(all()).toHaveLength(BRANCHES.length + 5);
  });

  test('is of each topic by itself, and as wide as it is set', () => {
    const { say, all, folder } = talk({ promises: { perTopicCap: 2 } });
    say(BRANCHES.map(promiseOf).join(' '));
    say(BRANCHES.map(promiseOf).join(' '), { session: 's2', cwd: `${folder}-two` });
    expect(all()).toHaveLength(4);
  });
});
