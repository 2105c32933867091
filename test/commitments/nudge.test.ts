import { describe, expect, test } from 'vitest';
import { talk } from '../kit/talk.ts';

const PROMISE = "I'll push the auth branch now.";
const NUDGING = { promises: { followUp: 'nudge' } } as const;

function nudgeOf({ answer }: { answer: Record<string, unknown> }): string | null {
  const output = answer.hookSpecificOutput as
    | { hookEventName: string; additionalContext: string }
    | undefined;
  if (output && output.hookEventName !== 'Stop') throw new Error(`it is for ${output.hookEventName}`);
  return output?.additionalContext ?? null;
}

describe('the nudge at the end of a turn', () => {
  test('is off unless a person asked for it', () => {
    const { say } = talk();
    expect(say(PROMISE).answer).toEqual({});
  });

  test('comes with the very Stop that made the promise, and once', () => {
    const { say } = talk(NUDGING);
    expect(nudgeOf(say(PROMISE))).toContain('- push auth branch');
    expect(say('Waiting.').answer).toEqual({});
    expect(say(PROMISE).answer).toEqual({});
  });

  test('orders nothing and blocks nothing', () => {
    const { say } = talk(NUDGING);
    expect(Object.keys(say(PROMISE).answer)).toEqual(['hookSpecificOutput']);
  });

  test('never comes for what waits', () => {
    const { say } = talk(NUDGING);
    expect(say("I'll push the auth branch once CI is green.").answer).toEqual({});
  });

  test.each([
    ['the Stop hook made it go on already', { stop_hook_active: true }],
    ['a task runs in the background', { background_tasks: [{ id: 'b1' }] }],
    ['a cron of the session is to come', { session_crons: [{ id: 'c1' }] }],
    ['a subagent ends', { agent_id: 'agent-1' }],
  ])('never comes where %s', (_what, more) => {
    const { say } = talk(NUDGING);
    expect(say(PROMISE, more).answer).toEqual({});
  });

  test('comes later where something ran at first, and is not counted before', () => {
    const { say } = talk(NUDGING);
    say(PROMISE, { background_tasks: ['b1'] });
    expect(nudgeOf(say('Done so far.', { background_tasks: [] }))).toContain('push auth branch');
  });

  test('never comes to a hook that is long gone', () => {
    const { say, count } = talk(NUDGING);
    say(PROMISE, { via: 'spool' });
    expect(count('tellings')).toBe(0);
    expect(nudgeOf(say('Still here.'))).toContain('push auth branch');
  });

  test('comes at most twice a session', () => {
    const { say, later } = talk(NUDGING);
    const nudges = ['auth', 'docs', 'api', 'cart'].map((branch) => {
      later(1);
      return nudgeOf(say(`I'll push the ${branch} branch now.`)) !== null;
    });
    expect(nudges).toEqual([true, true, false, false]);
    expect(nudgeOf(say("I'll push the mail branch now.", { session: 's2' }))).not.toBeNull();
  });

  test('names promises that were made together together: one nudge', () => {
    const { say, later } = talk(NUDGING);
    const both = "I'll push the auth branch now. I'll push the docs branch now.";
    expect(nudgeOf(say(both))?.match(/^- /gm)).toHaveLength(2);
    later(1);
    expect(nudgeOf(say("I'll push the api branch now."))?.match(/^- /gm)).toHaveLength(1);
  });

  test('says nothing of what is kept, taken back, overdue, or another session’s', () => {
    const { say, call, later } = talk(NUDGING);
    say(PROMISE, { session: 's2' });
    expect(say('Done.').answer).toEqual({});
    say("I'll merge the docs branch now.", { stop_hook_active: true });
    later(7 * 60);
    expect(say('Done.').answer).toEqual({});
    say("I'll push the api branch now.", { stop_hook_active: true });
    call('git push origin api');
    expect(say('Done.').answer).toEqual({});
  });

  test('does not count as told what there was no room for', () => {
    const { word, topic, say, clock, count } = talk(NUDGING);
    for (let i = 0; i < 5; i++) {
      word.promiseByHand({
        topicId: topic,
        sessionId: 's1',
        verb: 'push',
        object: `${i} ${'o'.repeat(300)}`,
        quote: 'q'.repeat(1000),
        trigger: 't'.repeat(400),
        at: clock.now,
      });
    }
    const first = nudgeOf(say('Done.'))?.match(/^- /gm)?.length ?? 0;
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(5);
    expect(count('tellings')).toBe(first);
  });
});
