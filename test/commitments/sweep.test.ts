import { describe, expect, test, vi } from 'vitest';
import { sweepOften } from '../../sidecar/commitments/index.ts';
import { talk } from '../kit/talk.ts';

describe('the sweep', () => {
  test('expires what is overdue, at the time that it was due', () => {
    const { word, say, only, clock, later } = talk();
    say("I'll push the auth branch now.");
    const { expiresAt } = only();
    later(6 * 60 - 1);
    expect(word.sweep(clock.now)).toBe(0);
    later(1);
    expect(word.sweep(clock.now)).toBe(1);
    expect(only()).toMatchObject({ status: 'expired', closedAt: expiresAt, keptBy: null, version: 2 });
    expect(word.sweep(clock.now)).toBe(0);
  });

  test('is one transaction, however many rows expire', () => {
    const { word, topic, store, clock, later } = talk();
    for (let i = 0; i < 300; i++)
      word.promiseByHand({ topicId: topic, verb: 'push', object: `b${i}`, at: clock.now });
    later(6 * 60);
    let commits = 0;
    store.onChange(() => commits++);
    expect(word.sweep(clock.now)).toBe(300);
    expect(commits).toBe(1);
    expect(word.sweep(clock.now)).toBe(0);
    expect(commits).toBe(1);
  });

  test('leaves terminal states as they are', () => {
    const { word, say, call, only, clock, later } = talk();
    say("I'll push the auth branch now.");
    call('git push');
    const kept = only();
    later(24 * 60);
    word.sweep(clock.now);
    expect(only()).toEqual(kept);
  });

  test('takes one by hand by its own time, also one that is over already', () => {
    const { word, topic, only, clock } = talk();
    const expiresAt = '2020-01-01T00:00:00Z';
    word.promiseByHand({ topicId: topic, verb: 'push', object: 'x', at: clock.now, expiresAt });
    expect(word.sweep(clock.now)).toBe(1);
    expect(only()).toMatchObject({ status: 'expired', closedAt: '2020-01-01T00:00:00.000Z' });
  });
});

describe('the sweep comes by', () => {
  function sweeping({ waits }: { waits: () => boolean }, sweep: () => number = () => 0) {
    vi.useFakeTimers();
    const times: number[] = [];
    const failures: unknown[] = [];
    const swept: number[] = [];
    const began = Date.now();
    const { stop } = sweepOften({
      sweep: () => {
        times.push(Date.now() - began);
        return sweep();
      },
      eventsWait: waits,
      swept: () => swept.push(Date.now() - began),
      failed: (error) => failures.push(error),
    });
    return {
      swept,
      times,
      failures,
      pass: (ms: number) => vi.advanceTimersByTime(ms),
      end: () => {
        stop();
        vi.advanceTimersByTime(60_000);
        vi.useRealTimers();
      },
    };
  }

  test('at least every 15 seconds', () => {
    const { times, pass, end } = sweeping({ waits: () => false });
    pass(120_000);
    end();
    const gaps = [0, ...times].map((at, index, all) => (all[index + 1] ?? at) - at);
    expect(times.length).toBeGreaterThan(7);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15_000);
  });

  test('after the spool is empty, which may keep what looks overdue, but not for ever', () => {
    let waits = true;
    const quick = sweeping({ waits: () => waits });
    quick.pass(9_000);
    expect(quick.times).toEqual([]);
    waits = false;
    quick.pass(6_000);
    quick.end();
    expect(quick.times).toHaveLength(2);

    const stuck = sweeping({ waits: () => true });
    stuck.pass(31_000);
    stuck.end();
    expect(stuck.times[0]).toBeLessThanOrEqual(15_000);
  });

  test('again after it failed', () => {
    const { times, failures, pass, end } = sweeping({ waits: () => false }, () => {
      throw new Error('disk');
    });
    pass(20_000);
    end();
    expect(times.length).toBeGreaterThan(2);
    expect(failures).toHaveLength(times.length);
  });
});
