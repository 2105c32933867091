import { expect, test } from 'vitest';
import { queueScene } from './resume-kit.ts';

test('a marked session that died in mid-tool is collected, and comes back in the same session', async () => {
  const { died, collectAll, revive, entryState, told, args } = queueScene();
  await died('s1');
  expect(await collectAll()).toMatchObject({ collected: 1, refused: 0 });
  expect(await revive()).toMatchObject({ held: null, exercised: 'started' });
  expect(entryState('s1')).toBe('respawned');
  expect(told('s1')).toEqual(['queued', 'attempt', 'respawned']);
  expect(args(1)).toEqual(expect.arrayContaining(['--resume', 's1']));
});

test('a run whose client crashed goes on', async () => {
  const { begin, reach, one, collectAll, revive, entryState } = queueScene({
    plays: ['events 1; exit 1', 'events 1; result'],
  });
  const { id } = await begin();
  await reach(id, 'failed');
  expect(await collectAll()).toMatchObject({ collected: 1 });
  expect(await revive()).toMatchObject({ exercised: 'started' });
  expect(entryState(one(id).sessionId ?? '')).toBe('respawned');
  await reach(id, 'completed');
});
