import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git } from '../kit/git.ts';
import { scene } from './runs-kit.ts';

describe('a run', () => {
  test('of one turn works in a worktree of its own, on a branch of its own, and is completed', async () => {
    const { begin, reach, project, home, turnsOf, prompt, args } = scene(['touch made; events 2; result']);
    const run = await begin();
    expect(run.worktree).toBe(join(home.worktrees, `project-${run.id}`));
    expect(run.branch).toBe(`holdfast/${run.id}`);
    const done = await reach(run.id, 'completed');
    expect(done).toMatchObject({
      reason: null,
      nextStep: null,
      sessionId: expect.any(String),
      killAskedAt: null,
    });
    expect(existsSync(join(run.directory, 'made'))).toBe(true);
    expect(existsSync(join(project, 'made'))).toBe(false);
    expect(git(run.directory, 'branch', '--show-current').trim()).toBe(run.branch);
    expect(turnsOf(run.id)).toMatchObject([{ state: 'clean', sessionId: done.sessionId, toolCalls: 2 }]);
    expect(prompt(1)).toBe('Make the tests pass.');
    expect(args(1)).toEqual(
      expect.arrayContaining(['--session-id', done.sessionId, '--permission-mode', 'acceptEdits']),
    );
  });

  test('that needs two turns is told what its command said, and goes on in the same session', async () => {
    const { begin, reach, turnsOf, prompt, args } = scene([
      'events 1; result',
      'touch done; events 1; result',
    ]);
    const { id } = await begin({ until: 'echo "not yet ✗"; test -e done' });
    const done = await reach(id, 'completed');
    expect(done.untilResult).toMatchObject({ code: 0, timedOut: false });
    expect(turnsOf(id)).toHaveLength(2);
    expect(prompt(1)).toContain('> echo "not yet ✗"; test -e done');
    expect(prompt(2)).toContain('must succeed: echo "not yet ✗"; test -e done (ended with 1)');
    expect(prompt(2)).toContain('> not yet ✗');
    expect(args(2)).toEqual(expect.arrayContaining(['--resume', done.sessionId]));
  });
});
