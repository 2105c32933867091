import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runs, says } from './calls.ts';
import { conversation } from './conversation.ts';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';
import { told } from './told.ts';
import { wordOf } from './word-of.ts';

const TIME = { timeout: 60_000 };

beforeAll(requireClient);

it(
  'a push that the remote rejects is an attempt, and the one that it takes keeps the promise',
  TIME,
  async () => {
    const scene = holdfastScene();
    const { commitments, evidence } = wordOf(scene);
    await scene.done('init');
    remoteIsAhead(scene);
    const talk = await conversation(scene, [
      says('The fix is committed. I will push the branch now.'),
      runs('git push'),
      // Its exit code is the echo's: only what git printed says that it failed.
      runs('git push; echo "pushed with $?"'),
      says('The remote has news.'),
      runs('git pull --quiet --rebase && git push'),
      says('Now it is there.'),
    ]);

    await talk.ask('Begin.');
    await talk.ask('Go on.');
    const [rejected, masked] = talk.api.toolUses.map(({ id }) => id);
    expect(await commitments()).toMatchObject([
      {
        status: 'open',
        attempts: [
          { toolUseId: masked, summary: 'git push; echo "pushed with $?"' },
          { toolUseId: rejected, summary: 'git push' },
        ],
      },
    ]);
    await talk.ask('Fetch it then.');
    const { api } = await talk.end();

    const third = api.requests.map(told)[4];
    expect(third).toEqual([expect.stringContaining("Tried and failed: git push; echo 'pushed with $?'.")]);
    const taken = api.toolUses[2]?.id;
    expect(await commitments()).toMatchObject([
      {
        status: 'kept',
        evidence: { toolUseId: taken },
        attempts: [{ toolUseId: masked }, { toolUseId: rejected }],
      },
    ]);
    expect(
      (await evidence()).map(({ outcome, deeds }) => [
        outcome,
        deeds.filter(({ verb }) => verb === 'push').map((deed) => [deed.outcome, deed.on]),
      ]),
    ).toEqual([
      ['failed', [['failed', ['main']]]],
      ['ok', [['failed', ['main']]]],
      ['ok', [['did', ['main']]]],
    ]);
    expect(git(scene, scene.project, 'rev-parse', 'origin/main')).toBe(
      git(scene, scene.project, 'rev-parse', 'main'),
    );
  },
);

/** A commit of ours that is not pushed, and one of somebody else's that is. */
function remoteIsAhead(scene: Scene): void {
  const { folder, project } = scene;
  const remote = join(folder, 'remote.git');
  const theirs = join(folder, 'theirs');
  git(scene, folder, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  git(scene, project, 'remote', 'add', 'origin', remote);
  git(scene, project, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  git(scene, folder, 'clone', '--quiet', remote, theirs);
  commit(scene, theirs, 'theirs.txt');
  git(scene, theirs, 'push', '--quiet');
  commit(scene, project, 'ours.txt');
}

function commit(scene: Scene, cwd: string, file: string): void {
  writeFileSync(join(cwd, file), 'a line\n');
  git(scene, cwd, 'add', file);
  git(scene, cwd, '-c', 'user.name=A', '-c', 'user.email=a@example.invalid', 'commit', '--quiet', '-m', file);
}

function git({ home }: Scene, cwd: string, ...args: string[]): string {
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
}
