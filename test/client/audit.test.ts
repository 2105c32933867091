import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';

const TIME = { timeout: 90_000 };
const AGENT = { description: 'Push', prompt: 'Push it.', subagent_type: 'general-purpose' };

beforeAll(requireClient);

const bash = (command: string) => ({ tool: 'Bash', input: { command } });

describe('the audit of the transcripts that the real client wrote', () => {
  it('says of the same sessions what was judged live', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    withRemote(scene);

    const first = await scene.session([[{ text: "The fix is in. I'll push the branch now." }]]);
    const again = { resume: first.sessionId };
    await scene.session(
      [[bash('exit 3')], [bash('git push nowhere main')], [{ text: 'I pushed the branch.' }]],
      again,
    );
    await scene.session(
      [[bash('git push origin main')], [{ text: "I pushed the branch. Next I'll run the tests." }]],
      again,
    );
    // A fork's file holds the whole past once more.
    await scene.session([[{ text: 'All tests pass.' }]], { ...again, args: ['--fork-session'] });
    await scene.session([
      [
        { text: "I'll commit that." },
        { tool: 'Edit', input: { file_path: 'README.md', old_string: 'x', new_string: 'y' } },
      ],
      [{ tool: 'Agent', input: AGENT }],
      [bash('git commit --allow-empty -m more')],
      [{ text: 'I will tag the release.' }],
      [{ text: "It is committed. I'll deploy it to staging tomorrow." }],
    ]);

    const live = await whatWasJudged(scene);
    const report = JSON.parse(await scene.done('audit', '--json', join(scene.home, '.claude', 'projects')));
    expect(report.promises).toMatchObject(live.promises);
    expect(report.claims).toMatchObject(live.claims);
    expect(live).toEqual({
      promises: { total: 3, kept: 1, attempted: 0, dropped: 2, withdrawn: 0 },
      claims: { total: 4, backed: 2, contradicted: 1, unbacked: 1 },
    });
    expect(report.skipped).toEqual({ tornLines: 0, unknownRows: 0, unreadableFiles: 0, longLines: 0 });
    expect(report.subagents).toMatchObject({ files: 1, calls: 1, promises: 1 });
    expect(report.met.copies).toBeGreaterThan(0);
    expect(report.worst[0]).toMatchObject({
      state: 'contradicted',
      sentence: 'I pushed the branch.',
      sessionId: first.sessionId,
    });
  });
});

function withRemote({ folder, project }: Scene): void {
  const remote = join(folder, 'remote.git');
  execFileSync('git', ['init', '--quiet', '--bare', remote], { stdio: 'pipe' });
  execFileSync('git', ['remote', 'add', 'origin', remote], { cwd: project, stdio: 'pipe' });
}

type Live = { commitments: { status: string; attempts: unknown[] }[]; claims: { verdict: string }[] };

/** By the command line, as a person would ask. */
async function whatWasJudged(scene: Scene) {
  const { commitments }: Live = JSON.parse(await scene.done('commitments', '--all', '--json'));
  const { claims }: Live = JSON.parse(await scene.done('claims', '--json'));
  const count = <T>(rows: T[], is: (row: T) => boolean) => rows.filter(is).length;
  const notKept = commitments.filter(({ status }) => status === 'open' || status === 'expired');
  const verdict = (name: string) => count(claims, (claim) => claim.verdict === name);
  return {
    promises: {
      total: commitments.length,
      kept: count(commitments, ({ status }) => status === 'kept'),
      attempted: count(notKept, ({ attempts }) => attempts.length > 0),
      dropped: count(notKept, ({ attempts }) => attempts.length === 0),
      withdrawn: count(commitments, ({ status }) => status === 'withdrawn'),
    },
    claims: {
      total: claims.length,
      backed: verdict('backed'),
      contradicted: verdict('contradicted'),
      unbacked: verdict('unbacked'),
    },
  };
}
