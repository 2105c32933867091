import { describe, expect, test } from 'vitest';
import { readCall, stateOf, type ToolCall, verdictOf } from '../../sidecar/evidence/index.ts';
import { bash, edit } from './calls.ts';

const green = bash('npm test', { response: 'Tests: 61 passed, 61 total' });
const red = bash('npm test', { ok: false, response: 'Tests: 2 failed, 59 passed' });
const someGreen = bash('npx vitest run src/a.test.ts', { response: 'Tests  3 passed (3)' });
const someRed = bash('npx vitest run src/a.test.ts', {
  ok: false,
  response: 'Tests  1 failed | 2 passed (3)',
});
const code = edit('/repo/src/a.ts', 'a', 'b');
const docs = edit('/repo/README.md', 'a', 'b');
const commit = bash('git commit -am x', { response: '[main 1a2b3c4] x' });
const push = bash('git push', { response: '1a..2b main -> main' });
const rejected = bash('git push', { ok: false, response: '! [rejected] main -> main' });
const reset = bash('git reset --hard HEAD~1');

const tests = { verb: 'test', object: 'tests' } as const;
const pushed = { verb: 'push', object: '' } as const;

const verdict = (claim: Parameters<typeof verdictOf>[0], calls: ToolCall[]) =>
  verdictOf(claim, calls.map(readCall).toReversed());

describe('a claim of done', () => {
  test.each([
    ['nothing', tests, [], 'unbacked', null],
    ['a green run', tests, [green], 'backed', 0],
    ['a red run', tests, [red], 'contradicted', 0],
    ['red, then green', tests, [red, code, green], 'backed', 0],
    ['green, then red', tests, [green, red], 'contradicted', 0],
    ['an edit after green', tests, [green, code], 'unbacked', 0],
    ['an edit of a document after green', tests, [green, docs], 'backed', 1],
    ['an edit after red', tests, [red, code], 'contradicted', 1],
    ['some green of all', { ...tests, detail: 'All tests pass' }, [someGreen], 'unbacked', null],
    ['some red of all', { ...tests, detail: 'All tests pass' }, [green, someRed], 'contradicted', 0],
    ['sed and test in one', tests, [bash('sed -i s/a/b/ a.ts && npm test')], 'backed', 0],
    ['test and sed in one', tests, [bash('npm test && sed -i s/a/b/ a.ts')], 'unbacked', 0],
    ['an edit after a push', pushed, [push, code], 'backed', 1],
    ['a rejected push', pushed, [push, rejected], 'contradicted', 0],
    ['a commit, taken back', { verb: 'commit', object: '' } as const, [commit, reset], 'unbacked', 0],
    [
      'a commit, taken back, and another',
      { verb: 'commit', object: '' } as const,
      [commit, reset, commit],
      'backed',
      0,
    ],
  ] as const)('%s', (_, claim, calls, expected, by) => {
    const answer = verdict(claim, [...calls]);
    expect(answer).toMatchObject({ verdict: expected, by });
    expect(answer.why).toMatch(/^[A-Z].{8,250}$/);
  });

  test('is judged by no more calls than it takes', () => {
    let taken = 0;
    function* newestFirst() {
      for (const call of [docs, push, rejected]) {
        taken += 1;
        yield readCall(call);
      }
    }
    expect(verdictOf(pushed, newestFirst()).verdict).toBe('backed');
    expect(taken).toBe(2);
  });
});

describe('a promise', () => {
  test.each([
    [[], 'open', null],
    [[rejected], 'attempted', 0],
    [[rejected, docs, rejected], 'attempted', 2],
    [[rejected, push, rejected], 'kept', 1],
    [[commit], 'open', null],
  ] as const)('%#: %s', (calls, state, by) => {
    expect(stateOf(pushed, [...calls].map(readCall))).toEqual({ state, by });
  });
});
