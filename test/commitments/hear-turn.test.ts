import { describe, expect, test } from 'vitest';
import { talk } from '../kit/talk.ts';

const PROMISE = "I'll push the auth branch now.";

describe('what is plainly taken back', () => {
  test('is withdrawn, with the sentence that did it', () => {
    const { say, only, later } = talk();
    say(PROMISE);
    const at = later(1);
    say("Hm. I won't push the auth branch after all. Sorry.");
    expect(only()).toMatchObject({
      status: 'withdrawn',
      closedAt: at,
      keptBy: null,
      note: "I won't push the auth branch after all.",
      version: 2,
    });
  });

  test('without an object is the only open one of its verb', () => {
    const { say, all } = talk();
    say(`${PROMISE} I'll merge the docs branch now.`);
    say("I won't push after all.");
    expect(all().map(({ status }) => status)).toEqual(['withdrawn', 'open']);
  });

  test('without an object is nothing where there are two', () => {
    const { say, all } = talk();
    say(`${PROMISE} I'll push the docs branch now.`);
    say("I won't push after all.");
    expect(all().map(({ status }) => status)).toEqual(['open', 'open']);
  });

  test('is the only open one also where another one is overdue and not swept yet', () => {
    const { say, all, later } = talk();
    say("I'll push the docs branch now.");
    later(5 * 60);
    say(PROMISE);
    later(2 * 60);
    say("I won't push after all.");
    expect(all().map(({ status }) => status)).toEqual(['expired', 'withdrawn']);
  });

  test('by name is that very one of two', () => {
    const { say, all } = talk();
    say(`${PROMISE} I'll push the docs branch now.`);
    say("I won't push the docs branches after all.");
    expect(all().map(({ status }) => status)).toEqual(['open', 'withdrawn']);
  });

  test('by a name that nobody promised is nothing', () => {
    const { say, only } = talk();
    say(PROMISE);
    say("I won't push the docs branch after all.");
    expect(only().status).toBe('open');
  });

  test('by a name meets the only one of its verb that has none', () => {
    const { say, only } = talk();
    say("I'll push it now.");
    say("I won't push the docs branch after all.");
    expect(only().status).toBe('withdrawn');
  });

  test('in the same message is withdrawn in the order of the words', () => {
    const { say, all } = talk();
    say(`${PROMISE} Actually, I won't push the auth branch after all. ${PROMISE}`);
    expect(all().map(({ status }) => status)).toEqual(['withdrawn', 'open']);
  });

  test('late, through the spool, does not reach what was promised after it', () => {
    const { say, only, clock, later } = talk();
    const before = clock.now.toISOString();
    later(10);
    say(PROMISE);
    say("I won't push after all.", { via: 'spool', at: before });
    expect(only().status).toBe('open');
  });

  test('in another topic is nothing', () => {
    const { say, only, folder } = talk();
    say(PROMISE);
    say("I won't push after all.", { session: 's2', cwd: `${folder}-two` });
    expect(only().status).toBe('open');
  });

  test('is nothing of what was made by hand', () => {
    const { word, topic, say, only, clock } = talk();
    word.promiseByHand({ topicId: topic, verb: 'push', object: 'auth branch', at: clock.now });
    say("I won't push the auth branch after all.");
    expect(only().status).toBe('open');
  });
});

describe('the end of a turn', () => {
  test('that is replayed changes nothing', () => {
    const { say, call, take, store, folder } = talk();
    call('git push origin auth', { failed: true });
    const body = {
      session_id: 's1',
      cwd: folder,
      last_assistant_message: `I've pushed the auth branch. ${PROMISE}`,
    };
    take('Stop', body, { id: 'the-stop' });
    say("I'll merge the docs branch now.");
    const before = store.lastChange();
    expect(take('Stop', body, { id: 'the-stop' })).toEqual({ row: null, answer: {} });
    expect(store.lastChange()).toBe(before);
  });

  test('judges what is said to be done by what was there when it was said', () => {
    const { say, call, word, later } = talk();
    const said = later(1);
    later(1);
    call('git push origin auth');
    later(1);
    say("I've pushed the auth branch.", { via: 'spool', at: said });
    expect(word.completed.page({}, Number.MAX_SAFE_INTEGER, 9)).toMatchObject([{ verdict: 'unbacked' }]);
    say("I've pushed the auth branch.");
    expect(word.completed.page({}, Number.MAX_SAFE_INTEGER, 9)[0]).toMatchObject({ verdict: 'backed' });
  });

  test('judges by the calls of that session alone', () => {
    const { say, call, word } = talk();
    call('git push origin auth', { session: 's2' });
    say("I've pushed the auth branch.");
    expect(word.completed.page({}, Number.MAX_SAFE_INTEGER, 9)).toMatchObject([{ verdict: 'unbacked' }]);
  });

  test('judges after the clock was set back as before', () => {
    const { say, call, word, later } = talk();
    call('git push origin auth');
    later(-60);
    say("I've pushed the auth branch.");
    expect(word.completed.page({}, Number.MAX_SAFE_INTEGER, 9)).toMatchObject([{ verdict: 'backed' }]);
  });

  test('with both switches off is stored, and nothing follows from it', () => {
    const off = { promises: { enabled: false }, completions: { enabled: false } };
    const { say, call, all, count } = talk(off);
    say(`I've pushed the docs branch. ${PROMISE}`);
    call('git push origin auth');
    expect(all()).toEqual([]);
    expect(count('completed_claims')).toBe(0);
    expect(count('evidence')).toBe(1);
  });

  test('with one switch off does the other half', () => {
    const judged = talk({ promises: { enabled: false } });
    judged.say(`I've pushed the docs branch. ${PROMISE}`);
    expect([judged.count('commitments'), judged.count('completed_claims')]).toEqual([0, 1]);
    const heard = talk({ completions: { enabled: false } });
    heard.say(`I've pushed the docs branch. ${PROMISE}`);
    expect([heard.count('commitments'), heard.count('completed_claims')]).toEqual([1, 0]);
  });
});
