import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { git } from '../kit/git.ts';
import { until } from '../kit/until.ts';
import { aClient } from '../sessions/watched.ts';
import { MINUTE, type QueueOptions, type QueueScene, queueScene } from './resume-kit.ts';

/** The scene with one entry, and what a tick makes of it after something happened in the world. */
async function afterwards(change: (scene: QueueScene) => unknown, options: QueueOptions = {}) {
  const scene = queueScene(options);
  await scene.died('s1');
  await scene.collectAll();
  await change(scene);
  const ticked = await scene.revive();
  return { ...scene, ticked, state: scene.entryState('s1'), starts: scene.starts() };
}

test('nothing changed: it is revived', async () => {
  const { state, starts } = await afterwards(() => {});
  expect([state, starts]).toEqual(['respawned', 1]);
});

describe('a session that a person marked is invalidated:', () => {
  const CHANGES: [string, (scene: QueueScene) => unknown][] = [
    ['running', ({ send }) => send('SessionStart', 's1', { source: 'resume' })],
    [
      'running',
      async ({ send }) => send('UserPromptSubmit', 's1', { prompt: 'x' }, { client: await aClient() }),
    ],
    ['running', ({ folder }) => otherClient('s1', { folder })],
    ['stopped', ({ send }) => send('SessionEnd', 's1', { reason: 'prompt_input_exit' })],
    ['unmarked', ({ sessions }) => sessions.mark('s1', false)],
    ['session-gone', ({ store }) => store.db.prepare("DELETE FROM sessions WHERE id = 's1'").run()],
    ['directory-gone', ({ project }) => renameSync(project, `${project}-away`)],
    ['branch-changed', ({ project }) => git(project, 'checkout', '--quiet', '-b', 'other')],
    ['branch-changed', ({ project }) => git(project, 'checkout', '--quiet', '--detach')],
    ['transcript-gone', ({ transcriptOf }) => rmSync(transcriptOf('s1'))],
    ['transcript-advanced', ({ transcriptOf }) => appendFileSync(transcriptOf('s1'), '{}\n')],
    ['finished', ({ machine }) => machine.unfinished.set('s1', { strong: [], weak: [] })],
    [
      'finished',
      ({ machine }) =>
        machine.unfinished.set('s1', { strong: [], weak: [{ kind: 'recent-prompt', text: 'x' }] }),
    ],
  ];

  test.each(CHANGES)('%s', async (why, change) => {
    const { state, starts, ticked, told, hand, entryOf } = await afterwards(change);
    expect([state, starts]).toEqual([`invalidated:${why}`, 0]);
    expect(ticked).toEqual({ held: null, exercised: null, entryId: null });
    expect(told('s1')).toEqual(['queued', `invalidated:${why}`]);
    expect(entryOf('s1').endedAt).not.toBeNull();
    expect(() => hand.cancel(entryOf('s1').id)).toThrow(expect.objectContaining({ code: 'ENTRY_NOT_OPEN' }));
  });

  test.each([
    [false, 1, ['queued', 'attempt-failed']],
    [true, 0, ['queued']],
  ])(
    'not because nobody can tell who else runs it: that is no go-ahead (dry run: %s)',
    async (dryRun, attempts, history) => {
      const { state, starts, entryOf, told, warnings } = await afterwards(() => {}, {
        world: { clientsOf: async () => null },
        limits: { dryRun },
      });
      expect([state, starts, entryOf('s1').attempts, told('s1')]).toEqual(['queued', 0, attempts, history]);
      expect(warnings.at(-1)).toContain('Nobody can tell whether another process runs its session.');
    },
  );

  test('transcript-gone, also where there never was one', async () => {
    const scene = queueScene();
    await scene.died('s1', { transcript: '/nowhere/s1.jsonl' });
    await scene.collectAll();
    await scene.revive();
    expect([scene.entryState('s1'), scene.starts()]).toEqual(['invalidated:transcript-gone', 0]);
  });

  test('also in a dry run, which says nothing of reviving it', async () => {
    const { state, told } = await afterwards(({ transcriptOf }) => rmSync(transcriptOf('s1')), {
      limits: { dryRun: true },
    });
    expect(state).toBe('invalidated:transcript-gone');
    expect(told('s1')).not.toContain('would-resume');
  });
});

describe('a run is invalidated:', () => {
  async function afterCrash(change: (scene: QueueScene, id: string) => unknown, options: QueueOptions = {}) {
    const scene = queueScene({ plays: ['events 1; exit 1', 'events 1; result'], ...options });
    const { id } = await scene.begin();
    const { sessionId } = await scene.reach(id, 'failed');
    await scene.collectAll();
    await change(scene, id);
    await scene.revive();
    return { ...scene, state: scene.entryState(sessionId ?? ''), id };
  }

  const CHANGES: [string, (scene: QueueScene, id: string) => unknown][] = [
    ['worktree-gone', ({ one }, id) => rmSync(one(id).worktree ?? '', { recursive: true })],
    ['branch-changed', ({ one }, id) => git(one(id).worktree ?? '', 'checkout', '--quiet', '-b', 'other')],
    ['running', ({ one, folder }, id) => otherClient(one(id).sessionId ?? '', { folder })],
    [
      'running',
      async ({ session, one }, id) =>
        session(one(id).sessionId ?? '', { marked: false, client: await aClient() }),
    ],
    [
      'finished',
      ({ machine, one }, id) => machine.unfinished.set(one(id).sessionId ?? '', { strong: [], weak: [] }),
    ],
    [
      'run-finished',
      async ({ runs, reach }, id) => {
        await runs.restore(id);
        await reach(id, 'completed');
      },
    ],
  ];
  test.each(CHANGES)('%s', async (why, change) => {
    expect((await afterCrash(change)).state).toBe(`invalidated:${why}`);
  });

  test('other-session, where its client answered as another one and went', async () => {
    const scene = queueScene({ plays: ['events 1; exit 1', 'session other; exit 1'] });
    const { id } = await scene.begin();
    const { sessionId } = await scene.reach(id, 'failed');
    await scene.collectAll();
    await scene.tick();
    await until('its client to go', () => scene.turns.live().length === 0);
    await scene.followAll();
    expect(scene.one(id).sessionId).toBe('other');
    scene.pass(5 * MINUTE);
    await scene.revive();
    expect(scene.told(sessionId ?? '')).toEqual([
      ...['queued', 'attempt', 'attempt-failed', 'invalidated:other-session'],
    ]);
    expect(scene.starts()).toBe(2);
  });

  test('directory-gone, in place', async () => {
    const scene = queueScene({ plays: ['events 1; exit 1'] });
    const { id } = await scene.begin({ worktree: false });
    const { sessionId } = await scene.reach(id, 'failed');
    await scene.collectAll();
    renameSync(scene.project, `${scene.project}-away`);
    await scene.tick();
    expect(scene.entryState(sessionId ?? '')).toBe('invalidated:directory-gone');
  });

  test('running, restored by a person', async () => {
    const { state, runs, id } = await afterCrash(async ({ runs }, id) => void (await runs.restore(id)), {
      plays: ['events 1; exit 1', 'hang'],
    });
    expect(state).toBe('invalidated:running');
    await runs.kill(id);
  });

  test('stopped by a person who restored and killed it', async () => {
    const { state } = await afterCrash(
      async ({ runs, reach }, id) => {
        await runs.restore(id);
        await reach(id, 'running');
        await runs.kill(id);
        await reach(id, 'killed');
      },
      { plays: ['events 1; exit 1', 'hang'] },
    );
    expect(state).toBe('invalidated:stopped');
  });

  test('not-alone, with another run on its branch', async () => {
    const { state, runs } = await afterCrash(
      async (scene, id) => {
        git(scene.project, 'worktree', 'remove', '--force', scene.one(id).worktree ?? '');
        const other = await scene.begin({ branch: scene.one(id).branch ?? '' });
        await scene.reach(other.id, 'running');
        mkdirSync(scene.one(id).directory, { recursive: true });
      },
      { plays: ['events 1; exit 1', 'hang'] },
    );
    expect(state).toBe('invalidated:not-alone');
    for (const { id } of runs.rooms.runs.live()) await runs.kill(id);
  });

  test.each([
    ['max-turns', { maxTurns: 1 }],
    ['max-usd', { maxUsd: 0.005 }],
  ] as const)('%s, where no turn is left to it', async (why, limit) => {
    const plays = ['events 1; error invalid_request 400'];
    const { state } = await afterCrash(() => {}, { plays, ...limit });
    expect(state).toBe(`invalidated:${why}`);
  });
});

test('a process that names the session in another way does not run it', async () => {
  const { state } = await afterwards(({ folder }) =>
    otherClient('s1', { folder, option: '--append-system-prompt' }),
  );
  expect(state).toBe('respawned');
});

/** A real process that says on its command line that it resumes this session. */
async function otherClient(
  sessionId: string,
  { folder, option = '--resume' }: { folder: string; option?: string },
) {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', '--', option, sessionId], {
    stdio: 'ignore',
    env: { HOME: folder },
  });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
}
