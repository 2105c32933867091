import { expect, test } from 'vitest';
import { noticesOf } from '../../sidecar/resume/notices.ts';
import { DAY, queueScene } from './resume-kit.ts';

test.each([
  ['resurrection-cap', { maxResurrections: 0 }],
  ['over-capacity', { maxQueueSize: 0 }],
])(
  'a marked session that gets no entry (%s) is told for a day, or until it lives',
  async (reason, limits) => {
    const { rooms, died, collectAll, send, pass } = queueScene({ limits });
    const notices = () => noticesOf(rooms, null).map(({ guard, kind, title }) => [guard, kind, title]);
    await died('s1');
    await collectAll();
    const told = ['run.s1', 'run', `The session s1 died, and is not revived (${reason}).`];
    expect(notices()).toEqual([told]);
    pass(DAY);
    expect(notices()).toEqual([]);
    pass(-DAY);
    expect(notices()).toEqual([told]);
    send('SessionStart', 's1', { source: 'resume' });
    expect(notices()).toEqual([]);
  },
);

test('an end for any other reason is no news', async () => {
  const { rooms, died, collectAll } = queueScene();
  await died('s1', { marked: false });
  await collectAll();
  expect(noticesOf(rooms, null)).toEqual([]);
});
