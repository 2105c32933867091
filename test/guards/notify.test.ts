import { describe, expect, test } from 'vitest';
import { NOTIFY_LIMIT_MS, type RunCommand } from '../../sidecar/guards/notify.ts';
import { resolveConfig } from '../../sidecar/home/index.ts';
import { until } from '../kit/until.ts';
import { OFF, ON, openedGuards } from './opened-guards.ts';

const COMMAND = { 'attention.notifyCommand': 'tell-me' };

function notified(
  answer: Awaited<ReturnType<RunCommand>> | Error = { code: 0, timedOut: false, output: '' },
) {
  const given: { command: string; input: string; limitMs: number }[] = [];
  const now = { answer };
  const run: RunCommand = async (command, { input, limitMs }) => {
    given.push({ command, input, limitMs });
    if (now.answer instanceof Error) throw now.answer;
    return now.answer;
  };
  const opened = openedGuards({ config: COMMAND, run });
  return { ...opened, given, answers: (next: typeof answer) => (now.answer = next) };
}

const failed = (guards: ReturnType<ReturnType<typeof openedGuards>['open']>) =>
  guards.attention.list().find(({ kind }) => kind === 'notify-failed');

describe('the command of the person', () => {
  test('gets each new notice once, as a line of JSON, with a time limit', async () => {
    const { open, set, given } = notified();
    const guards = open();
    set('critical', OFF);
    for (let i = 0; i < 5; i++) {
      guards.look();
      await until('the notice', () => given.length > 0);
    }
    await guards.stop();
    expect(given).toMatchObject([{ command: 'tell-me', limitMs: NOTIFY_LIMIT_MS }]);
    expect(given[0]?.input.endsWith('\n')).toBe(true);
    expect(JSON.parse(given[0]?.input ?? '')).toMatchObject({
      guard: 'critical',
      kind: 'loud',
      status: 'open',
      title: 'critical is off, though it is configured on',
    });
  });

  test('gets the notice of the next episode too', async () => {
    const { open, set, given } = notified();
    const guards = open();
    for (const part of [OFF, ON, ON, OFF]) {
      set('critical', part);
      guards.look();
      await guards.stop(); // Waits for what is on its way.
    }
    expect(given.length).toBe(2);
  });

  test.each([
    [{ code: 3, timedOut: false, output: 'first\nno such room\n' }, /ended with 3 and said: no such room/],
    [{ code: null, timedOut: true, output: '' }, /did not end within 10 s/],
    [new Error('no shell'), /no shell/],
  ])(
    'that fails is a notice of its own, which it is not given, and which its next success ends',
    async (answer, why) => {
      const { open, set, given, answers } = notified(answer);
      const guards = open();
      set('critical', OFF);
      guards.look();
      await guards.stop();
      expect(failed(guards)).toMatchObject({
        guard: 'attention',
        status: 'open',
        why: expect.stringMatching(why),
      });
      guards.look();
      await guards.stop();
      expect(given.length).toBe(1);
      answers({ code: 0, timedOut: false, output: '' });
      guards.attention.raise({ guard: 'run.1', kind: 'run', title: 't', why: 'w', hint: 'h' });
      guards.look();
      await guards.stop();
      expect(failed(guards)).toMatchObject({ status: 'closed' });
    },
  );

  test('that hangs holds up no look, and is let go when the sidecar stops: the next one gives the notice', async () => {
    const given: string[] = [];
    const run: RunCommand = (_, { input, stop }) =>
      new Promise((resolve) => {
        given.push(input);
        stop.addEventListener('abort', () => resolve({ code: null, timedOut: false, output: '' }));
      });
    const { open, set, closing } = openedGuards({ config: COMMAND, run });
    const guards = open();
    set('critical', OFF);
    for (let i = 0; i < 5; i++) guards.look();
    expect(guards.attention.list()).toMatchObject([{ count: 5 }]);
    closing.abort();
    await guards.stop();
    expect(failed(guards)).toBeUndefined();
    expect(given.length).toBe(1);
    const again = new AbortController();
    const next = open({ closing: again.signal });
    next.look();
    again.abort();
    await next.stop();
    expect(given.length).toBe(2);
  });

  test('that is taken out of the config fails no more', async () => {
    const { open, set } = notified(new Error('no shell'));
    const guards = open();
    set('critical', OFF);
    guards.look();
    await guards.stop();
    expect(failed(guards)).toMatchObject({ status: 'open' });
    const next = open({ config: resolveConfig({}, 'config.json') });
    next.begin();
    expect(failed(next)).toMatchObject({ status: 'closed' });
    await next.stop();
  });
});
