import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forget } from '../../sidecar/intake/index.ts';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { talk } from '../kit/talk.ts';

/** Beginnings of words too: an index keeps no more than what tells a word from its neighbour. */
const WORDS = ['quagmirish', 'zephyrwing', 'bjarkfrost', 'mxyzptlk'];

function left(root: string): string[] {
  const bytes = readdirSync(root)
    .filter((name) => name.startsWith('holdfast.db'))
    .map((name) => readFileSync(join(root, name), 'latin1').toLowerCase());
  return WORDS.filter((word) => bytes.some((text) => text.includes(word.slice(0, 5))));
}

type Talk = ReturnType<typeof talk>;

/** Everything that a session can leave, in words that nobody else says. */
function leaveWords({ say, call, ask, word, topic, clock }: Talk, session: string): void {
  call('git push origin quagmirish', { session, failed: true });
  say("I've pushed the quagmirish branch. I'll push the zephyrwing branch now.", { session });
  call('git push origin zephyrwing', { session, failed: true });
  ask({ session });
  call('git push origin zephyrwing', { session });
  say("I'll merge the bjarkfrost branch once CI is green.", { session });
  word.promiseByHand({
    topicId: topic,
    sessionId: session,
    verb: 'push',
    object: 'mxyzptlk',
    quote: 'mxyzptlk!',
    at: clock.now,
  });
}

describe('forgetting leaves no byte of a sentence', () => {
  test.each(['project', 'session'] as const)('by %s', (by) => {
    const talked = talk();
    const { store, home, folder, say, call, count, all } = talked;
    leaveWords(talked, 'gone');
    say("I've pushed it. I'll push the docs branch now.", { session: 'stays', cwd: `${folder}-two` });
    call('git push origin docs', { session: 'stays', cwd: `${folder}-two`, failed: true });
    expect(count('tellings')).toBe(1);
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    expect(left(home.root)).toEqual(WORDS);

    expect(forget({ store, home }, by === 'project' ? { project: folder } : { sessionId: 'gone' })).toEqual({
      sessions: 1,
      events: 6,
      commitments: 3,
      claims: 1,
      evidence: 3,
      rejectedFiles: 0,
    });
    expect(left(home.root)).toEqual([]);
    expect(all()).toMatchObject([{ sessionId: 'stays', attempts: [{}] }]);
    expect([count('completed_claims'), count('evidence'), count('tellings')]).toEqual([1, 1, 0]);
    expect(changeLogFaults(store.db, { forgetful: true })).toEqual([]);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('nor in the index of words, among thousands of others', () => {
    const talked = talk();
    const { store, home, word, clock, folder } = talked;
    const others = (from: number) =>
      store.write(() => {
        for (let i = from; i < from + 1500; i++) {
          const odd = `${String.fromCharCode(97 + (i % 26))}w${(i * 7919).toString(36)}`;
          word.promiseByHand({
            topicId: 'other',
            verb: 'push',
            object: odd,
            quote: `${odd} it`,
            at: clock.now,
          });
        }
      });
    others(0);
    leaveWords(talked, 'gone');
    others(1500);
    forget({ store, home }, { project: folder });
    expect(left(home.root)).toEqual([]);
    store.db.exec("INSERT INTO commitment_words (commitment_words, rank) VALUES ('integrity-check', 1)");
    expect(word.commitments.page({ q: 'it' }, Number.MAX_SAFE_INTEGER, 5000)).toHaveLength(3000);
  });
});

describe('forgetting a session takes its words out of what others promised', () => {
  const PROMISE = "I'll push the auth branch now.";
  const CASES: [string, (talked: Talk) => void][] = [
    ['it stated it last', ({ say }) => say(PROMISE, { session: 'gone' })],
    ['it named it', ({ say }) => say("I'll merge the docs branch now.", { session: 'gone' })],
    ['it took it back', ({ say }) => say("I won't push after all.", { session: 'gone' })],
    ['it kept it', ({ call }) => call('git push origin auth', { session: 'gone' })],
    ['it tried to', ({ call }) => call('git push origin auth', { session: 'gone', failed: true })],
  ];

  test.each(CASES)('where %s', (_what, does) => {
    const talked = talk();
    const { say, all, store, home } = talked;
    say(`${PROMISE} I'll merge it now.`);
    does(talked);
    expect(forget({ store, home }, { sessionId: 'gone' }).commitments).toBe(1);
    expect(all()).toHaveLength(1);
    expect(changeLogFaults(store.db, { forgetful: true })).toEqual([]);
  });

  test('and leaves a promise that it had nothing to do with', () => {
    const { say, call, all, store, home } = talk();
    say(PROMISE);
    call('git push origin docs', { session: 'gone' });
    call('git push origin auth', { failed: true });
    expect(forget({ store, home }, { sessionId: 'gone' })).toMatchObject({ commitments: 0, evidence: 1 });
    expect(all()).toMatchObject([{ attempts: [{}] }]);
  });
});
