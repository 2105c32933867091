import { expect, test } from 'vitest';
import { scene } from './runs-kit.ts';

test('a run that failed is told for three days, or until it is restored', async () => {
  const { begin, reach, runs, clock } = scene(['result']);
  const good = await begin();
  await reach(good.id, 'completed');
  const { id } = await begin({ setup: 'exit 7', objective: 'Mend\nthe build' });
  await reach(id, 'failed');
  expect(runs.notices()).toEqual([
    {
      guard: `run.${id}`,
      kind: 'run',
      title: 'A run failed: setup',
      why: expect.stringMatching(/ended with 7.* It was to: Mend the build$/s),
      hint: expect.stringContaining(`holdfast restore ${id}`),
    },
  ]);
  clock.aheadMs = 3 * 86_400_000 + 60_000;
  expect(runs.notices()).toEqual([]);
});
