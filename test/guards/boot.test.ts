import { describe, expect, test } from 'vitest';
import { openedGuards } from './opened-guards.ts';

const HEARD = { messaging: { actionClaim: { enabled: true } } };

/** Starts, and stops again; returns what the person is told. */
function starts(opened: ReturnType<typeof openedGuards>) {
  return async (written: object) => {
    opened.write(written);
    const guards = opened.open();
    guards.begin();
    const items = guards.attention.list();
    await guards.stop();
    return items.map(({ guard, kind, status }) => `${guard} ${kind} ${status}`);
  };
}

describe('the start', () => {
  test('tells of a guard that was on and is off by config now: once, and until it is on again', async () => {
    const opened = openedGuards();
    const start = starts(opened);
    expect(await start(HEARD)).toEqual([]);
    expect(await start({})).toEqual(['switched turned-off open']);
    expect(await start({})).toEqual(['switched turned-off open']);
    expect(opened.open().attention.list()).toMatchObject([
      {
        count: 1,
        title: 'switched was switched off',
        why: 'messaging.actionClaim.enabled is false. At the last start it was on. Without it promises are not heard.',
      },
    ]);
    expect(await start(HEARD)).toEqual(['switched turned-off closed']);
    expect(await start({})).toEqual(['switched turned-off open', 'switched turned-off closed']);
  });

  test('tells nothing of one that was never on, or that nobody knew before', async () => {
    expect(await starts(openedGuards())({})).toEqual([]);
  });

  test('that could not write down what it saw leaves it to the next one', async () => {
    const opened = openedGuards();
    const start = starts(opened);
    await start(HEARD);
    opened.store.db.exec(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON attention_items BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    expect(await start({})).toEqual([]);
    expect(opened.warnings).toMatchObject([{ what: 'what was on at the last start is not compared' }]);
    opened.store.db.exec('DROP TRIGGER refuse');
    expect(await start({})).toEqual(['switched turned-off open']);
  });
});
