import { expect, test } from 'vitest';
import { talk } from '../kit/talk.ts';

test('hundreds of claimed deeds in a session of many calls are judged as far as the patience goes', () => {
  const { store, say, call, count } = talk();
  store.write(() => {
    for (let i = 0; i < 500; i++) call(`git push origin feature-${i}`, { failed: i % 2 === 0 });
  });
  // Each looks at all of them in vain: ten thousand looks are allowed.
  say(Array.from({ length: 400 }, (_, i) => `- I've pushed the gizmo${i} branch.`).join('\n'));
  expect(count('completed_claims')).toBe(19);
  say("I've pushed the feature-499 branch.");
  expect(count('completed_claims')).toBe(20);
});
