import { describe, expect, test } from 'vitest';
import { talk } from '../kit/talk.ts';

describe('a long session and a long list of deeds', () => {
  test('are judged without a stall', () => {
    const { store, say, call, count } = talk();
    store.write(() => {
      for (let i = 0; i < 1500; i++) call(`git push origin feature-${i}`, { failed: i % 2 === 0 });
    });
    const deeds = Array.from({ length: 10_000 }, (_, i) => `- I've pushed the gizmo${i} branch.`).join('\n');
    const began = performance.now();
    say(deeds);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(count('completed_claims')).toBeGreaterThan(0);
  });
});
